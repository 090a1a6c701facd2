/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * area_work.c - what is done at areas in orders: their pages leave all spaces and are free again, or only
 * leave them; a block, or what an area is populated with, is cleared; device memory is requested from sigma0.
 * The looks at page records in one step are limited (LOOKS, FRAMES). An area is known by its base from one
 * step to the next: its place in the task's record changes.
 *
 * A batch of pages is unmapped by a worker before their frames are free: so no other task gets a frame that
 * is still mapped anywhere.
 */
#include <proto/root_server.h>
#include <root/job/job.h>
#include <root/memory/area.h>
#include <root/memory/frame.h>
#include <root/memory/pool.h>
#include <root/memory/vtab.h>
#include <root/root.h>
#include <x2/fpage.h>
#include "area_work.h"

enum { LOOKS = 96, PAGES = ORDER_WORDS, FREED = 4, CLEAR_BYTES = 64 << 10, FRAMES = 256 };

void area_work_begin(struct task *t, struct area *a, enum area_work work, unsigned waiter)
{
	if (work == WORK_REMOVE)
		job_giving(t);
	a->work = (uint8_t)work;
	a->waiter = (uint8_t)waiter;
	job_add(t, JOB_AREAS);
	job_update(t);
}

/* ---- pages that leave all spaces ---- */

static void add_page(struct order *o, l4_word_t frame, unsigned log2)
{
	o->word[o->words++] = l4_fpage((l4_word_t)direct(frame), log2, L4_RWX).raw;
}

/*
 * The pages and blocks that t owns from *at on, as many as an order holds. A look may end behind the area, at
 * pages that are touched before those of the order are forgotten: they are not among them.
 */
static void find_owned(const struct task *t, l4_word_t *at, l4_word_t last, struct order *o)
{
	unsigned looks = LOOKS;
	l4_word_t word;

	while (o->words < PAGES && (word = vtab_next(&t->vtab, at, last, &looks)) != 0) {
		if (vtab_owns(word, *at))
			add_page(o, word & ~PAGE_MASK, vtab_log2(word));
		*at += PAGE_BYTES;
	}
	if (*at > last)
		*at = last + 1;
}

/* Device memory and blocks: the largest aligned pieces, which have no page records that say so. */
static void find_physical(const struct area *a, l4_word_t *at, struct order *o)
{
	while (o->words < PAGES && *at <= a->last) {
		l4_word_t physical = a->physical + (*at - a->base), left = a->last - *at + 1;
		unsigned log2 = PAGE_LOG2;

		while (physical % ((l4_word_t)2 << log2) == 0 && (l4_word_t)2 << log2 <= left)
			log2++;
		add_page(o, physical, log2);
		*at += (l4_word_t)1 << log2;
	}
}

static bool is_physical(const struct area *a) { return a->kind == AREA_DEVICE || a->kind == AREA_DMA; }

/* The next pages from *at on. */
static void unmap_some(const struct task *t, const struct area *a, l4_word_t *at)
{
	struct order o = { .kind = ORDER_UNMAP };

	if (is_physical(a))
		find_physical(a, at, &o);
	else
		find_owned(t, at, a->last, &o);
	if (o.words > 0)
		order(&o);
	else
		pause_job();
}

/* Forget the pages of [from, end), a few in a step; those that t owns are free. */
static void forget(struct task *t, l4_word_t from, l4_word_t end)
{
	while (from < end) {
		unsigned looks = LOOKS, freed = 0;
		l4_word_t word;

		while (freed < FREED && (word = vtab_next(&t->vtab, &from, end - 1, &looks)) != 0) {
			if (vtab_owns(word, from)) {
				account_free_block(&t->account, word & ~PAGE_MASK, vtab_log2(word) - PAGE_LOG2);
				freed++;
			}
			vtab_drop(&t->vtab, &t->account, from);
			freed++;
			from += PAGE_BYTES;
		}
		pause_job();
	}
}

/* Of physical areas there are no records of pages that have to be forgotten before others are unmapped. */
static void unmap_and_free(struct task *t, l4_word_t base)
{
	l4_word_t at = base, forgotten = base, last = area_at(t, base)->last;

	while (at <= last) {
		unmap_some(t, area_at(t, base), &at);
		if (!is_physical(area_at(t, base)) || at > last) {
			forget(t, forgotten, at);
			forgotten = at;
		}
	}
}

static void seal(struct task *t, l4_word_t base)
{
	l4_word_t at = base, last = area_at(t, base)->last;

	while (at <= last)
		unmap_some(t, area_at(t, base), &at);
}

/* ---- memory that is cleared, and device memory ---- */

/* The frames of [at, end), which are cleared from `physical` on; returns the end of what was. */
static l4_word_t clear_piece(l4_word_t at, l4_word_t end, l4_word_t physical)
{
	l4_word_t n = end - at < CLEAR_BYTES ? end - at : CLEAR_BYTES;

	order(&(struct order){ ORDER_CLEAR, 2, { physical, n } });
	return at + n;
}

static void clear_block(struct task *t, l4_word_t base)
{
	const struct area *a = area_at(t, base);
	l4_word_t at = base, last = a->last, physical = a->physical;

	while (at <= last)
		at = clear_piece(at, last + 1, physical + (at - base));
}

/* A block in pieces: those that are cleared, or being cleared, are in the page records. */
static l4_word_t fill(struct task *t, l4_word_t at, l4_word_t block)
{
	l4_word_t size = (l4_word_t)1 << vtab_log2(block), end = at + size;

	while (at < end) {
		l4_word_t word = block + (at & (size - 1)), left = end - at;

		vtab_fill(&t->vtab, at, (left < CLEAR_BYTES ? left : CLEAR_BYTES) >> PAGE_LOG2, word | VTAB_UNSENT);
		at = clear_piece(at, end, word & ~PAGE_MASK);
	}
	return end;
}

/*
 * There is a page for each page of the area, as limit_area has reserved it; one for which there is none comes
 * when it is touched.
 */
static void populate(struct task *t, l4_word_t base)
{
	l4_word_t at = base, last = area_at(t, base)->last, block;

	while (at <= last && (block = frame_block(&t->vtab, &t->account, at, last)) != 0)
		at = fill(t, at, block);
}

/* Is some of the memory RAM that root hands out? */
static bool is_ram(l4_word_t frame, l4_word_t end)
{
	if (end > root.pool.frames)
		end = root.pool.frames;
	for (; frame < end; frame += FRAMES) {
		if (pool_holds(&root.pool, frame, end - frame < FRAMES ? end - frame : FRAMES))
			return true;
		pause_job();
	}
	return false;
}

static enum root_error get_device(struct task *t, l4_word_t base)
{
	const struct area *a = area_at(t, base);
	l4_word_t at = base, last = a->last, frame = a->physical >> PAGE_LOG2;

	if (is_ram(frame, frame + ((last + 1 - base) >> PAGE_LOG2)))
		return ROOT_E_BUSY;
	while (at <= last) {
		struct order o = { .kind = ORDER_SIGMA };

		find_physical(area_at(t, base), &at, &o);
		if (order(&o)->value != 0)
			return ROOT_E_ABSENT;
	}
	return ROOT_OK;
}

/* ---- the work at an area ---- */

static void answer(struct task_thread *w, const struct area *a, enum root_error e,
		   struct root_dma_new_out *block)
{
	struct root_phys_out device = { a->base + a->offset };
	struct root_populate_out populated = { a->base };

	switch ((enum area_work)a->work) {
	case WORK_CLEAR: put_root_dma_new(ROOT_OK, block); break;
	case WORK_OPEN: put_root_phys(e, &device); break;
	case WORK_POPULATE: put_root_populate(ROOT_OK, &populated); break;
	case WORK_REMOVE: put_root_unmap(ROOT_OK); break;
	default: put_root_seal(ROOT_OK);
	}
	job_answer(w);
}

static area_cleared_fn *cleared;

void area_work_when_cleared(area_cleared_fn *fn) { cleared = fn; }

/* The work is done; e: or cannot be, the area is removed then. */
static void finish(struct task *t, l4_word_t base, enum root_error e)
{
	struct area *a = area_at(t, base), was = *a;
	struct task_thread *w = was.waiter < THREADS_MAX ? &t->thread[was.waiter] : 0;
	struct root_dma_new_out block = { 0 };

	a->work = WORK_NONE;
	job_done(t, JOB_AREAS);
	if (was.work == WORK_CLEAR)
		cleared(t, a, &block);
	if (was.work == WORK_REMOVE || e != ROOT_OK)
		area_gone(t, a);
	if (was.work == WORK_REMOVE)
		job_given(t);
	if (w && w->waits == WAITS_JOB)
		answer(w, &was, e, &block);
}

static struct area *area_with_work(struct task *t)
{
	struct area *a = t->area;

	while (a->work == WORK_NONE)
		a++;
	return a;
}

static void work_at_area(struct task *t)
{
	const struct area *a = area_with_work(t);
	enum root_error e = ROOT_OK;
	l4_word_t base = a->base;

	switch ((enum area_work)a->work) {
	case WORK_CLEAR: clear_block(t, base); break;
	case WORK_OPEN: e = get_device(t, base); break;
	case WORK_POPULATE: populate(t, base); break;
	case WORK_REMOVE: unmap_and_free(t, base); break;
	default: seal(t, base);
	}
	finish(t, base, e);
}

static unsigned area_priority(const struct task *t)
{
	unsigned p = 0, left = job_of(t)->items[JOB_AREAS];

	for (const struct area *a = t->area; a < t->area + t->areas && left > 0; a++) {
		unsigned waiter = a->work != WORK_NONE ? task_priority_of(t, a->waiter) : 0;

		left -= a->work != WORK_NONE;
		if (waiter > p)
			p = waiter;
	}
	return p;
}

static void forget_waiter(struct task *t, unsigned i)
{
	for (struct area *a = t->area; a < t->area + t->areas; a++)
		if (a->waiter == i)
			a->waiter = THREADS_MAX;
}

const struct job_kind area_work = { work_at_area, area_priority, forget_waiter };

void area_work_end(struct task *t)
{
	while (t->areas > 0) {
		struct area *a = &t->area[t->areas - 1];
		l4_word_t base = a->base;

		if (a->work != WORK_REMOVE)
			job_giving(t);
		a->work = WORK_REMOVE;
		unmap_and_free(t, base);
		area_gone(t, area_at(t, base));
		job_given(t);
		pause_job();
	}
}
