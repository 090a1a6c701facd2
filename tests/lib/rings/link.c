/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * link.c - a client that lies, and what a driver of network cards or of the console accepts from it
 * (user/lib/pecan/exchange.c).
 */
#include <pecan/exchange.h>
#include <string.h>

#include "rings.h"

enum { BYTES = 65536, PHYSICAL = 0x100000 };

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

static void lie(struct bytes *b)
{
	struct link_rings *r = exchange.rings;
	uint32_t given = r->receive.index, sent = r->send.index;

	switch (next_byte(b) % 5) {
	case 0: scribble(b, r, sizeof(*r)); break;
	case 1: r->receive.index = exchange.given + any_step(b); break;
	case 2: r->send.index = exchange.sent + any_step(b); break;
	case 3: link_put(&r->receive, &given, any_entry(b)); break;
	default: link_put(&r->send, &sent, any_entry(b));
	}
}

static bool in_block(uint64_t at, unsigned bytes)
{
	return at >= PHYSICAL && bytes > 0 && at + bytes <= PHYSICAL + BYTES;
}

static const char *drive(struct bytes *b, struct held *receives, struct held *sends)
{
	uint32_t given = exchange.rings->receive.index - exchange.given;	/* that are ready */
	uint32_t sent = exchange.rings->send.index - exchange.sent;
	bool broken = exchange.broken;
	struct link_entry e;
	uint64_t at;

	switch (next_byte(b) % 4) {
	case 0:
		if (exchange_next_receive(&e, &at)
		    && (broken || given > LINK_RING - receives->count || !in_block(at, exchange_room(&e))
			|| !hold(receives, e)))
			return "the device gets a buffer that is not in the block, or one too many";
		break;
	case 1:
		if (exchange_next_send(&e, &at)
		    && (broken || sent > LINK_RING - sends->count || !in_block(at, e.bytes)
			|| e.bytes > exchange_limits.packet || !hold(sends, e)))
			return "the device gets a packet that is not in the block, or one too many";
		break;
	case 2:
		if (receives->count > 0)
			exchange_received(release(receives), next_byte(b));
		break;
	default:
		if (sends->count > 0)
			exchange_sent(release(sends));
	}
	return NULL;
}

const char *play_link(struct bytes *b)
{
	static const struct exchange_limits limits[] = { { LINK_BUFFER, LINK_FRAME }, { 0, 65535 } };
	struct held receives = { .count = 0 }, sends = { .count = 0 };
	const char *wrong = NULL;

	memset(&exchange, 0, sizeof(exchange));
	exchange.block = (struct pecan_dma){ .at = calloc(1, sizeof(struct link_rings)), .physical = PHYSICAL,
					     .bytes = BYTES };
	exchange.rings = exchange.block.at;
	exchange_limits = limits[next_byte(b) % 2];
	while (b->left > 0 && !wrong) {
		if (next_byte(b) % 2)
			lie(b);
		else
			wrong = drive(b, &receives, &sends);
		if (receives.count != exchange.receives || sends.count != exchange.sends)
			wrong = "the entries at the device are counted wrong";
	}
	free(exchange.block.at);
	memset(&exchange, 0, sizeof(exchange));
	return wrong;
}
