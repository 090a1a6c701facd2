/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * disk_clients.c - see <pecan/disk_clients.h>.
 */
#include <l4/ipc.h>
#include <pecan/disk_clients.h>
#include <pecan/handle.h>
#include <pecan/task.h>
#include <string.h>

struct disk_client disk_clients[DISK_CLIENTS];
static struct places places = { DISK_CLIENTS, 1, DISK_CLIENTS_OF_SECTION, 0, 0, { 0 } };

struct disk_client *disk_client_of(L4_Word_t task)
{
	for (unsigned i = 0; i < DISK_CLIENTS; i++)
		if (disk_clients[i].task == task)
			return &disk_clients[i];
	return 0;
}

/* Give the blocks back, if the device reaches none of them any more. */
static void drop(struct disk_client *c)
{
	if (ring_held(&c->end) > 0)
		return;
	for (unsigned i = 0; i < c->blocks; i++)
		pecan_dma_free(&c->data[i]);
	pecan_dma_free(&c->ring_block);
	places_give(&places, c->section);
	memset(c, 0, sizeof(*c));
}

void disk_client_leave(struct disk_client *c)
{
	c->leaving = c->end.broken = true;
	drop(c);
}

void disk_client_unplug(void)
{
	for (unsigned i = 0; i < DISK_CLIENTS; i++)
		disk_clients[i].gone = disk_clients[i].task != 0;
}

void disk_client_drop_ended(void)
{
	struct pecan_task t;

	for (unsigned i = 0; i < DISK_CLIENTS; i++)
		if (disk_clients[i].task && pecan_task_by_number(disk_clients[i].task, &t) == ROOT_E_TASK)
			disk_client_leave(&disk_clients[i]);
}

bool disk_client_is_leaving(void)
{
	for (unsigned i = 0; i < DISK_CLIENTS; i++)
		if (disk_clients[i].leaving)
			return true;
	return false;
}

struct disk_client *disk_client_attach(struct holder who, L4_Word_t block, const struct disk_limits *disk,
			     enum disk_status *status)
{
	struct disk_client *c = disk_client_of(who.task);
	struct pecan_dma d;

	if (c)
		disk_client_leave(c);
	disk_client_drop_ended();
	*status = DISK_E_FULL;
	if (disk_client_of(who.task) || !places_has(&places, who.section, 0))
		return 0;
	c = disk_client_of(0);
	*status = DISK_E_BLOCK;
	if (pecan_dma_open(block, who.task, &d) != ROOT_OK)
		return 0;
	if (d.bytes < sizeof(struct disk_rings)) {
		pecan_dma_free(&d);
		return 0;
	}
	*c = (struct disk_client){
		.task = who.task, .section = who.section, .disk = *disk, .ring_block = d, .rings = d.at,
	};
	places_take(&places, c->section);
	*status = DISK_OK;
	return c;
}

static unsigned generation;	/* of the last block that was added, whichever client's */

void disk_client_begin(unsigned clock) { generation = clock; }

enum disk_status disk_client_add(struct disk_client *c, L4_Word_t block, L4_Word_t *number)
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

bool disk_client_next(struct disk_client *c, struct disk_entry *r)
{
	return ring_next(&c->end, &c->rings->requests, r);
}

enum disk_status disk_client_check(const struct disk_client *c, const struct disk_entry *r,
				   struct disk_place *at)
{
	const struct disk_limits *disk = &c->disk;
	uint64_t bytes = (uint64_t)r->sectors * DISK_SECTOR;
	unsigned place = handle_place(r->block);

	*at = (struct disk_place){ 0 };
	if (c->gone)
		return DISK_E_GONE;
	if (r->kind == DISK_FLUSH)
		return DISK_OK;
	if (r->kind > DISK_FLUSH || place >= c->blocks || c->number[place] != r->block
	    || r->offset % DISK_SECTOR != 0)
		return DISK_E_BLOCK;
	if (r->sectors == 0 || r->sector >= disk->sectors || r->sectors > disk->sectors - r->sector
	    || r->offset > c->data[place].bytes || bytes > c->data[place].bytes - r->offset)
		return DISK_E_RANGE;
	if ((disk->first + r->sector) % disk->unit || r->sectors % disk->unit
	    || r->offset / DISK_SECTOR % disk->unit)
		return DISK_E_UNIT;
	if (r->kind == DISK_WRITE && disk->read_only)
		return DISK_E_READ_ONLY;
	*at = (struct disk_place){ disk->first + r->sector, c->data[place].physical + r->offset };
	return DISK_OK;
}

void disk_client_answer(struct disk_client *c, uint64_t tag, enum disk_status status)
{
	struct disk_done a = { tag, (uint32_t)status, 0 };

	ring_answer(&c->end, &c->rings->answers, &a);
}

L4_ThreadId_t disk_client_to_wake(struct disk_client *c)
{
	L4_ThreadId_t waiter = c->waiter;

	if (c->end.put == c->waiter_taken && !c->end.broken)
		return L4_nilthread;
	c->waiter = L4_nilthread;
	return waiter;
}

void disk_client_note_sleep(struct disk_client *c, bool sleeps)
{
	if (!c->task)
		return;
	if (sleeps)
		ring_sleep(&c->rings->driver_sleeps);
	else
		ring_awake(&c->rings->driver_sleeps);
}
