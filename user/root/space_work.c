/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * space_work.c - see space_work.h. The looks at slots in one step are limited (LOOKS).
 *
 * A worker has deleted a thread before its slot and number are free: so no id of a number is used while an
 * older one still is.
 */
#include <l4/pecan.h>
#include <proto/root_server.h>
#include <x2/arch.h>
#include <x2/fpage.h>
#include "job.h"
#include "limit.h"
#include "root.h"
#include "space_work.h"
#include "task.h"

enum { LOOKS = 64 };

enum root_error space_error(l4_word_t error)
{
	switch (error) {
	case L4_ERR_NO_MEM: return ROOT_E_KMEM;
	case L4_ERR_UTCB_AREA:
	case L4_ERR_KIP_AREA: return ROOT_E_ARGUMENT;
	case L4_ERR_SCHEDULER: return ROOT_E_TASK;	/* the pager has ended since */
	default: return ROOT_E_ABSENT;
	}
}

unsigned space_utcb_log2(l4_word_t slots)
{
	unsigned log2 = L4_UTCB_AREA_LOG2_MIN;

	while (slots << L4_UTCB_ALIGN_LOG2 > (l4_word_t)1 << log2)
		log2++;
	return log2;
}

void spaces_begin(struct task *t, struct space *s, l4_word_t number, enum space_work work, unsigned waiter)
{
	struct space *last = space_at(t, t->spaces.last);

	s->work = (uint8_t)work;
	s->waiter = (uint8_t)waiter;
	s->next = 0;
	if (last)
		last->next = (uint16_t)number;
	else
		t->spaces.first = (uint16_t)number;
	t->spaces.last = (uint16_t)number;
	t->spaces.works++;
	if (t->thread[waiter].priority > t->spaces.priority)
		t->spaces.priority = t->thread[waiter].priority;
	t->thread[waiter].waits = WAITS_SPACE;
	t->thread[waiter].waits_for = (uint16_t)number;
	job_of(t)->items++;
	job_go(t);
}

void spaces_forget_waiter(struct task *t, unsigned i)
{
	struct space *s = space_at(t, t->thread[i].waits_for);

	if (s && s->waiter == i)
		s->waiter = THREADS_MAX;
}

void spaces_choose(const struct task *t, struct job *j)
{
	struct space *s = space_at(t, t->spaces.first);

	j->item = ITEM_SPACE;
	j->base = t->spaces.first;
	j->space = s;
	j->ordered = false;
	j->at = j->freed = s->work == SPACE_THREAD_ENDS ? s->slot : 0;
}

/* Drop the threads that were deleted, and order the end of the next ones before slot `end`. */
static enum step delete_threads(struct space *s, struct job *j, unsigned end, struct order *o)
{
	for (; j->freed < j->at; j->freed++)
		space_drop_thread(s, (unsigned)j->freed);
	o->kind = ORDER_DELETE;
	o->words = 0;
	for (unsigned n = 0; n < LOOKS && j->at < end && o->words < ORDER_WORDS; n++, j->at++)
		if (s->thread[j->at] != 0)
			o->word[o->words++] = s->thread[j->at];
	if (o->words > 0)
		return STEP_ORDER;
	return j->at < end ? STEP_AGAIN : STEP_IDLE;
}

/* The space has no threads any more; its kernel memory is the task's again. */
static void end_space(struct task *t, l4_word_t number, struct space *s)
{
	limit_return(t, s->kmem_kib);
	space_free(t, number, s);
}

/* The space and its first thread, which waits for its start message. */
static enum step make(const struct space *s, struct order *o)
{
	o->kind = ORDER_CHILD_SPACE;
	o->words = SPACE_CHILD_WORDS;
	o->word[SPACE_THREAD] = s->thread[0];
	o->word[SPACE_PAGER] = o->word[SPACE_REDIRECTOR] = s->pager;
	o->word[SPACE_CONTROL] = root.has_kmem_limit ? L4_KmemLimit(s->kmem_kib) : 0;
	o->word[SPACE_KIP] = l4_fpage(s->kip, L4_KIP_AREA_LOG2, 0).raw;
	o->word[SPACE_UTCBS] = l4_fpage(s->utcbs, space_utcb_log2(s->slots), 0).raw;
	o->word[SPACE_UTCB] = s->utcbs;
	o->word[SPACE_PRIORITY] = s->priority;
	return STEP_ORDER;
}

/* What the kernel said to the order. */
static enum root_error made(struct task *t, const struct job *j, struct space *s)
{
	if (j->result == SPACE_MADE)
		return ROOT_OK;
	space_drop_thread(s, 0);
	end_space(t, j->base, s);
	return space_error(j->error);
}

/* The work is done. */
static void answer(struct task_thread *w, enum space_work work, enum root_error e,
		   struct root_space_new_out *out)
{
	if (work == SPACE_BEGINS)
		put_root_space_new(e, out);
	else if (work == SPACE_ENDS)
		put_root_space_end(ROOT_OK);
	else
		put_root_space_thread_end(ROOT_OK);
	job_answer(w);
}

static enum step finish(struct task *t, struct job *j, struct space *s)
{
	struct root_space_new_out out = { j->base, tid(s->thread[0]) };
	enum space_work work = (enum space_work)s->work;
	unsigned waiter = s->waiter;
	enum root_error e = ROOT_OK;

	if (work == SPACE_BEGINS && waiter == THREADS_MAX && j->result == SPACE_MADE) {
		s->work = SPACE_ENDS;		/* no thread will ever know its number */
		return STEP_AGAIN;
	}
	t->spaces.first = s->next;
	t->spaces.works--;
	if (s->next == 0)
		t->spaces.last = t->spaces.priority = 0;
	s->work = SPACE_IDLE;
	j->item = ITEM_NONE;
	j->items--;
	if (work == SPACE_BEGINS)
		e = made(t, j, s);
	if (work == SPACE_ENDS)
		end_space(t, j->base, s);
	if (waiter < THREADS_MAX)
		answer(&t->thread[waiter], work, e, &out);
	return STEP_AGAIN;
}

enum step spaces_step(struct task *t, struct job *j, struct order *o)
{
	struct space *s = j->space;
	unsigned end = s->work == SPACE_THREAD_ENDS ? s->slot + 1u : s->slots;
	enum step step = STEP_IDLE;

	if (s->work != SPACE_BEGINS)
		step = delete_threads(s, j, end, o);
	else if (!j->ordered)
		step = make(s, o);
	j->ordered = true;
	return step == STEP_IDLE ? finish(t, j, s) : step;
}

enum step spaces_end(struct task *t, struct job *j, struct order *o)
{
	struct space *s = space_at(t, j->base);
	enum step step = s ? delete_threads(s, j, s->slots, o) : STEP_IDLE;

	if (step != STEP_IDLE)
		return step;
	if (s)
		space_free(t, j->base, s);
	if (space_clean(t, &j->index, &j->base)) {
		j->index = 0;
		t->phase = TASK_THREADS;
		return STEP_AGAIN;
	}
	j->at = j->freed = 0;
	s = space_at(t, j->base);
	return s ? delete_threads(s, j, s->slots, o) : STEP_AGAIN;
}
