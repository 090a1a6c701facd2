/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store.c - see store.h.
 */
#include <string.h>

#include "store.h"

enum { HASH = 256, PAGES_MAX = UINT16_MAX, SPREAD = 31 };

/* file 0: free. next: of the pages with the same hash, their number in the list from 1. */
static struct page { L4_Word_t task; uint64_t index; uint32_t file; uint16_t next, section; } *pages;
static uint16_t heads[HASH];
static struct chunk { char *at; unsigned used; } chunks[STORE_CHUNKS];
static unsigned total, per_chunk;
static struct places places;
static struct { L4_Word_t task; unsigned pages; } last;	/* of the task that had the last page made */

bool store_begin(size_t bytes)
{
	size_t n = bytes / (STORE_PAGE + sizeof *pages);

	per_chunk = (unsigned)((n < PAGES_MAX ? n : PAGES_MAX) / STORE_CHUNKS);
	total = per_chunk * STORE_CHUNKS;
	places = places_of(total, total / STORE_TASKS, total / STORE_SECTIONS);
	pages = total ? memory_take(total * sizeof *pages) : NULL;
	return pages != NULL;
}

static uint16_t *head_of(uint32_t file, uint64_t index)
{
	return &heads[(file * SPREAD + index) % HASH];
}

static struct chunk *chunk_of(const struct page *p)
{
	return &chunks[(size_t)(p - pages) / per_chunk];
}

static char *bytes_of(const struct page *p)
{
	return chunk_of(p)->at + (size_t)(p - pages) % per_chunk * STORE_PAGE;
}

char *store_find(uint32_t file, uint64_t index)
{
	for (unsigned n = *head_of(file, index); n; n = pages[n - 1].next)
		if (pages[n - 1].file == file && pages[n - 1].index == index)
			return bytes_of(&pages[n - 1]);
	return NULL;
}

static unsigned pages_of(L4_Word_t task)
{
	if (last.task == task)
		return last.pages;
	last.task = task;
	last.pages = 0;
	for (const struct page *p = pages; p < pages + total; p++)
		last.pages += p->file && p->task == task;
	return last.pages;
}

/* One that is there before one of a chunk that has to be taken. */
static struct page *free_page(void)
{
	struct chunk *absent = NULL, *c = chunks;
	struct page *p;

	for (; c < chunks + STORE_CHUNKS && (!c->at || c->used == per_chunk); c++)
		if (!c->at && !absent)
			absent = c;
	if (c == chunks + STORE_CHUNKS) {
		c = absent;
		if (!c)
			return NULL;
		c->at = memory_take((size_t)per_chunk * STORE_PAGE);
		if (!c->at)
			return NULL;
	}
	for (p = pages + (size_t)(c - chunks) * per_chunk; p->file; )
		p++;
	return p;
}

char *store_make(struct holder who, uint32_t file, uint64_t index)
{
	char *there = store_find(file, index);
	uint16_t *head = head_of(file, index);
	struct page *p;

	if (there)
		return there;
	if (!places_has(&places, who.section, pages_of(who.task)))
		return NULL;
	p = free_page();
	if (!p)
		return NULL;
	*p = (struct page){ who.task, index, file, *head, (uint16_t)who.section };
	*head = (uint16_t)(p - pages + 1);
	chunk_of(p)->used++;
	last.pages++;
	places_take(&places, who.section);
	return memset(bytes_of(p), 0, STORE_PAGE);
}

static void release(struct page *p)
{
	struct chunk *c = chunk_of(p);
	uint16_t *at = head_of(p->file, p->index);

	while (*at != p - pages + 1)
		at = &pages[*at - 1].next;
	*at = p->next;
	p->file = 0;
	last.pages -= p->task == last.task;
	places_give(&places, p->section);
	if (--c->used == 0) {
		memory_give(c->at);
		c->at = NULL;
	}
}

void store_cut(uint32_t file, uint64_t bytes)
{
	size_t rest = bytes % STORE_PAGE;
	char *at = rest ? store_find(file, bytes / STORE_PAGE) : NULL;

	if (at)
		memset(at + rest, 0, STORE_PAGE - rest);
	for (struct page *p = pages; p < pages + total; p++)
		if (p->file == file && p->index >= bytes / STORE_PAGE + (rest != 0))
			release(p);
}

unsigned store_pages(uint32_t file)
{
	unsigned n = 0;

	for (const struct page *p = pages; p < pages + total; p++)
		n += p->file == file;
	return n;
}

unsigned store_total(void)
{
	return total;
}

unsigned store_free(void)
{
	return total - places.taken;
}
