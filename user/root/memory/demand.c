/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * demand.c - what the areas of a task need, kept up to date as areas come and go: a sum over all of them for
 * each request would take the message loop thousands of instructions.
 */
#include <root/task/task.h>
#include "area.h"
#include "demand.h"
#include "pool.h"
#include "vtab.h"

static l4_word_t pages_of(const struct area *a) { return (a->last - a->base + 1) >> PAGE_LOG2; }

/* Extents that the area's pages can be in the kernel. */
static l4_word_t extents(const struct area *a)
{
	switch (a->kind) {
	case AREA_IMAGE:
	case AREA_MAPPED:
	case AREA_KEEP:
		return pages_of(a);
	case AREA_DEVICE:		/* one for each granule of 8 pages: device_memory */
		return (pages_of(a) >> GRANULE_ORDER) + 2;
	case AREA_DMA:			/* of a small block, each page: it is not at the same place of a granule */
		return area_unit(a, 0) != PAGE_LOG2 ? 1
		     : pages_of(a) >> GRANULE_ORDER ? pages_of(a) >> GRANULE_ORDER : pages_of(a);
	case AREA_ENTER:
		return 1;
	default:
		return 0;
	}
}

/* Tables that the area needs, and the one before it (0: there is none) has not. */
static l4_word_t tables(const struct area *a, const struct area *before)
{
	l4_word_t n = 0;

	for (unsigned shift = PAGE_LOG2 + VTAB_LEVEL_BITS; shift < VTAB_TOP_BIT; shift += VTAB_LEVEL_BITS) {
		l4_word_t first = a->base >> shift;

		n += (a->last >> shift) - first + 1 - (before && before->last >> shift == first);
	}
	return n;
}

/* What the area at `a`, which is one of t's, adds to the demand of the others. */
static struct demand added(const struct task *t, const struct area *a)
{
	const struct area *before = a > t->area ? a - 1 : 0;
	const struct area *next = a + 1 < t->area + t->areas ? a + 1 : 0;
	struct demand d = { a->kind == AREA_MAPPED ? pages_of(a) : 0, extents(a), tables(a, before) };

	if (next)
		d.tables += tables(next, a) - tables(next, before);
	return d;
}

void demand_add(struct task *t, const struct area *a)
{
	struct demand d = added(t, a);

	t->demand.mapped += d.mapped;
	t->demand.extents += d.extents;
	t->demand.tables += d.tables;
}

void demand_drop(struct task *t, const struct area *a)
{
	struct demand d = added(t, a);

	t->demand.mapped -= d.mapped;
	t->demand.extents -= d.extents;
	t->demand.tables -= d.tables;
}
