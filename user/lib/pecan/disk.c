/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * disk.c - see <pecan/disk.h>.
 */
#include <l4/ipc.h>
#include <pecan/disk.h>
#include <pecan/names.h>
#include <pecan/server.h>
#include <proto/disk_client.h>
#include <string.h>

enum { SHARE_WAITS = 200, SHARE_US = 10000, OPEN_WAITS = 100 };

/* ---- the connection ---- */

/* Let the driver open a block: its predecessor's device may have to be reset first. */
static enum disk_status share(const struct disk *d, const struct pecan_dma *block)
{
	enum root_error e = ROOT_E_BUSY;

	for (unsigned i = 0; i < SHARE_WAITS && e == ROOT_E_BUSY; i++) {
		e = pecan_dma_share(block, d->driver);
		if (e == ROOT_E_BUSY)
			L4_Sleep(L4_TimePeriod(SHARE_US));
	}
	return e == ROOT_OK ? DISK_OK : e == ROOT_E_TASK ? DISK_LOST : DISK_E_BLOCK;
}

static void put(struct disk *d, const struct disk_entry *r)
{
	struct disk_entry *e = &d->rings->request[d->sent % DISK_RING];

	*e = *r;
	e->block = r->block < d->blocks ? d->number[r->block] : 0;	/* 0: no block has that number */
	__atomic_store_n(&d->rings->requests, ++d->sent, __ATOMIC_RELEASE);
}

static enum disk_status add_block(struct disk *d, unsigned i)
{
	struct disk_add_out out = { 0 };
	enum disk_status e = share(d, &d->data[i]);

	if (e == DISK_OK)
		e = disk_add(d->driver, d->data[i].block, &out);
	d->number[i] = (uint32_t)out.number;
	return e;
}

/* Attach to d->driver, with all blocks, and give it what is under way. */
static enum disk_status attach(struct disk *d)
{
	struct disk_info_out info;
	enum disk_status e = disk_info(d->driver, &info);

	if (e == DISK_OK)
		e = share(d, &d->ring_block);
	memset(d->rings, 0, sizeof(*d->rings));
	d->sent = d->taken = 0;
	if (e == DISK_OK)
		e = disk_attach(d->driver, d->ring_block.block);
	for (unsigned i = 0; i < d->blocks && e == DISK_OK; i++)
		e = add_block(d, i);
	if (e != DISK_OK)
		return e;
	d->sectors = info.sectors;
	d->read_only = info.read_only != 0;
	memcpy(d->serial, info.serial, sizeof(d->serial));
	for (unsigned i = 0; i < DISK_RING; i++)
		if (d->pending[i].used)
			put(d, &d->pending[i].request);
	return DISK_OK;
}

/* wait: until there is a driver. */
static enum disk_status connect(struct disk *d, bool wait)
{
	enum disk_status e;

	do {
		if (pecan_lookup(DISK_NAME, wait, &d->driver) != NAMES_OK)
			return DISK_LOST;
		e = attach(d);
	} while (e == DISK_LOST);
	return e;
}

/* The driver has ended, or has cut this task off. */
static enum disk_status reconnect(struct disk *d)
{
	d->restarts++;
	return connect(d, true);
}

enum disk_status disk_open(struct disk *d)
{
	enum disk_status e = DISK_LOST;

	memset(d, 0, sizeof(*d));
	if (pecan_dma_new(sizeof(struct disk_rings), L4_nilthread, &d->ring_block) != ROOT_OK)
		return DISK_E_BLOCK;
	d->rings = d->ring_block.at;
	for (unsigned i = 0; i < OPEN_WAITS; i++) {	/* the driver may be about to be started again */
		e = connect(d, false);
		if (e != DISK_LOST)
			break;
		L4_Sleep(L4_TimePeriod(SHARE_US));
	}
	if (e != DISK_OK)
		pecan_dma_free(&d->ring_block);
	return e;
}

void disk_close(struct disk *d)
{
	disk_detach(d->driver);
	for (unsigned i = 0; i < d->blocks; i++)
		pecan_dma_free(&d->data[i]);
	pecan_dma_free(&d->ring_block);
}

int disk_block(struct disk *d, L4_Word_t bytes)
{
	struct pecan_dma *block = &d->data[d->blocks];
	enum disk_status e;

	if (d->blocks == DISK_BLOCKS || pecan_dma_new(bytes, L4_nilthread, block) != ROOT_OK)
		return -1;
	e = add_block(d, d->blocks);
	d->blocks++;
	if (e == DISK_LOST)
		e = reconnect(d);		/* adds all blocks */
	if (e == DISK_OK)
		return (int)d->blocks - 1;
	d->blocks--;
	pecan_dma_free(block);
	return -1;
}

/* ---- requests ---- */

int disk_submit(struct disk *d, const struct disk_entry *r)
{
	for (unsigned i = 0; i < DISK_RING; i++) {
		struct disk_pending *p = &d->pending[i];

		if (p->used)
			continue;
		p->used = true;
		p->request = *r;
		p->request.tag = i;
		put(d, &p->request);
		return (int)i;
	}
	return -1;
}

/* The number of the next answer, or -1. */
static int take(struct disk *d, enum disk_status *status)
{
	uint32_t ready = __atomic_load_n(&d->rings->answers, __ATOMIC_ACQUIRE) - d->taken;
	struct disk_done a;

	if (ready == 0 || ready > DISK_RING)
		return -1;
	a = d->rings->answer[d->taken++ % DISK_RING];
	if (a.tag >= DISK_RING || !d->pending[a.tag].used)
		return -1;
	d->pending[a.tag].used = false;
	*status = (enum disk_status)a.status;
	return (int)a.tag;
}

void disk_push(struct disk *d)
{
	__atomic_thread_fence(__ATOMIC_SEQ_CST);	/* the index of requests before the driver's flag */
	if (__atomic_load_n(&d->rings->driver_sleeps, __ATOMIC_RELAXED))
		disk_bell(d->driver, 0, d->taken);
}

static bool any_pending(const struct disk *d)
{
	for (unsigned i = 0; i < DISK_RING; i++)
		if (d->pending[i].used)
			return true;
	return false;
}

int disk_wait(struct disk *d, enum disk_status *status)
{
	while (any_pending(d)) {
		int n = take(d, status);

		if (n >= 0)
			return n;
		pecan_beat();	/* the bell returns each second: a disk can be slow */
		*status = disk_bell(d->driver, 1, d->taken);
		if (*status != DISK_OK)
			*status = reconnect(d);
		if (*status != DISK_OK) {
			memset(d->pending, 0, sizeof(d->pending));	/* no driver has them */
			return -1;
		}
	}
	return -1;
}

enum disk_status disk_do(struct disk *d, const struct disk_entry *r)
{
	enum disk_status status = DISK_E_FULL;
	int n = disk_submit(d, r);

	while (n >= 0) {
		int done = disk_wait(d, &status);

		if (done == n || done < 0)
			break;
	}
	return status;
}
