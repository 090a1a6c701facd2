/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * memory.c - mmap and munmap: pages of one region, which root maps piece by piece. Pages that are unmapped
 * are kept for the next mmap, which clears them.
 */
#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <pecan/memory.h>
#include "posix.h"

#define REGION	0x180000000000ul	/* where root maps nothing that is not placed there */

enum { PAGE_LOG2 = 12, PAGE = 1 << PAGE_LOG2, PAGES = 1 << 16, STEPS = 16 };

static uint8_t used[PAGES], dirty[PAGES];	/* dirty: was in use before */
static size_t region_pages, next_page;
static int lock;

static size_t free_at_end(void)
{
	size_t n = 0;

	while (n < region_pages && !used[region_pages - 1 - n])
		n++;
	return n;
}

/*
 * So that a run of so many pages is free: by a sixteenth of what the task may have, or by what it takes, as
 * each piece is an area of root's. Root reserves what it maps, so it is not asked for more than is wanted.
 */
static bool grow(size_t pages)
{
	struct pecan_memory m;
	size_t step;
	void *at;

	pages -= free_at_end();
	if (pages > PAGES - region_pages || pecan_memory(&m) != ROOT_OK)
		return false;
	step = m.limit / STEPS >> PAGE_LOG2;
	if (step > PAGES - region_pages)
		step = PAGES - region_pages;
	for (; step > pages; step /= 2)
		if (pecan_map_at(step << PAGE_LOG2, REGION + (region_pages << PAGE_LOG2), &at) == ROOT_OK)
			break;
	if (step <= pages) {
		step = pages;
		if (pecan_map_at(step << PAGE_LOG2, REGION + (region_pages << PAGE_LOG2), &at) != ROOT_OK)
			return false;
	}
	region_pages += step;
	return true;
}

/* Returns the first page of a free run at or after `from`, or PAGES. */
static size_t find(size_t from, size_t pages)
{
	size_t run = 0;

	for (size_t i = from; i < region_pages; i++) {
		run = used[i] ? 0 : run + 1;
		if (run == pages)
			return i + 1 - pages;
	}
	return PAGES;
}

static void *take(size_t pages)
{
	size_t at;

	px_lock(&lock);
	at = find(next_page, pages);
	if (at == PAGES)
		at = find(0, pages);
	if (at == PAGES && grow(pages))
		at = find(0, pages);
	if (at == PAGES) {
		px_unlock(&lock);
		return NULL;
	}
	memset(used + at, 1, pages);
	next_page = at + pages;
	px_unlock(&lock);
	for (size_t i = at; i < at + pages; i++)
		if (dirty[i])
			memset((char *)REGION + (i << PAGE_LOG2), 0, PAGE);
	return (char *)REGION + (at << PAGE_LOG2);
}

/* Private memory only: with a file, a copy of it. All of it can be read and written. */
long px_mmap(const struct px_args *p)
{
	size_t bytes = (size_t)p->a[1], pages = (bytes + PAGE - 1) >> PAGE_LOG2;
	long flags = p->a[3], got;
	char *at;

	if (bytes == 0 || pages == 0)
		return -EINVAL;
	if ((flags & MAP_FIXED) || ((flags & MAP_SHARED) && (p->a[2] & PROT_WRITE)))
		return -ENOSYS;
	at = pages <= PAGES ? take(pages) : NULL;
	if (!at)
		return -ENOMEM;
	if (flags & MAP_ANONYMOUS)
		return (long)at;
	got = px_pread(&(struct px_args){ { p->a[4], (long)at, p->a[1], p->a[5] } });
	if (got >= 0)
		return (long)at;
	px_munmap(&(struct px_args){ { (long)at, p->a[1] } });
	return got;
}

long px_munmap(const struct px_args *p)
{
	size_t at = ((size_t)p->a[0] - REGION) >> PAGE_LOG2;
	size_t pages = ((size_t)p->a[1] + PAGE - 1) >> PAGE_LOG2;

	if (p->a[0] % PAGE || (size_t)p->a[0] < REGION || at > region_pages || pages > region_pages - at)
		return -EINVAL;
	px_lock(&lock);
	memset(dirty + at, 1, pages);
	memset(used + at, 0, pages);
	if (at < next_page)
		next_page = at;
	px_unlock(&lock);
	return 0;
}
