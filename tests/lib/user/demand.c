/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * demand.c - tests of what the areas of a task need (user/root/memory/demand.c), against a count of each
 * page.
 */
#include "harness.h"
#include <root/memory/demand.h>
#include <root/task/task.h>
#include <stdlib.h>
#include <string.h>

enum { PLAYS = 200, STEPS = 60, AREA_PAGES = 1200, ENTRIES = 512 };

static struct task task;

static l4_word_t pages_of(const struct area *a) { return (a->last - a->base + 1) / PAGE_BYTES; }

/* Tables of one level, of `bytes` each, counted page by page. */
static l4_word_t tables(l4_word_t bytes)
{
	l4_word_t n = 0, last = ~0ul;

	for (const struct area *a = task.area; a < task.area + task.areas; a++)
		for (l4_word_t at = a->base; at < a->last; at += PAGE_BYTES)
			if (at / bytes != last) {
				last = at / bytes;
				n++;
			}
	return n;
}

/* Extents of a block: a large page, granules of 8 pages, or pages. */
static l4_word_t of_block(l4_word_t pages)
{
	return pages == ENTRIES ? 1 : pages < 8 ? pages : pages / 8;
}

static bool agrees(void)
{
	static const l4_word_t per_page[] = {
		[AREA_IMAGE] = 1, [AREA_MAPPED] = 1, [AREA_KEEP] = 1, [AREA_KERNEL] = 0,
	};
	static const l4_word_t fixed[] = { [AREA_ENTER] = 1, [AREA_KERNEL] = 0 };
	l4_word_t leaf = PAGE_BYTES * ENTRIES, mapped = 0, extents = 0;

	for (const struct area *a = task.area; a < task.area + task.areas; a++) {
		mapped += a->kind == AREA_MAPPED ? pages_of(a) : 0;
		extents += a->kind == AREA_DEVICE ? pages_of(a) / 8 + 2
			 : a->kind == AREA_DMA ? of_block(pages_of(a))
			 : per_page[a->kind] * pages_of(a) + fixed[a->kind];
	}
	return task.demand.mapped == mapped && task.demand.extents == extents
	       && task.demand.tables == tables(leaf) + tables(leaf * ENTRIES) + tables(leaf * ENTRIES * ENTRIES);
}

/* An area of any kind behind area i - 1 and before area i, near or far; nothing, if there is no room. */
static void add(unsigned i)
{
	static const l4_word_t far[] = { 0, 1, 300, 700, 400000, 1ul << 27 };
	l4_word_t least = i > 0 ? task.area[i - 1].last + 1 : 0;
	l4_word_t base = least + far[rand() % 6] * PAGE_BYTES;
	struct area a = { .base = base, .last = base + (1 + (l4_word_t)rand() % AREA_PAGES) * PAGE_BYTES - 1 };

	a.kind = (uint8_t)(rand() % (AREA_KERNEL + 1));
	if (a.last >> VTAB_TOP_BIT != 0 || (i < task.areas && a.last >= task.area[i].base))
		return;
	memmove(&task.area[i + 1], &task.area[i], (task.areas++ - i) * sizeof(a));
	task.area[i] = a;
	demand_add(&task, &task.area[i]);
}

static void drop(unsigned i)
{
	demand_drop(&task, &task.area[i]);
	memmove(&task.area[i], &task.area[i + 1], (--task.areas - i) * sizeof(task.area[0]));
}

TEST(HDMD0001, "the demand of areas that come and go in any order is what a count of their pages finds")
{
	srand(1);
	for (unsigned play = 0; play < PLAYS; play++) {
		memset(&task, 0, sizeof(task));
		for (unsigned step = 0; step < STEPS; step++) {
			if (task.areas > 0 && rand() % 3 == 0)
				drop((unsigned)rand() % task.areas);
			else if (task.areas < AREAS_MAX)
				add((unsigned)rand() % (task.areas + 1));
			CHECK(agrees());
		}
	}
}
