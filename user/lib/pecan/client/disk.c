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

_Static_assert(DISK_RING == 64, "the bits of under_way");

enum { SHARE_WAITS = 200, WAIT_US = 10000, WAITS_IN_SECOND = 100, RECEIVE_PHASE = 1 };

/* ---- the connection ---- */

/* Let the driver open a block: its predecessor's device may have to be reset first. */
static enum disk_status share(const struct disk *d, const struct pecan_dma *block)
{
	enum root_error e = ROOT_E_BUSY;

	for (unsigned i = 0; i < SHARE_WAITS && e == ROOT_E_BUSY; i++) {
		e = pecan_dma_share(block, d->driver);
		if (e == ROOT_E_BUSY)
			L4_Sleep(L4_TimePeriod(WAIT_US));
	}
	return e == ROOT_OK ? DISK_OK : e == ROOT_E_TASK ? DISK_LOST : DISK_E_BLOCK;
}

static bool is_under_way(const struct disk *d, uint64_t number)
{
	return number < DISK_RING && (d->under_way >> number & 1);
}

static void put(struct disk *d, const struct disk_entry *r)
{
	struct disk_entry e = *r;

	e.block = r->block < d->blocks ? d->number[r->block] : 0;	/* 0: no block has that number */
	ring_ask(&d->end, &d->rings->requests, &e);
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

/* Is it the disk of the connection before, if there was one? Another driver may be first now. */
static bool is_same(const struct disk *d, const struct disk_info_out *info)
{
	return d->sectors == 0 || (info->first == d->first && info->sectors == d->sectors
				   && info->unit == d->unit
				   && info->place == d->place
				   && memcmp(info->serial, d->serial, sizeof(d->serial)) == 0);
}

/* Give the driver the rings. DISK_LOST: since `info` a changed table has made the disk another part. */
static enum disk_status give_rings(struct disk *d, const struct disk_info_out *info)
{
	struct disk_attach_out out;
	enum disk_status e = share(d, &d->ring_block);

	memset(d->rings, 0, sizeof(*d->rings));
	d->end = (struct ring_end){ 0 };
	if (e == DISK_OK)
		e = disk_attach(d->driver, d->ring_block.block, &out);
	if (e != DISK_OK || (out.first == info->first && out.sectors == info->sectors))
		return e;
	disk_detach(d->driver);
	return DISK_LOST;
}

/* Attach to d->driver, with all blocks, and give it what is under way. */
static enum disk_status attach(struct disk *d)
{
	struct disk_info_out info;
	enum disk_status e = disk_info(d->driver, &info);

	if (e == DISK_E_ABSENT && d->sectors != 0)
		return DISK_LOST;	/* a stand-in has the name until the disk's driver is started again */
	if (e == DISK_OK && !is_same(d, &info))
		e = DISK_E_ABSENT;
	if (e == DISK_OK)
		e = give_rings(d, &info);
	for (unsigned i = 0; i < d->blocks && e == DISK_OK; i++)
		e = add_block(d, i);
	if (e != DISK_OK)
		return e;
	d->first = info.first;
	d->sectors = info.sectors;
	d->unit = (unsigned)info.unit;
	d->read_only = info.read_only != 0;
	d->place = info.place;
	memcpy(d->serial, info.serial, sizeof(d->serial));
	for (unsigned i = 0; i < DISK_RING; i++)
		if (is_under_way(d, i))
			put(d, &d->pending[i]);
	return DISK_OK;
}

/* wait: until there is a driver. */
static enum disk_status connect(struct disk *d, bool wait)
{
	enum disk_status e = DISK_LOST;

	if (d->gone)
		return DISK_E_GONE;
	while (pecan_lookup(d->name, wait, &d->driver) == NAMES_OK && (e = attach(d)) == DISK_LOST && wait) {
		pecan_beat();
		L4_Sleep(L4_TimePeriod(WAIT_US));
	}
	return e;
}

/* The driver has ended, or has cut this task off. */
static enum disk_status reconnect(struct disk *d)
{
	d->restarts++;
	return connect(d, true);
}

/* The driver may be about to be started again. */
static enum disk_status connect_soon(struct disk *d, unsigned waits)
{
	enum disk_status e = DISK_LOST;

	for (unsigned i = 0; i < waits; i++) {
		e = connect(d, false);
		if (e != DISK_LOST)
			break;
		L4_Sleep(L4_TimePeriod(WAIT_US));
	}
	return e;
}

enum disk_status disk_reconnect(struct disk *d, unsigned seconds)
{
	d->restarts++;
	return connect_soon(d, seconds * WAITS_IN_SECOND);
}

enum disk_status disk_open(struct disk *d)
{
	struct root_disk_out own;
	enum disk_status e;

	memset(d, 0, sizeof(*d));
	if (!pecan_client_disk(L4_Myself(), &own))
		return DISK_LOST;
	memcpy(d->name, own.name, sizeof(d->name));
	if (pecan_dma_new(sizeof(struct disk_rings), L4_nilthread, &d->ring_block) != ROOT_OK)
		return DISK_E_BLOCK;
	d->rings = d->ring_block.at;
	e = connect_soon(d, WAITS_IN_SECOND);
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
	unsigned n;

	if (~d->under_way == 0)
		return -1;
	n = (unsigned)__builtin_ctzll(~d->under_way);
	d->under_way |= (uint64_t)1 << n;
	d->pending[n] = *r;
	d->pending[n].tag = n;
	put(d, &d->pending[n]);
	return (int)n;
}

int disk_take(struct disk *d, enum disk_status *status)
{
	struct disk_done a;

	if (!ring_take(&d->end, &d->rings->answers, &a))
		return -1;
	if (!is_under_way(d, a.tag)) {
		d->end.broken = true;
		return -1;
	}
	d->under_way &= ~((uint64_t)1 << a.tag);
	*status = (enum disk_status)a.status;
	d->gone |= *status == DISK_E_GONE;
	return (int)a.tag;
}

void disk_push(struct disk *d)
{
	if (ring_sleeps(&d->rings->driver_sleeps))
		disk_bell(d->driver, 0, d->end.taken);
}

bool disk_any(const struct disk *d) { return d->under_way != 0; }

enum disk_status disk_await(const struct disk *d, uint32_t taken)
{
	return d->end.broken ? DISK_E_CLIENT : disk_bell(d->driver, 1, taken);
}

int disk_wait(struct disk *d, enum disk_status *status)
{
	while (disk_any(d)) {
		int n = disk_take(d, status);

		if (n >= 0)
			return n;
		pecan_beat();	/* the bell returns each second: a disk can be slow */
		*status = disk_await(d, d->end.taken);
		if (*status != DISK_OK)
			*status = reconnect(d);
		if (*status != DISK_OK) {
			d->under_way = 0;	/* no driver has them */
			return -1;
		}
	}
	return -1;
}

L4_MsgTag_t disk_wait_any(struct disk *d, L4_Time_t timeout, L4_ThreadId_t *from)
{
	L4_MsgTag_t tag;
	bool sent;

	*from = L4_nilthread;
	L4_LoadMR(1, 1);
	L4_LoadMR(2, d->end.taken);
	L4_Set_MsgTag(stub_tag(DISK_BELL, 2, 0));
	tag = L4_Ipc(d->driver, L4_anythread, L4_Timeouts(L4_Never, timeout), from);
	sent = L4_IpcSucceeded(tag) || L4_ErrorCode() & RECEIVE_PHASE;
	if (sent && (L4_IpcFailed(tag) || !L4_IsThreadEqual(*from, d->driver)))
		return tag;
	if ((!stub_is_ok(tag) || d->end.broken) && reconnect(d) != DISK_OK)
		d->under_way = 0;
	*from = L4_nilthread;
	return L4_Niltag;
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
