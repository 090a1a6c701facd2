/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fake_disk.c - see fake.h: the disk, as the server sees it (<pecan/disk.h>).
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <pecan/disk.h>

#include "fake.h"

fake_record_fn *fake_record;

enum disk_status disk_open(struct disk *d)
{
	memset(d, 0, sizeof *d);
	d->sectors = fake->sectors;
	d->unit = fake->unit ? fake->unit : 1;
	return DISK_OK;
}

int disk_block(struct disk *d, L4_Word_t bytes)
{
	if (d->blocks == DISK_BLOCKS)
		return -1;
	d->data[d->blocks].at = calloc(1, bytes);
	return (int)d->blocks++;
}

int disk_submit(struct disk *d, const struct disk_entry *r)
{
	int n = ~d->under_way ? __builtin_ctzll(~d->under_way) : -1;

	if (n < 0)
		return -1;
	d->under_way |= (uint64_t)1 << n;
	d->pending[n] = *r;
	return n;
}

/* What was written before is kept from now on, or, if the flush fails, lost. */
static enum disk_status flush_disk(void)
{
	static unsigned char *kept;
	size_t bytes = fake->sectors * SECTOR;
	bool fails = kept && fake->bad_flushes > 0;

	if (!kept)
		kept = malloc(bytes);
	memcpy(fails ? disk_bytes : kept, fails ? kept : disk_bytes, bytes);
	fake->bad_flushes -= fails;
	return fails ? DISK_E_DEVICE : DISK_OK;
}

static enum disk_status perform(const struct disk *d, const struct disk_entry *r)
{
	char *at = (char *)disk_data(d, r->block) + r->offset;
	unsigned char *there = disk_bytes + r->sector * SECTOR;

	if (++fake->requests == fake->end_at)
		_exit(ENDED_BY_FAKE);
	if (fake->watch && fake->noted < sizeof fake->note / sizeof *fake->note)
		fake->note[fake->noted++] = (struct note){ "rwf"[r->kind], r->sector, r->sectors };
	if (fake_record)
		fake_record(r, at);
	if (r->kind == DISK_FLUSH)
		return flush_disk();
	if (r->sector % d->unit || r->sectors % d->unit || r->offset / SECTOR % d->unit)
		return DISK_E_UNIT;
	if (r->sector > fake->sectors || r->sectors > fake->sectors - r->sector)
		return DISK_E_DEVICE;
	if (r->sector < fake->bad_to && r->sector + r->sectors > fake->bad_from) {
		if (fake->bad_times && --fake->bad_times == 0)
			fake->bad_to = 0;
		return DISK_E_DEVICE;
	}
	memcpy(r->kind == DISK_READ ? (void *)at : there, r->kind == DISK_READ ? (void *)there : at,
	       (size_t)r->sectors * SECTOR);
	return DISK_OK;
}

/* Answers come in another order than requests. */
static int answer(struct disk *d, enum disk_status *status)
{
	int n = d->under_way ? DISK_RING - 1 - __builtin_clzll(d->under_way) : -1;

	if (n < 0)
		return -1;
	d->under_way &= ~((uint64_t)1 << n);
	*status = perform(d, &d->pending[n]);
	return n;
}

int disk_wait(struct disk *d, enum disk_status *status)
{
	if (d->under_way && fake->bad_waits > 0) {
		fake->bad_waits--;
		d->under_way = 0;
		*status = DISK_LOST;
		return -1;
	}
	return answer(d, status);
}

static unsigned ready;

void disk_let_answer(unsigned n)
{
	ready = n;
}

int disk_take(struct disk *d, enum disk_status *status)
{
	if (ready == 0 || !d->under_way)
		return -1;
	ready--;
	return answer(d, status);
}

bool disk_any(const struct disk *d)
{
	return d->under_way != 0;
}

/* No driver is found any more. */
L4_MsgTag_t disk_wait_any(struct disk *d, L4_Time_t timeout, L4_ThreadId_t *from)
{
	(void)timeout;
	d->under_way = 0;
	*from = L4_nilthread;
	return L4_Niltag;
}
