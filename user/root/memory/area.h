/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * area.h - the areas of a task: their places, and the pages in them.
 */
#ifndef ROOT_AREA_H
#define ROOT_AREA_H

#include <root/task/task.h>

/* Returns the area of t that contains `address`, or 0. */
struct area *area_at(struct task *t, l4_word_t address);

/*
 * Returns the address of `bytes` unused bytes of t's space, a multiple of `align` (a power of two), with an
 * unused page on both sides; 0 if there is no such place.
 */
l4_word_t area_place(const struct task *t, l4_word_t bytes, l4_word_t align);

/*
 * The same for device memory at `physical`, at a distance from it by which pages that are touched one by one
 * become few extents.
 */
l4_word_t area_place_like(const struct task *t, l4_word_t bytes, l4_word_t physical);

/* Returns true if [base, base + bytes) is in the user area and unused in t. */
bool area_free_at(const struct task *t, l4_word_t base, l4_word_t bytes);

/* Add an area that overlaps no other. ROOT_E_LIMIT: t has AREAS_MAX. The only error. */
enum root_error area_add(struct task *t, const struct area *a);

/* Remove the record of an area without pages. */
void area_forget(struct task *t, const struct area *a);

/* What its owner does when the area at `physical` has been removed from t. To be set at boot, by kinds. */
typedef void area_gone_fn(const struct task *t, l4_word_t physical);
void area_when_gone(enum area_kind kind, area_gone_fn *fn);

/* Remove an area whose pages area_work.c has freed. */
void area_gone(struct task *t, struct area *a);

/* Choose the layout of a new task, and add its areas: KIP, UTCBs, stack, start code and image. */
enum root_error area_layout(struct task *t);

enum { STACK_LOG2 = 20, UTCB_AREA_LOG2 = 17 };

static inline l4_word_t area_utcb(const struct task *t) { return t->system; }
static inline l4_word_t area_kip(const struct task *t) { return t->system + (1 << UTCB_AREA_LOG2); }
static inline l4_word_t area_enter(const struct task *t) { return area_kip(t) + PAGE_BYTES; }
static inline l4_word_t area_stack_top(const struct task *t) { return t->system + (1 << 21); }

/*
 * A page and all tables for it may be more than the message loop may allocate for one fault. Returns false if
 * so: tables for `page`, in area a, were allocated, and the thread must fault again.
 */
bool area_ready(struct task *t, const struct area *a, l4_word_t page);

/*
 * Make the absent page at `page`, in area a, present. Returns its frame with VTAB_ flags, or 0 if the task's
 * memory is used up.
 */
l4_word_t area_page(struct task *t, const struct area *a, l4_word_t page);

enum { LARGE_LOG2 = 21 };
#define LARGE_BYTES	((l4_word_t)1 << LARGE_LOG2)

/*
 * Returns log2 of the bytes that one fault at a page with this leaf word maps: a page, or a large page if a
 * block of dma.c or frame_block fills it. The kernel maps at root's priority, in 1,670 instructions for each
 * page of a large page of root's.
 */
static inline unsigned area_unit(const struct area *a, l4_word_t word)
{
	bool large = a->kind == AREA_DMA ? a->last - a->base == LARGE_BYTES - 1 : vtab_log2(word) == LARGE_LOG2;

	return large ? LARGE_LOG2 : PAGE_LOG2;
}

/* Returns the rights with which the page at `page` of area a may be mapped. */
unsigned area_rights(const struct task *t, const struct area *a, l4_word_t page);

#endif
