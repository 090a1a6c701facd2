/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * client.c - see client.h.
 */
#include <string.h>

#include "client.h"

struct client client;

void client_leave(void)
{
	if (client.rings)
		pecan_dma_free(&client.block);
	memset(&client, 0, sizeof(client));
}

enum link_status client_attach(L4_ThreadId_t thread, L4_Word_t block)
{
	struct pecan_dma d;

	client_leave();
	if (pecan_dma_open(block, &d) != ROOT_OK)
		return LINK_E_BLOCK;
	if (d.bytes < sizeof(struct link_rings)) {
		pecan_dma_free(&d);
		return LINK_E_BLOCK;
	}
	client = (struct client){ .thread = thread, .block = d, .rings = d.at };
	return LINK_OK;
}

/* under_way: entries of the ring at the device. */
static bool next(const struct link_ring *r, uint32_t *taken, unsigned *under_way, struct link_entry *e)
{
	uint32_t ready;

	if (!client.rings || client.broken)
		return false;
	ready = link_ready(r, *taken);
	if (ready == 0)
		return false;
	if (ready > LINK_RING - *under_way) {
		client.broken = true;
		return false;
	}
	*e = link_take(r, taken);
	(*under_way)++;
	return true;
}

static bool in_block(const struct link_entry *e, unsigned bytes, uint64_t *physical)
{
	*physical = client.block.physical + e->offset;
	return e->offset < client.block.bytes && bytes <= client.block.bytes - e->offset;
}

bool client_next_receive(struct link_entry *e, uint64_t *physical)
{
	while (next(&client.rings->receive, &client.given, &client.receives, e)) {
		if (in_block(e, LINK_BUFFER, physical))
			return true;
		client_received(*e, 0);
	}
	return false;
}

bool client_next_send(struct link_entry *e, uint64_t *physical)
{
	while (next(&client.rings->send, &client.sent, &client.sends, e)) {
		if (e->bytes > 0 && e->bytes <= LINK_FRAME && in_block(e, e->bytes, physical))
			return true;
		client_sent(*e);
	}
	return false;
}

void client_received(struct link_entry e, unsigned bytes)
{
	client.receives--;
	e.bytes = (uint16_t)bytes;
	link_put(&client.rings->received, &client.taken, e);
}

void client_sent(struct link_entry e)
{
	client.sends--;
	link_put(&client.rings->sent, &client.reaped, e);
}
