/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * space_work.c - see space_work.h. The looks at slots in one step are limited (LOOKS).
 *
 * A worker has deleted a thread before its slot and number are free: so no id of a number is used while an
 * older one still is.
 */
#include <proto/root_server.h>
#include "job.h"
#include "limit.h"
#include "root.h"
#include "space_work.h"
#include "task.h"

enum { LOOKS = 64 };

void spaces_begin(struct task *t, l4_word_t number, enum space_work work, unsigned waiter)
{
	struct space *s = space_at(t, number), *last = space_at(t, t->spaces.last);

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
	const struct space *s = space_at(t, t->spaces.first);

	if (!s)
		return;
	j->item = ITEM_SPACE;
	j->base = t->spaces.first;
	j->at = j->freed = s->work == SPACE_THREAD_ENDS ? s->slot : 0;
}

/* Drop the threads that were deleted, and order the end of the next ones before slot `end`. */
static enum step delete_threads(struct space *s, struct job *j, unsigned end, struct order *o)
{
	for (; j->freed < j->at; j->freed++)
		space_drop_thread(s, (unsigned)j->freed);
	*o = (struct order){ .kind = ORDER_DELETE };
	for (unsigned n = 0; n < LOOKS && j->at < end && o->words < ORDER_WORDS; n++, j->at++)
		if (s->thread[j->at] != 0)
			o->word[o->words++] = s->thread[j->at];
	if (o->words > 0)
		return STEP_ORDER;
	return j->at < end ? STEP_AGAIN : STEP_IDLE;
}

/* The space has no threads any more; its kernel memory is the task's again. */
static void end_space(struct task *t, l4_word_t number)
{
	l4_word_t kib = space_at(t, number)->kmem_kib;

	space_free(t, number);
	limit_return(t, kib);
}

/* The work is done. */
static enum step finish(struct task *t, struct job *j, struct space *s)
{
	enum space_work work = (enum space_work)s->work;
	struct task_thread *w = s->waiter < THREADS_MAX ? &t->thread[s->waiter] : 0;

	t->spaces.first = s->next;
	t->spaces.works--;
	if (s->next == 0)
		t->spaces.last = t->spaces.priority = 0;
	s->work = SPACE_IDLE;
	j->item = ITEM_NONE;
	j->items--;
	if (work == SPACE_ENDS)
		end_space(t, j->base);
	if (!w)
		return STEP_AGAIN;
	w->waits = WAITS_NOT;
	if (work == SPACE_ENDS)
		answer_root_space_end(tid(w->id), ROOT_OK);
	else
		answer_root_space_thread_end(tid(w->id), ROOT_OK);
	return STEP_AGAIN;
}

enum step spaces_step(struct task *t, struct job *j, struct order *o)
{
	struct space *s = space_at(t, j->base);
	unsigned end = s->work == SPACE_THREAD_ENDS ? s->slot + 1u : s->slots;
	enum step step = delete_threads(s, j, end, o);

	return step == STEP_IDLE ? finish(t, j, s) : step;
}

enum step spaces_end(struct task *t, struct job *j, struct order *o)
{
	struct space *s = space_at(t, j->base);
	enum step step = s ? delete_threads(s, j, s->slots, o) : STEP_IDLE;

	if (step != STEP_IDLE)
		return step;
	if (s)
		space_free(t, j->base);
	if (space_clean(t, &j->index, &j->base)) {
		j->index = 0;
		t->phase = TASK_THREADS;
		return STEP_AGAIN;
	}
	j->at = j->freed = 0;
	s = space_at(t, j->base);
	return s ? delete_threads(s, j, s->slots, o) : STEP_AGAIN;
}
