/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * exchange.c - see <pecan/exchange.h>.
 */
#include <pecan/exchange.h>
#include <pecan/server.h>

void exchange_leave(struct exchange *x)
{
	if (x->rings)
		pecan_dma_free(&x->block);
	*x = (struct exchange){ .limits = x->limits };
}

enum link_status exchange_attach(struct exchange *x, L4_ThreadId_t thread, L4_Word_t block)
{
	L4_Word_t task = pecan_client_task(thread);
	struct pecan_dma d;

	exchange_leave(x);
	if (pecan_dma_open(block, task, &d) != ROOT_OK)
		return LINK_E_BLOCK;
	if (d.bytes < sizeof(struct link_rings)) {
		pecan_dma_free(&d);
		return LINK_E_BLOCK;
	}
	*x = (struct exchange){ .limits = x->limits, .thread = thread, .task = task, .block = d, .rings = d.at };
	return LINK_OK;
}

static bool in_block(const struct exchange *x, const struct link_entry *e, unsigned bytes)
{
	return e->offset < x->block.bytes && bytes <= x->block.bytes - e->offset;
}

unsigned exchange_room(const struct exchange *x, const struct link_entry *e)
{
	return x->limits.buffer ? x->limits.buffer : e->bytes;
}

bool exchange_next_receive(struct exchange *x, struct link_entry *e)
{
	while (x->rings && ring_next(&x->receive, &x->rings->receive, e)) {
		unsigned room = exchange_room(x, e);

		if (room > 0 && in_block(x, e, room))
			return true;
		exchange_received(x, *e, 0);
	}
	x->send.broken |= x->receive.broken;
	return false;
}

bool exchange_next_send(struct exchange *x, struct link_entry *e)
{
	while (x->rings && ring_next(&x->send, &x->rings->send, e)) {
		if (e->bytes > 0 && e->bytes <= x->limits.packet && in_block(x, e, e->bytes))
			return true;
		exchange_sent(x, *e);
	}
	x->receive.broken |= x->send.broken;
	return false;
}

void exchange_received(struct exchange *x, struct link_entry e, unsigned bytes)
{
	e.bytes = (uint16_t)bytes;
	ring_answer(&x->receive, &x->rings->received, &e);
}

void exchange_sent(struct exchange *x, struct link_entry e)
{
	ring_answer(&x->send, &x->rings->sent, &e);
}
