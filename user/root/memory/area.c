/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * area.c - what lies where in a task's address space.
 *
 *   ELF segments   at the addresses in the file
 *   placed         memory of ROOT_MAP, ROOT_POPULATE, ROOT_PHYS and ROOT_DMA_NEW (layout.h)
 *   PECAN_WINDOW.. never used by root (<pecan/addresses.h>)
 *   system         2 MiB (layout.h): | UTCBs 128 KiB | KIP | start code | guard ... | stack 1 MiB |
 */
#include <pecan/addresses.h>
#include <pecan/elf.h>
#include <root/memory/keep.h>
#include <root/report/log.h>
#include <root/root.h>
#include <string.h>
#include <x2/arch.h>
#include <x2/fpage.h>
#include "area.h"
#include "demand.h"
#include "frame.h"
#include "image.h"
#include "layout.h"
#include "limit.h"
#include "pool.h"
#include "vtab.h"

/* Index of the first area that ends at or after `address`. */
static unsigned index_of(const struct task *t, l4_word_t address)
{
	unsigned i = 0;

	while (i < t->areas && t->area[i].last < address)
		i++;
	return i;
}

struct area *area_at(struct task *t, l4_word_t address)
{
	unsigned i = index_of(t, address);

	return i < t->areas && t->area[i].base <= address ? &t->area[i] : 0;
}

bool area_free_at(const struct task *t, l4_word_t base, l4_word_t bytes)
{
	unsigned i = index_of(t, base);

	if (bytes == 0 || base > L4_USER_END || bytes > L4_USER_END - base)
		return false;
	return i == t->areas || t->area[i].base > base + bytes - 1;
}

static l4_word_t align_up(l4_word_t at, l4_word_t align)
{
	return (at + align - 1) & ~(align - 1);
}

/* From the system part of a small space on downwards; 0: there is no place. */
static l4_word_t place_below(const struct task *t, l4_word_t bytes, l4_word_t align)
{
	l4_word_t end = t->system;

	for (unsigned i = index_of(t, end) + 1; i-- > 0; ) {
		l4_word_t lowest = i > 0 ? t->area[i - 1].last + 1 + PAGE_BYTES : LAYOUT_LOWEST;
		l4_word_t at = end < bytes + PAGE_BYTES ? 0 : (end - PAGE_BYTES - bytes) & ~(align - 1);

		if (at >= lowest && at >= LAYOUT_LOWEST)
			return at;
		end = i > 0 ? t->area[i - 1].base : 0;
	}
	return 0;
}

static l4_word_t place_above(const struct task *t, l4_word_t bytes, l4_word_t align)
{
	l4_word_t at = align_up(PECAN_MAP_BASE + PAGE_BYTES, align);

	for (unsigned i = index_of(t, PECAN_MAP_BASE); i < t->areas; i++) {
		if (t->area[i].base > at && t->area[i].base - at >= bytes + PAGE_BYTES)
			break;
		at = align_up(t->area[i].last + 1 + PAGE_BYTES, align);
	}
	return at < PECAN_MAP_END && bytes <= PECAN_MAP_END - at ? at : 0;
}

l4_word_t area_place(const struct task *t, l4_word_t bytes, l4_word_t align)
{
	l4_word_t at = 0;

	if (bytes == 0 || bytes > PECAN_MAP_END - PECAN_MAP_BASE)
		return 0;
	if (t->small_log2 != 0)
		at = place_below(t, bytes, align);
	return at != 0 ? at : place_above(t, bytes, align);
}

l4_word_t area_place_like(const struct task *t, l4_word_t bytes, l4_word_t physical)
{
	l4_word_t align = bytes < LARGE_BYTES ? PAGE_BYTES << GRANULE_ORDER : LARGE_BYTES;
	l4_word_t at = area_place(t, bytes + physical % align, align);

	return at == 0 ? 0 : at + physical % align;
}

enum root_error area_add(struct task *t, const struct area *a)
{
	unsigned i = index_of(t, a->base);

	if (t->areas == AREAS_MAX)
		return ROOT_E_LIMIT;
	for (unsigned k = t->areas++; k > i; k--)
		t->area[k] = t->area[k - 1];
	t->area[i] = *a;
	demand_add(t, &t->area[i]);
	return ROOT_OK;
}

void area_forget(struct task *t, const struct area *a)
{
	unsigned i = (unsigned)(a - t->area);

	demand_drop(t, a);
	for (t->areas--; i < t->areas; i++)
		t->area[i] = t->area[i + 1];
}

static area_gone_fn *gone_of[AREA_KERNEL + 1];

void area_when_gone(enum area_kind kind, area_gone_fn *fn) { gone_of[kind] = fn; }

void area_gone(struct task *t, struct area *a)
{
	struct area gone = *a;

	area_forget(t, a);
	limit_settle(t);
	if (gone_of[gone.kind])
		gone_of[gone.kind](t, gone.physical);
}

/* The segments of an image become one area for each gap-free stretch of pages. */
static enum root_error add_image(struct task *t)
{
	const struct elf *e = &t->image->elf;

	for (unsigned i = 0; i < e->runs; ) {
		struct area a = { .base = e->run[i].base, .last = e->run[i].last, .kind = AREA_IMAGE };

		while (++i < e->runs && e->run[i].base == a.last + 1)
			a.last = e->run[i].last;
		if (area_add(t, &a) != ROOT_OK)
			return ROOT_E_LIMIT;
	}
	return ROOT_OK;
}

/* Only an image of more parts than AREAS_MAX makes these fail, and then one of them does. */
static enum root_error add_system(struct task *t)
{
	l4_word_t stack = area_stack_top(t) - (1 << STACK_LOG2);
	const struct area parts[] = {
		{ .base = t->system, .last = area_enter(t) - 1, .kind = AREA_KERNEL },
		{ .base = area_enter(t), .last = area_enter(t) + PAGE_MASK, .kind = AREA_ENTER,
		  .rights = L4_R | L4_X },
		{ .base = area_enter(t) + PAGE_BYTES, .last = stack - 1, .kind = AREA_GUARD },
		{ .base = stack, .last = area_stack_top(t) - 1, .kind = AREA_ZERO, .rights = L4_R | L4_W },
	};
	enum root_error e = ROOT_OK;

	for (unsigned i = 0; i < sizeof(parts) / sizeof(parts[0]) && e == ROOT_OK; i++)
		e = area_add(t, &parts[i]);
	return e;
}

enum root_error area_layout(struct task *t)
{
	bool refused;
	struct layout l = layout_of(&t->image->elf, t->program, root.small_log2, &refused);
	enum root_error e = add_image(t);

	if (refused)
		report("%s (task %lu) is in a large space: `small %u` of its section is too little for the program",
		       t->image->name, t->id, t->program->small_mib);
	t->system = l.system;
	t->small_log2 = (uint8_t)l.small_log2;
	return e == ROOT_OK ? add_system(t) : e;
}

unsigned area_rights(const struct task *t, const struct area *a, l4_word_t page)
{
	return a->kind == AREA_IMAGE ? elf_run_at(&t->image->elf, page)->rights : a->rights;
}

/* Has the page a frame of the task's own? */
static bool is_own(const struct task *t, const struct area *a, l4_word_t page)
{
	return a->kind == AREA_ZERO || a->kind == AREA_MAPPED
	       || (a->kind == AREA_IMAGE && (area_rights(t, a, page) & L4_W) != 0);
}

/* The frame of any other page; 0: there is none. */
static l4_word_t foreign_frame(struct task *t, const struct area *a, l4_word_t page)
{
	switch (a->kind) {
	case AREA_IMAGE:
		return image_shared(t->image, page);
	case AREA_DEVICE:
	case AREA_DMA:
		return a->physical + (page - a->base);
	case AREA_KEEP:
		return keep_frame(a->keep, page - a->base);
	case AREA_ENTER:
		return root.enter_page;
	default:
		return 0;
	}
}

static l4_word_t own_page(struct task *t, const struct area *a, l4_word_t page)
{
	l4_word_t word;

	if (a->kind == AREA_ZERO && !limit_stack(t))
		return 0;
	word = frame_new(&t->vtab, &t->account, page, a->base, a->last);
	if (word != 0 && a->kind == AREA_IMAGE)
		elf_fill(&t->image->elf, page, direct(word & ~PAGE_MASK));
	return word;
}

/* A page that is filled from the file takes longer than one that is only cleared, or given. */
bool area_ready(struct task *t, const struct area *a, l4_word_t page)
{
	bool filled = a->kind == AREA_IMAGE;

	if (vtab_missing(&t->vtab, page) > !filled && vtab_put(&t->vtab, &t->account, page, VTAB_RESERVED))
		return false;
	return !filled || is_own(t, a, page) || image_ready(t->image, page);
}

l4_word_t area_page(struct task *t, const struct area *a, l4_word_t page)
{
	l4_word_t word;

	if (is_own(t, a, page))
		return own_page(t, a, page);
	word = foreign_frame(t, a, page);
	if (word == 0 || !vtab_put(&t->vtab, &t->account, page, word | VTAB_PRESENT))
		return 0;
	return word | VTAB_PRESENT;
}
