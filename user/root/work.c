/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * work.c - what is done at areas in orders: their pages leave all spaces and are free again, or only leave
 * them; a block, or what an area is populated with, is cleared; device memory is requested from sigma0. The
 * looks at page records in one step are limited (LOOKS, FRAMES).
 *
 * A batch of pages is unmapped by a worker before their frames are free: so no other task gets a frame that
 * is still mapped anywhere.
 */
#include <proto/root_server.h>
#include <x2/fpage.h>
#include "area.h"
#include "dma.h"
#include "frame.h"
#include "job.h"
#include "pool.h"
#include "root.h"
#include "vtab.h"
#include "work.h"

enum { LOOKS = 96, PAGES = ORDER_WORDS, FREED = 4, CLEAR_BYTES = 64 << 10, FRAMES = 256 };

void work_begin(struct task *t, struct area *a, enum area_work work, unsigned waiter)
{
	struct job *j = job_of(t);

	if (work == WORK_REMOVE)
		job_giving(t);
	a->work = (uint8_t)work;
	a->waiter = (uint8_t)waiter;
	j->items++;
	job_update(t);
}

static void add_page(struct order *o, l4_word_t frame, unsigned log2)
{
	o->word[o->words++] = l4_fpage((l4_word_t)direct(frame), log2, L4_RWX).raw;
}

/*
 * The pages and blocks that t owns from j->at on, as many as an order holds. A look may end behind the area,
 * at pages that are touched before those of the order are forgotten: they are not among them.
 */
static void find_owned(const struct task *t, struct job *j, l4_word_t last, struct order *o)
{
	unsigned looks = LOOKS;
	l4_word_t word;

	while (o->words < PAGES && (word = vtab_next(&t->vtab, &j->at, last, &looks)) != 0) {
		if (vtab_owns(word, j->at))
			add_page(o, word & ~PAGE_MASK, vtab_log2(word));
		j->at += PAGE_BYTES;
	}
	if (j->at > last)
		j->at = last + 1;
}

/* Device memory and blocks: the largest aligned pieces, which have no page records that say so. */
static void find_physical(struct job *j, const struct area *a, struct order *o)
{
	while (o->words < PAGES && j->at <= a->last) {
		l4_word_t physical = a->physical + (j->at - a->base), left = a->last - j->at + 1;
		unsigned log2 = PAGE_LOG2;

		while (physical % ((l4_word_t)2 << log2) == 0 && (l4_word_t)2 << log2 <= left)
			log2++;
		add_page(o, physical, log2);
		j->at += (l4_word_t)1 << log2;
	}
}

static bool is_physical(const struct area *a) { return a->kind == AREA_DEVICE || a->kind == AREA_DMA; }

/* Forget the pages of [j->freed, j->at), a few of them; those that t owns are free. */
static void forget(struct task *t, struct job *j)
{
	unsigned looks = LOOKS, freed = 0;
	l4_word_t word;

	while (freed < FREED && (word = vtab_next(&t->vtab, &j->freed, j->at - 1, &looks)) != 0) {
		if (vtab_owns(word, j->freed)) {
			account_free_block(&t->account, word & ~PAGE_MASK, vtab_log2(word) - PAGE_LOG2);
			freed++;
		}
		vtab_drop(&t->vtab, &t->account, j->freed);
		freed++;
		j->freed += PAGE_BYTES;
	}
}

/* The work at an area is done; e: or cannot be, the area is removed then. */
static enum step finish(struct task *t, struct job *j, struct area *a, enum root_error e)
{
	struct task_thread *w = a->waiter < THREADS_MAX ? &t->thread[a->waiter] : 0;
	struct root_dma_new_out out = { 0 };
	struct root_phys_out device = { a->base + a->offset };
	struct root_populate_out populated = { a->base };
	enum area_work work = (enum area_work)a->work;

	a->work = WORK_NONE;
	j->item = ITEM_NONE;
	j->items -= j->items > 0;
	if (work == WORK_CLEAR)
		dma_cleared(t, a, &out);
	if (work == WORK_REMOVE || e != ROOT_OK)
		area_gone(t, a);
	if (work == WORK_REMOVE)
		job_given(t);
	if (t->phase != TASK_ALIVE || !w || w->waits != WAITS_JOB)
		return STEP_AGAIN;
	if (work == WORK_CLEAR)
		put_root_dma_new(ROOT_OK, &out);
	else if (work == WORK_OPEN)
		put_root_phys(e, &device);
	else if (work == WORK_POPULATE)
		put_root_populate(ROOT_OK, &populated);
	else if (work == WORK_REMOVE)
		put_root_unmap(ROOT_OK);
	else
		put_root_seal(ROOT_OK);
	job_answer(w);
	return STEP_AGAIN;
}

/* What lies from *at up to `end`, with frames from `physical` on, or a part of it. */
static enum step clear_piece(l4_word_t *at, l4_word_t end, l4_word_t physical, struct order *o)
{
	l4_word_t left = end - *at;

	*o = (struct order){ ORDER_CLEAR, 2, { physical, left < CLEAR_BYTES ? left : CLEAR_BYTES } };
	*at += o->word[1];
	return STEP_ORDER;
}

static enum step clear(struct task *t, struct job *j, struct area *a, struct order *o)
{
	if (j->at > a->last)
		return finish(t, j, a, ROOT_OK);
	return clear_piece(&j->at, a->last + 1, a->physical + (j->at - a->base), o);
}

/*
 * Block by block, up to j->at, and each in pieces, up to j->freed: those are in the page records, and
 * cleared. There is a page for each page of the area, as limit_area has reserved it; one for which there is
 * none comes when it is touched.
 */
static enum step populate(struct task *t, struct job *j, struct area *a, struct order *o)
{
	l4_word_t at, word;

	if (j->freed == j->at) {
		j->block = j->at <= a->last ? frame_block(&t->vtab, &t->account, j->at, a->last) : 0;
		if (j->block == 0)
			return finish(t, j, a, ROOT_OK);
		j->at += (l4_word_t)1 << vtab_log2(j->block);
	}
	at = j->freed;
	word = j->block + (at & (((l4_word_t)1 << vtab_log2(j->block)) - 1));
	clear_piece(&j->freed, j->at, word & ~PAGE_MASK, o);
	vtab_fill(&t->vtab, at, (j->freed - at) >> PAGE_LOG2, word | VTAB_UNSENT);
	return STEP_ORDER;
}

/* Device memory: none of it is RAM that root hands out, and sigma0 gives it. */
static enum step open(struct task *t, struct job *j, struct area *a, struct order *o)
{
	if (j->freed <= a->last) {
		l4_word_t at = (a->physical + (j->freed - a->base)) >> PAGE_LOG2;
		l4_word_t left = (a->last + 1 - j->freed) >> PAGE_LOG2;

		j->freed = left <= FRAMES || at >= root.pool.frames ? a->last + 1
			   : j->freed + FRAMES * PAGE_BYTES;
		return pool_holds(&root.pool, at, left < FRAMES ? left : FRAMES) ? finish(t, j, a, ROOT_E_BUSY)
										 : STEP_AGAIN;
	}
	if (j->ordered && j->result != 0)
		return finish(t, j, a, ROOT_E_ABSENT);
	if (j->at > a->last)
		return finish(t, j, a, ROOT_OK);
	find_physical(j, a, o);
	o->kind = ORDER_SIGMA;
	j->ordered = true;
	return STEP_ORDER;
}

enum step work_area(struct task *t, struct job *j, struct order *o)
{
	struct area *a = area_at(t, j->base);

	if (a->work == WORK_CLEAR)
		return clear(t, j, a, o);
	if (a->work == WORK_OPEN)
		return open(t, j, a, o);
	if (a->work == WORK_POPULATE)
		return populate(t, j, a, o);
	if (a->work == WORK_SEAL)
		j->freed = j->at;
	if (j->freed < j->at && (j->at > a->last || !is_physical(a))) {
		forget(t, j);
		return STEP_AGAIN;
	}
	if (j->at > a->last)
		return finish(t, j, a, ROOT_OK);
	if (is_physical(a))
		find_physical(j, a, o);
	else
		find_owned(t, j, a->last, o);
	o->kind = ORDER_UNMAP;
	return o->words > 0 ? STEP_ORDER : STEP_AGAIN;
}
