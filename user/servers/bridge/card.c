/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * card.c - see card.h.
 */
#include <proto/link_client.h>

#include "card.h"
#include "mac.h"

enum {
	RECEIVES = LINK_RING, SENDS = PORTS * SENDS_OF_PORT, BUFFER = 1536,
	RINGS_BYTES = (sizeof(struct link_rings) + BUFFER - 1) / BUFFER * BUFFER,
	UNTOLD = LINK_RING / 2,		/* buffers given back without a bell: a driver without any would wait */
};

_Static_assert(SENDS <= LINK_RING, "the ring has a place for each send buffer");

static struct link link;
static bool attached, has_news;		/* for the driver */
static bool has_ended;			/* as a message to it shows; until card_look */
static bool receive_at_driver[RECEIVES], send_at_driver[SENDS];
static uint32_t free_sends[PORTS];	/* bit n: buffer n of the port */
static unsigned untold;
static uint32_t changes;		/* of the driver's LINK_INFO, up to the last look at it */

static uint32_t offset(unsigned buffer)
{
	return RINGS_BYTES + buffer * BUFFER;
}

static char *at(unsigned buffer)
{
	return (char *)link.block.at + offset(buffer);
}

/* ---- receiving ---- */

static void give_receive(unsigned i)
{
	receive_at_driver[i] = true;
	link_ask(&link.receive, &link.rings->receive,
		 (struct link_entry){ offset(i), LINK_BUFFER, (uint16_t)i });
	untold++;
}

bool card_receive(void (*take)(const char *frame, unsigned bytes))
{
	struct link_entry e;
	bool any = false;

	for (; attached && ring_take(&link.receive, &link.rings->received, &e); any = true) {
		if (e.tag >= RECEIVES || !receive_at_driver[e.tag])
			continue;
		if (e.bytes >= MAC_HEADER && e.bytes <= LINK_FRAME)
			take(at(e.tag) + LINK_HEADER, e.bytes);
		give_receive(e.tag);
	}
	attached = attached && !link_is_broken(&link);
	return any;
}

/* ---- sending ---- */

void card_give_back(unsigned buffer)
{
	free_sends[(buffer - RECEIVES) / SENDS_OF_PORT] |= (uint32_t)1 << (buffer - RECEIVES) % SENDS_OF_PORT;
}

static void take_sent(void)
{
	struct link_entry e;

	while (attached && ring_take(&link.send, &link.rings->sent, &e)) {
		if (e.tag >= SENDS || !send_at_driver[e.tag])
			continue;
		send_at_driver[e.tag] = false;
		card_give_back(RECEIVES + e.tag);
	}
}

char *card_buffer(unsigned port, unsigned *buffer)
{
	unsigned n;

	if (free_sends[port] == 0)
		take_sent();
	if (free_sends[port] == 0) {		/* the driver gives some back when it works */
		has_news = true;
		card_push();
		take_sent();
	}
	if (free_sends[port] == 0 || !attached)
		return NULL;
	n = (unsigned)__builtin_ctz(free_sends[port]);
	free_sends[port] &= ~((uint32_t)1 << n);
	*buffer = RECEIVES + port * SENDS_OF_PORT + n;
	return at(*buffer);
}

void card_send(unsigned buffer, unsigned bytes)
{
	unsigned i = buffer - RECEIVES;

	send_at_driver[i] = true;
	link_ask(&link.send, &link.rings->send,
		 (struct link_entry){ offset(buffer), (uint16_t)bytes, (uint16_t)i });
	has_news = true;
}

bool card_push(void)
{
	if (!attached || (!has_news && untold < UNTOLD))
		return !has_ended;
	has_news = false;
	untold = 0;
	attached = !ring_sleeps(&link.rings->driver_sleeps) || link_ring_bell(link.driver);
	has_ended = !attached;
	return attached;
}

void card_sleep(bool sleeps)
{
	if (attached && sleeps)
		ring_sleep(&link.rings->client_sleeps);
	else if (attached)
		ring_awake(&link.rings->client_sleeps);
}

/* ---- the driver ---- */

/* Another one: it has no buffer. */
static void begin_rings(void)
{
	for (unsigned i = 0; i < SENDS; i++)
		if (send_at_driver[i]) {
			send_at_driver[i] = false;
			card_give_back(RECEIVES + i);
		}
	for (unsigned i = 0; i < RECEIVES; i++)
		give_receive(i);
	changes = 0;
	has_news = true;
}

bool card_look(void)
{
	bool fresh;

	attached = link_connect(&link, &fresh);
	if (fresh) {
		begin_rings();
		card_push();
	}
	has_ended = false;		/* the result says it */
	return attached;
}

bool card_is_driver(L4_ThreadId_t from)
{
	return attached && L4_IsThreadEqual(from, link.driver);
}

uint64_t card_mac(void) { return link.mac; }

bool card_is_up(void)
{
	uint32_t now = attached ? __atomic_load_n(&link.rings->changes, __ATOMIC_RELAXED) : changes;
	struct link_info_out info;

	if (now != changes && link_info(link.driver, &info) == LINK_OK)
		link.up = info.up != 0;
	changes = now;
	return link.up;
}

bool card_init(const char *name)
{
	for (unsigned i = 0; i < PORTS; i++)
		free_sends[i] = ~(uint32_t)0;
	return link_init(&link, name, offset(RECEIVES + SENDS) - sizeof(struct link_rings)) == ROOT_OK;
}
