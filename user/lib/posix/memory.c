/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * memory.c - mmap and munmap: pages of one region that root maps at the first call. Root gives a page when it
 * is touched and takes none back before the task ends, so pages that are unmapped are kept for the next mmap,
 * which clears them.
 */
#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <pecan/memory.h>
#include "posix.h"

enum { PAGE_LOG2 = 12, PAGE = 1 << PAGE_LOG2, PAGES = 1 << 16, STEPS = 16 };

static uint8_t used[PAGES], dirty[PAGES];	/* dirty: was in use before */
static char *region;
static size_t region_pages, next_page;
static int lock;

/* As much as root promises the task, less a step at least for areas of other kinds: stacks, blocks. */
static void make_region(void)
{
	struct pecan_memory m;
	size_t step;

	if (region || pecan_memory(&m) != ROOT_OK)
		return;
	step = m.limit / STEPS & ~(size_t)(PAGE - 1);
	if (step > (size_t)PAGES / STEPS * PAGE)
		step = (size_t)PAGES / STEPS * PAGE;
	for (size_t bytes = step * STEPS; bytes > step && !region; bytes -= step) {
		region = pecan_map(bytes);
		if (region) {
			pecan_unmap(region);
			region = pecan_map(bytes - step);
			region_pages = region ? (bytes - step) >> PAGE_LOG2 : 0;
		}
	}
}

/* Returns the first page of a free run at or after `from`, or region_pages. */
static size_t find(size_t from, size_t pages)
{
	size_t run = 0;

	for (size_t i = from; i < region_pages; i++) {
		run = used[i] ? 0 : run + 1;
		if (run == pages)
			return i + 1 - pages;
	}
	return region_pages;
}

static void *take(size_t pages)
{
	size_t at;

	px_lock(&lock);
	make_region();
	at = find(next_page, pages);
	if (at == region_pages)
		at = find(0, pages);
	if (at == region_pages) {
		px_unlock(&lock);
		return NULL;
	}
	memset(used + at, 1, pages);
	next_page = at + pages;
	px_unlock(&lock);
	for (size_t i = at; i < at + pages; i++)
		if (dirty[i])
			memset(region + (i << PAGE_LOG2), 0, PAGE);
	return region + (at << PAGE_LOG2);
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
	size_t at = (size_t)((char *)p->a[0] - region) >> PAGE_LOG2;
	size_t pages = ((size_t)p->a[1] + PAGE - 1) >> PAGE_LOG2;

	if (p->a[0] % PAGE || (char *)p->a[0] < region || at > region_pages || pages > region_pages - at)
		return -EINVAL;
	px_lock(&lock);
	memset(dirty + at, 1, pages);
	memset(used + at, 0, pages);
	if (at < next_page)
		next_page = at;
	px_unlock(&lock);
	return 0;
}
