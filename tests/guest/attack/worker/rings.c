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
	if (link_sleeps(&r->link.rings->driver_sleeps))
		link_ring_bell(r->link.driver);
}

void rings_give(struct rings *r, unsigned i)
{
	link_put(&r->link.rings->receive, &r->link.given,
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
	link_put(&r->link.rings->send, &r->link.sent,
		 (struct link_entry){ place(r, BUFFERS), (uint16_t)bytes, BUFFERS });
	push(r);
}

bool rings_is_sent(struct rings *r)
{
	uint32_t ready = link_ready(&r->link.rings->sent, r->link.reaped);

	r->link.reaped += ready <= r->link.sent - r->link.reaped ? ready : 0;
	return r->link.reaped == r->link.sent;
}

void rings_wait(struct rings *r)
{
	link_set_sleeps(&r->link.rings->client_sleeps, true);
	if (link_ready(&r->link.rings->received, r->link.taken) == 0)
		L4_Receive_Timeout(r->link.driver, L4_TimePeriod(WAIT_US));
	link_set_sleeps(&r->link.rings->client_sleeps, false);
}

enum rings_came rings_take(struct rings *r, struct link_entry *e)
{
	uint32_t ready = link_ready(&r->link.rings->received, r->link.taken);

	if (ready == 0)
		return RINGS_NONE;
	if (ready > LINK_RING)
		return RINGS_WRONG;
	*e = link_take(&r->link.rings->received, &r->link.taken);
	return e->tag < BUFFERS && e->offset == place(r, e->tag) && e->bytes <= r->room ? RINGS_ENTRY
											: RINGS_WRONG;
}
