/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * exchange.c - see <pecan/exchange.h>.
 */
#include <pecan/exchange.h>
#include <pecan/server.h>
#include <string.h>

struct exchange exchange;
struct exchange_limits exchange_limits;

void exchange_leave(void)
{
	if (exchange.rings)
		pecan_dma_free(&exchange.block);
	memset(&exchange, 0, sizeof(exchange));
}

enum link_status exchange_attach(L4_ThreadId_t thread, L4_Word_t block)
{
	L4_Word_t task = pecan_client_task(thread);
	struct pecan_dma d;

	exchange_leave();
	if (pecan_dma_open(block, task, &d) != ROOT_OK)
		return LINK_E_BLOCK;
	if (d.bytes < sizeof(struct link_rings)) {
		pecan_dma_free(&d);
		return LINK_E_BLOCK;
	}
	exchange = (struct exchange){ .thread = thread, .task = task, .block = d, .rings = d.at };
	return LINK_OK;
}

/* under_way: entries of the ring at the device. */
static bool next(const struct link_ring *r, uint32_t *taken, unsigned *under_way, struct link_entry *e)
{
	uint32_t ready;

	if (!exchange.rings || exchange.broken)
		return false;
	ready = link_ready(r, *taken);
	if (ready == 0)
		return false;
	if (ready > LINK_RING - *under_way) {
		exchange.broken = true;
		return false;
	}
	*e = link_take(r, taken);
	(*under_way)++;
	return true;
}

static bool in_block(const struct link_entry *e, unsigned bytes, uint64_t *physical)
{
	*physical = exchange.block.physical + e->offset;
	return e->offset < exchange.block.bytes && bytes <= exchange.block.bytes - e->offset;
}

unsigned exchange_room(const struct link_entry *e)
{
	return exchange_limits.buffer ? exchange_limits.buffer : e->bytes;
}

bool exchange_next_receive(struct link_entry *e, uint64_t *physical)
{
	while (next(&exchange.rings->receive, &exchange.given, &exchange.receives, e)) {
		if (exchange_room(e) > 0 && in_block(e, exchange_room(e), physical))
			return true;
		exchange_received(*e, 0);
	}
	return false;
}

bool exchange_next_send(struct link_entry *e, uint64_t *physical)
{
	while (next(&exchange.rings->send, &exchange.sent, &exchange.sends, e)) {
		if (e->bytes > 0 && e->bytes <= exchange_limits.packet && in_block(e, e->bytes, physical))
			return true;
		exchange_sent(*e);
	}
	return false;
}

void exchange_received(struct link_entry e, unsigned bytes)
{
	exchange.receives--;
	e.bytes = (uint16_t)bytes;
	link_put(&exchange.rings->received, &exchange.taken, e);
}

void exchange_sent(struct link_entry e)
{
	exchange.sends--;
	link_put(&exchange.rings->sent, &exchange.reaped, e);
}
