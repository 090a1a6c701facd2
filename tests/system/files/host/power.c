/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * power.c - see power.h.
 */
#include <stdlib.h>
#include <string.h>

#include "fake.h"
#include "power.h"

enum { RECORDED = 8192 };

/* What the disk had before, and requests since then. */
static struct {
	unsigned count;
	size_t used;
	struct { uint64_t sector; unsigned sectors; size_t at; } request[RECORDED];
	unsigned char bytes[64 << 20], before[POWER_KIB * 1024];
} *recorded;

unsigned chance(unsigned n)
{
	return (unsigned)rand() % n;
}

void power_make(const char *options)
{
	if (!recorded)
		recorded = fake_shared(sizeof *recorded);
	disk_make(POWER_KIB, options);
	recorded->count = 0;
}

static void record(const struct disk_entry *r, const void *bytes)
{
	size_t n = (size_t)r->sectors * SECTOR;

	if (r->kind == DISK_READ)
		return;
	if (recorded->count == RECORDED || recorded->used + n > sizeof recorded->bytes)
		abort();
	if (r->kind == DISK_WRITE)
		memcpy(recorded->bytes + recorded->used, bytes, n);
	recorded->request[recorded->count].sector = r->sector;
	recorded->request[recorded->count].at = recorded->used;
	recorded->request[recorded->count++].sectors = r->kind == DISK_WRITE ? r->sectors : 0;
	recorded->used += r->kind == DISK_WRITE ? n : 0;
}

void power_record(void)
{
	memcpy(recorded->before, disk_bytes, sizeof recorded->before);
	recorded->count = 0;
	recorded->used = 0;
	fake_record = record;
}

unsigned power_count(void)
{
	return recorded->count;
}

static void put(unsigned i, unsigned block)
{
	unsigned from = block * POWER_BLOCK / SECTOR, n = recorded->request[i].sectors - from;

	n = n < POWER_BLOCK / SECTOR ? n : POWER_BLOCK / SECTOR;
	memcpy(disk_bytes + (recorded->request[i].sector + from) * SECTOR,
	       recorded->bytes + recorded->request[i].at + (size_t)from * SECTOR, (size_t)n * SECTOR);
}

void power_cut(unsigned cut, bool all)
{
	unsigned flushed = cut;

	while (flushed > 0 && recorded->request[flushed - 1].sectors != 0)
		flushed--;
	memcpy(disk_bytes, recorded->before, sizeof recorded->before);
	memset(fake->keep, 0, sizeof fake->keep);
	for (unsigned i = 0; i < cut; i++)
		for (unsigned b = 0; b < (recorded->request[i].sectors * SECTOR + POWER_BLOCK - 1) / POWER_BLOCK; b++)
			if (i < flushed || all || chance(2))
				put(i, b);
}
