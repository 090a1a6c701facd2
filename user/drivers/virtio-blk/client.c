/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * client.c - see client.h.
 */
#include <l4/ipc.h>
#include <pecan/handle.h>
#include <pecan/task.h>
#include <string.h>

#include "client.h"

struct client clients[CLIENTS];
static struct places places = { CLIENTS, 1, CLIENTS_OF_SECTION, 0, 0, { 0 } };

struct client *client_of(L4_Word_t task)
{
	for (unsigned i = 0; i < CLIENTS; i++)
		if (clients[i].task == task)
			return &clients[i];
	return 0;
}

/* Give the blocks back, if the device reaches none of them any more. */
static void drop(struct client *c)
{
	if (c->under_way > 0)
		return;
	for (unsigned i = 0; i < c->blocks; i++)
		pecan_dma_free(&c->data[i]);
	pecan_dma_free(&c->ring_block);
	places_give(&places, c->section);
	memset(c, 0, sizeof(*c));
}

void client_leave(struct client *c)
{
	c->leaving = c->broken = true;
	drop(c);
}

void client_drop_ended(void)
{
	struct pecan_task t;

	for (unsigned i = 0; i < CLIENTS; i++)
		if (clients[i].task && pecan_task_by_number(clients[i].task, &t) == ROOT_E_TASK)
			client_leave(&clients[i]);
}

bool client_is_leaving(void)
{
	for (unsigned i = 0; i < CLIENTS; i++)
		if (clients[i].leaving)
			return true;
	return false;
}

struct client *client_attach(struct holder who, L4_Word_t block, enum disk_status *status)
{
	struct client *c = client_of(who.task);
	struct pecan_dma d;

	if (c)
		client_leave(c);
	client_drop_ended();
	*status = DISK_E_FULL;
	if (client_of(who.task) || !places_has(&places, who.section, 0))
		return 0;
	c = client_of(0);
	*status = DISK_E_BLOCK;
	if (pecan_dma_open(block, who.task, &d) != ROOT_OK)
		return 0;
	if (d.bytes < sizeof(struct disk_rings)) {
		pecan_dma_free(&d);
		return 0;
	}
	*c = (struct client){ .task = who.task, .section = who.section, .ring_block = d, .rings = d.at };
	places_take(&places, c->section);
	*status = DISK_OK;
	return c;
}

static unsigned generation;	/* of the last block that was added, whichever client's */

void client_begin(unsigned clock) { generation = clock; }

enum disk_status client_add(struct client *c, L4_Word_t block, L4_Word_t *number)
{
	unsigned place = c->blocks;

	if (place == DISK_BLOCKS)
		return DISK_E_FULL;
	if (pecan_dma_open(block, c->task, &c->data[place]) != ROOT_OK)
		return DISK_E_BLOCK;
	generation = handle_next(generation);
	*number = c->number[place] = handle_make(place, generation);
	c->blocks++;
	return DISK_OK;
}

bool client_next(struct client *c, struct disk_entry *r)
{
	uint32_t ready;

	if (!c->task || c->broken)
		return false;
	ready = __atomic_load_n(&c->rings->requests, __ATOMIC_ACQUIRE) - c->taken;
	if (ready == 0)
		return false;
	if (ready > DISK_RING - c->under_way) {
		c->broken = true;
		return false;
	}
	memcpy(r, &c->rings->request[c->taken++ % DISK_RING], sizeof(*r));
	return true;
}

enum disk_status client_check(const struct client *c, const struct disk_entry *r, const struct limits *disk,
			      uint64_t *physical)
{
	uint64_t bytes = (uint64_t)r->sectors * DISK_SECTOR;
	unsigned place = handle_place(r->block);

	*physical = 0;
	if (r->kind == DISK_FLUSH)
		return DISK_OK;
	if (r->kind > DISK_FLUSH || place >= c->blocks || c->number[place] != r->block
	    || r->offset % DISK_SECTOR != 0)
		return DISK_E_BLOCK;
	if (r->sectors == 0 || r->sector >= disk->sectors || r->sectors > disk->sectors - r->sector
	    || r->offset > c->data[place].bytes || bytes > c->data[place].bytes - r->offset)
		return DISK_E_RANGE;
	if (r->kind == DISK_WRITE && disk->read_only)
		return DISK_E_READ_ONLY;
	*physical = c->data[place].physical + r->offset;
	return DISK_OK;
}

void client_answer(struct client *c, uint64_t tag, enum disk_status status)
{
	struct disk_done *a = &c->rings->answer[c->answered++ % DISK_RING];

	*a = (struct disk_done){ tag, (uint32_t)status, 0 };
	__atomic_store_n(&c->rings->answers, c->answered, __ATOMIC_RELEASE);
}

L4_ThreadId_t client_to_wake(struct client *c)
{
	L4_ThreadId_t waiter = c->waiter;

	if (c->answered == c->waiter_taken && !c->broken)
		return L4_nilthread;
	c->waiter = L4_nilthread;
	return waiter;
}

void client_note_sleep(struct client *c, bool sleeps)
{
	if (c->task)
		__atomic_store_n(&c->rings->driver_sleeps, sleeps, __ATOMIC_SEQ_CST);
}
