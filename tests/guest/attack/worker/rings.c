/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rings.c - see rings.h.
 */
#include <l4/ipc.h>

#include "rings.h"

enum { WAIT_US = 20000, CONNECT_US = 10000 };

static uint32_t place(const struct rings *r, unsigned i)
{
	return (uint32_t)sizeof(struct link_rings) + i * r->step;
}

void rings_begin(struct rings *r, const char *name)
{
	while (link_init(&r->link, name, (BUFFERS + 1) * r->step) != ROOT_OK)
		;
}

static void push(struct rings *r)
{
	if (ring_sleeps(&r->link.rings->driver_sleeps))
		link_ring_bell(r->link.driver);
}

void rings_give(struct rings *r, unsigned i)
{
	link_ask(&r->link.receive, &r->link.rings->receive,
		 (struct link_entry){ place(r, i), (uint16_t)r->room, (uint16_t)i });
	push(r);
}

bool rings_connect(struct rings *r)
{
	bool fresh;

	while (!link_connect(&r->link, &fresh))
		L4_Sleep(L4_TimePeriod(CONNECT_US));
	for (unsigned i = 0; fresh && i < BUFFERS; i++)
		rings_give(r, i);
	return fresh;
}

void rings_send(struct rings *r, unsigned bytes)
{
	link_ask(&r->link.send, &r->link.rings->send,
		 (struct link_entry){ place(r, BUFFERS), (uint16_t)bytes, BUFFERS });
	push(r);
}

bool rings_is_sent(struct rings *r)
{
	struct link_entry e;

	while (ring_take(&r->link.send, &r->link.rings->sent, &e))
		;
	return ring_asked(&r->link.send) == 0;
}

void rings_wait(struct rings *r)
{
	ring_sleep(&r->link.rings->client_sleeps);
	if (!ring_has_more(&r->link.receive, &r->link.rings->received.index))
		L4_Receive_Timeout(r->link.driver, L4_TimePeriod(WAIT_US));
	ring_awake(&r->link.rings->client_sleeps);
}

enum rings_came rings_take(struct rings *r, struct link_entry *e)
{
	if (!ring_take(&r->link.receive, &r->link.rings->received, e))
		return link_is_broken(&r->link) ? RINGS_WRONG : RINGS_NONE;
	return e->tag < BUFFERS && e->offset == place(r, e->tag) && e->bytes <= r->room ? RINGS_ENTRY
											: RINGS_WRONG;
}
