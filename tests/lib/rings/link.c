/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * link.c - a client that lies, and what a driver of network cards or of the console accepts from it
 * (user/lib/pecan/server/exchange.c).
 */
#include <pecan/exchange.h>
#include <string.h>

#include "rings.h"

enum { BYTES = 65536, PHYSICAL = 0x100000 };

static struct exchange x;

/* What the device has, in its order. */
struct held { struct link_entry entry[LINK_RING]; unsigned first, count; };

static bool hold(struct held *h, struct link_entry e)
{
	if (h->count == LINK_RING)
		return false;
	h->entry[(h->first + h->count++) % LINK_RING] = e;
	return true;
}

static struct link_entry release(struct held *h)
{
	h->count--;
	return h->entry[h->first++ % LINK_RING];
}

static struct link_entry any_entry(struct bytes *b)
{
	struct link_entry e = { next_number(b) % (2 * BYTES), 0, (uint16_t)next_byte(b) };

	e.bytes = (uint16_t)next_number(b);
	return e;
}

/* Small and forward each other time: so rings become full, and no connection ends at once. */
static uint32_t any_step(struct bytes *b)
{
	return next_byte(b) % 2 ? next_byte(b) % 4 : (uint32_t)next_step(b);
}

static void put(struct ring_end *end, struct link_ring *r, struct link_entry e) { ring_put(end, r, &e); }

static void lie(struct bytes *b)
{
	struct link_rings *r = x.rings;
	struct ring_end given = { .put = r->receive.index }, sent = { .put = r->send.index };

	switch (next_byte(b) % 5) {
	case 0: scribble(b, r, sizeof(*r)); break;
	case 1: r->receive.index = x.receive.taken + any_step(b); break;
	case 2: r->send.index = x.send.taken + any_step(b); break;
	case 3: put(&given, &r->receive, any_entry(b)); break;
	default: put(&sent, &r->send, any_entry(b));
	}
}

static bool in_block(const struct link_entry *e, unsigned bytes)
{
	uint64_t at = exchange_physical(&x, e);

	return at >= PHYSICAL && bytes > 0 && at + bytes <= PHYSICAL + BYTES;
}

static const char *drive(struct bytes *b, struct held *receives, struct held *sends)
{
	uint32_t given = x.rings->receive.index - x.receive.taken;	/* that are ready */
	uint32_t sent = x.rings->send.index - x.send.taken;
	bool broken = exchange_is_broken(&x);
	struct link_entry e;

	switch (next_byte(b) % 4) {
	case 0:
		if (exchange_next_receive(&x, &e)
		    && (broken || given > LINK_RING - receives->count || !in_block(&e, exchange_room(&x, &e))
			|| !hold(receives, e)))
			return "the device gets a buffer that is not in the block, or one too many";
		break;
	case 1:
		if (exchange_next_send(&x, &e)
		    && (broken || sent > LINK_RING - sends->count || !in_block(&e, e.bytes)
			|| e.bytes > x.limits.packet || !hold(sends, e)))
			return "the device gets a packet that is not in the block, or one too many";
		break;
	case 2:
		if (receives->count > 0)
			exchange_received(&x, release(receives), next_byte(b));
		break;
	default:
		if (sends->count > 0)
			exchange_sent(&x, release(sends));
	}
	return NULL;
}

const char *play_link(struct bytes *b)
{
	static const struct exchange_limits limits[] = { { LINK_BUFFER, LINK_FRAME }, { 0, 65535 } };
	struct held receives = { .count = 0 }, sends = { .count = 0 };
	const char *wrong = NULL;

	x = (struct exchange){ .limits = limits[next_byte(b) % 2] };
	x.block = (struct pecan_dma){ .at = calloc(1, sizeof(struct link_rings)), .physical = PHYSICAL,
					     .bytes = BYTES };
	x.rings = x.block.at;
	while (b->left > 0 && !wrong) {
		if (next_byte(b) % 2)
			lie(b);
		else
			wrong = drive(b, &receives, &sends);
		if (receives.count != ring_held(&x.receive) || sends.count != ring_held(&x.send))
			wrong = "the entries at the device are counted wrong";
	}
	free(x.block.at);
	x = (struct exchange){ 0 };
	return wrong;
}
