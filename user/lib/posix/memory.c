/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * memory.c - mmap, mremap and munmap: pages of one region, which root maps piece by piece. Pages that are
 * unmapped are kept for the next mmap, which clears them.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <pecan/memory.h>
#include "base.h"
#include "io.h"
#include "memory.h"

enum { PAGE_LOG2 = 12, PAGE = 1 << PAGE_LOG2, STEPS = 16, LARGE_PAGES = 512 };
#define NOWHERE		(~(size_t)0)
#define ROOM_PAGES	((PECAN_MAP_END - PECAN_HEAP_BASE) >> PAGE_LOG2)

/* For each page that the program's memory has room for. dirty: it was in use before. */
static uint8_t *used, *dirty;
static size_t most_pages, region_pages, next_page;
static int lock;

static size_t pages_of(size_t bytes)
{
	return (bytes >> PAGE_LOG2) + (bytes % PAGE != 0);
}

static size_t free_at_end(void)
{
	size_t n = 0;

	while (n < region_pages && !used[region_pages - 1 - n])
		n++;
	return n;
}

/* Under the lock: tables for as many pages as the program's memory has, or as have room there. */
static bool begin(void)
{
	struct pecan_memory m;

	if (used)
		return true;
	if (pecan_memory(&m) != ROOT_OK)
		return false;
	most_pages = m.limit >> PAGE_LOG2 < ROOM_PAGES ? m.limit >> PAGE_LOG2 : ROOM_PAGES;
	used = pecan_map(2 * most_pages);
	dirty = used ? used + most_pages : NULL;
	return used;
}

/* Root maps so many pages behind the region. */
static bool add(size_t pages, bool populated)
{
	L4_Word_t bytes = pages << PAGE_LOG2, end = PECAN_HEAP_BASE + (region_pages << PAGE_LOG2);
	void *at;

	if (pages > most_pages - region_pages
	    || (populated ? pecan_populate_at(bytes, end, &at) : pecan_map_at(bytes, end, &at)) != ROOT_OK)
		return false;
	region_pages += pages;
	return true;
}

/*
 * So that a run of so many pages is free: by a sixteenth of what the task may have, or by what it takes, as
 * each piece is an area of root's. Root reserves what it maps, so it is not asked for more than is wanted.
 */
static bool grow(size_t pages)
{
	struct pecan_memory m;

	if (pecan_memory(&m) != ROOT_OK)
		return false;
	pages -= free_at_end();
	for (size_t step = m.limit / STEPS >> PAGE_LOG2; step > pages; step /= 2)
		if (add(step, false))
			return true;
	return add(pages, false);
}

/* Populated pages at the end of the region, from a multiple of 2 MiB on. */
static bool grow_large(size_t pages)
{
	size_t beside = -region_pages % LARGE_PAGES;

	return pages >= LARGE_PAGES && (beside == 0 || add(beside, false)) && add(pages, true);
}

/* Returns the first page of a free run at or after `from`, or NOWHERE. */
static size_t find(size_t from, size_t pages)
{
	size_t run = 0;

	for (size_t i = from; i < region_pages; i++) {
		run = used[i] ? 0 : run + 1;
		if (run == pages)
			return i + 1 - pages;
	}
	return NOWHERE;
}

static bool is_free(size_t from, size_t pages)
{
	for (size_t i = from; i < from + pages; i++)
		if (i >= region_pages || used[i])
			return false;
	return true;
}

/* Pages that were in use before are cleared; populate: the others are touched. */
static void clear(size_t from, size_t end, bool populate)
{
	for (size_t i = from; i < end; i++) {
		char *at = (char *)PECAN_HEAP_BASE + (i << PAGE_LOG2);

		if (dirty[i])
			memset(at, 0, PAGE);
		else if (populate)
			*(volatile char *)at = 0;
	}
}

static void *take(size_t pages, bool populate)
{
	size_t at = NOWHERE;
	bool can;

	px_lock(&lock);
	can = begin();
	if (can)
		at = find(next_page, pages);
	if (at == NOWHERE)
		at = find(0, pages);
	if (can && at == NOWHERE && populate && grow_large(pages))
		at = region_pages - pages;
	if (can && at == NOWHERE && grow(pages))
		at = find(0, pages);
	if (at == NOWHERE) {
		px_unlock(&lock);
		return NULL;
	}
	memset(used + at, 1, pages);
	next_page = at + pages;
	px_unlock(&lock);
	clear(at, at + pages, populate);
	return (char *)PECAN_HEAP_BASE + (at << PAGE_LOG2);
}

/* Private memory only: with a file, a copy of it. All of it can be read and written. */
long px_map(const struct px_args *p, uint64_t offset)
{
	size_t pages = pages_of((size_t)p->a[1]);
	long flags = p->a[3], got;
	char *at;

	if (pages == 0)
		return -EINVAL;
	if ((flags & MAP_FIXED) || ((flags & MAP_SHARED) && (p->a[2] & PROT_WRITE)))
		return -ENOSYS;
	at = take(pages, flags & MAP_POPULATE);
	if (!at)
		return -ENOMEM;
	if (flags & MAP_ANONYMOUS)
		return (long)at;
	got = px_read_at(p->a[4], at, (size_t)p->a[1], offset);
	if (got >= 0)
		return (long)at;
	px_munmap(&(struct px_args){ { (long)at, p->a[1] } });
	return got;
}

static void give_back(size_t at, size_t pages)
{
	memset(dirty + at, 1, pages);
	memset(used + at, 0, pages);
	if (at < next_page)
		next_page = at;
}

/* The pages of a call that names so many bytes at an address: false if there are none, or others. */
static bool are_pages(const struct px_args *p, size_t *at, size_t *pages)
{
	*at = ((size_t)p->a[0] - PECAN_HEAP_BASE) >> PAGE_LOG2;
	*pages = pages_of((size_t)p->a[1]);
	return p->a[0] % PAGE == 0 && *pages && (size_t)p->a[0] >= PECAN_HEAP_BASE && *at <= region_pages
	       && *pages <= region_pages - *at;
}

long px_munmap(const struct px_args *p)
{
	size_t at, pages;

	if (!are_pages(p, &at, &pages))
		return -EINVAL;
	px_lock(&lock);
	give_back(at, pages);
	px_unlock(&lock);
	return 0;
}

static size_t room(size_t at, size_t pages, bool may_move)
{
	if (is_free(at, pages))
		return at;
	return may_move ? find(0, pages) : NOWHERE;
}

/*
 * Where `wanted` pages have room instead of `pages` at `at`, whose own place counts: so a table that grows
 * needs not both at a time. They are in use then, besides the others.
 */
static size_t place(size_t at, size_t pages, size_t wanted, bool may_move)
{
	size_t to;

	memset(used + at, 0, pages);
	to = room(at, wanted, may_move);
	if (to == NOWHERE && may_move && grow(wanted))
		to = room(at, wanted, true);
	memset(used + at, 1, pages);
	if (to != NOWHERE)
		memset(used + to, 1, wanted);
	return to;
}

long px_mremap(const struct px_args *p)
{
	size_t at, pages, to, wanted = pages_of((size_t)p->a[2]);
	char *from = (char *)p->a[0], *moved;
	long flags = p->a[3];

	if (!are_pages(p, &at, &pages) || wanted == 0 || (flags & ~MREMAP_MAYMOVE))
		return -EINVAL;
	px_lock(&lock);
	to = place(at, pages, wanted, flags & MREMAP_MAYMOVE);
	px_unlock(&lock);
	if (to == NOWHERE)
		return -ENOMEM;
	moved = (char *)PECAN_HEAP_BASE + (to << PAGE_LOG2);
	if (moved != from)
		memmove(moved, from, (pages < wanted ? pages : wanted) << PAGE_LOG2);
	px_lock(&lock);
	give_back(at, pages);
	memset(used + to, 1, wanted);
	px_unlock(&lock);
	if (pages < wanted)
		clear(to + pages, to + wanted, false);
	return (long)moved;
}
