/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * space_work.c - see space_work.h. The looks at slots in one step are limited (LOOKS).
 *
 * A space is known by its number from one step to the next. A worker has deleted a thread before its slot and
 * number are free: so no id of a number is used while an older one still is.
 */
#include <l4/pecan.h>
#include <proto/root_server.h>
#include <root/job/job.h>
#include <root/memory/limit.h>
#include <root/root.h>
#include <x2/arch.h>
#include <x2/fpage.h>
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
	struct space *last = t->spaces.last != 0 ? spaces_at(t, t->spaces.last) : 0;

	s->work = (uint8_t)work;
	s->waiter = (uint8_t)waiter;
	s->next = 0;
	if (last)
		last->next = (uint16_t)number;
	else
		t->spaces.first = (uint16_t)number;
	t->spaces.last = (uint16_t)number;
	if (t->thread[waiter].priority > t->spaces.priority)
		t->spaces.priority = t->thread[waiter].priority;
	t->thread[waiter].waits = WAITS_SPACE;
	t->thread[waiter].waits_for = (uint16_t)number;
	job_add(t, JOB_SPACES);
	job_go(t);
}

static void forget_waiter(struct task *t, unsigned i)
{
	struct space *s = spaces_at(t, t->thread[i].waits_for);

	if (s && s->waiter == i)
		s->waiter = THREADS_MAX;
}

/* Delete the threads of slots [at, end) of that space, which is at s. Returns where it is then. */
static struct space *delete_threads(const struct task *t, l4_word_t number, struct space *s, unsigned at,
				    unsigned end)
{
	while (at < end) {
		unsigned begin = at;
		struct order o;

		o.kind = ORDER_DELETE;
		o.words = 0;
		for (unsigned n = 0; n < LOOKS && at < end && o.words < ORDER_WORDS; n++, at++)
			if (s->thread[at] != 0)
				o.word[o.words++] = s->thread[at];
		if (o.words > 0)
			order(&o);
		else if (at < end)
			pause_job();
		s = spaces_at(t, number);
		for (; begin < at; begin++)
			spaces_drop_thread(s, begin);
	}
	return s;
}

/* The space has no threads any more; its kernel memory is the task's again. */
static void end_space(struct task *t, l4_word_t number, struct space *s)
{
	limit_return(t, s->kmem_kib);
	spaces_free(t, number, s);
}

/* The space and its first thread, which waits for its start message. */
static enum root_error make(const struct space *s)
{
	const struct result *r;
	struct order o;

	o.kind = ORDER_CHILD_SPACE;
	o.words = SPACE_CHILD_WORDS;
	o.word[SPACE_THREAD] = s->thread[0];
	o.word[SPACE_PAGER] = o.word[SPACE_REDIRECTOR] = s->pager;
	o.word[SPACE_CONTROL] = root.has_kmem_limit ? L4_KmemLimit(s->kmem_kib) : 0;
	o.word[SPACE_KIP] = l4_fpage(s->kip, L4_KIP_AREA_LOG2, 0).raw;
	o.word[SPACE_UTCBS] = l4_fpage(s->utcbs, space_utcb_log2(s->slots), 0).raw;
	o.word[SPACE_UTCB] = s->utcbs;
	o.word[SPACE_PRIORITY] = s->priority;
	r = order(&o);
	return r->value == SPACE_MADE ? ROOT_OK : space_error(r->error);
}

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

/* The work is done; e: or the kernel has not made the space. */
static void finish(struct task *t, l4_word_t number, struct space *s, enum root_error e)
{
	struct root_space_new_out out = { number, tid(s->thread[0]) };
	enum space_work work = (enum space_work)s->work;
	unsigned waiter = s->waiter;

	t->spaces.first = s->next;
	if (s->next == 0)
		t->spaces.last = t->spaces.priority = 0;
	s->work = SPACE_IDLE;
	job_done(t, JOB_SPACES);
	if (e != ROOT_OK)
		spaces_drop_thread(s, 0);
	if (work == SPACE_ENDS || e != ROOT_OK)
		end_space(t, number, s);
	if (waiter < THREADS_MAX)
		answer(&t->thread[waiter], work, e, &out);
}

static void work_at_space(struct task *t)
{
	l4_word_t number = t->spaces.first;
	struct space *s = spaces_at(t, number);
	enum root_error e = ROOT_OK;

	if (s->work == SPACE_BEGINS) {
		e = make(s);
		s = spaces_at(t, number);
		if (e == ROOT_OK && s->waiter == THREADS_MAX)
			s->work = SPACE_ENDS;		/* no thread will ever know its number */
	}
	if (s->work == SPACE_ENDS)
		s = delete_threads(t, number, s, 0, s->slots);
	else if (s->work == SPACE_THREAD_ENDS)
		s = delete_threads(t, number, s, s->slot, s->slot + 1u);
	finish(t, number, s, e);
}

static unsigned space_priority(const struct task *t) { return t->spaces.priority; }

const struct job_kind spaces_work = { work_at_space, space_priority, forget_waiter };

void spaces_end(struct task *t)
{
	unsigned entry = 0;
	l4_word_t number;
	struct space *s;

	while (!spaces_clean(t, &entry, &number)) {
		if (number == 0) {
			pause_job();
			continue;
		}
		s = spaces_at(t, number);
		s = delete_threads(t, number, s, 0, s->slots);
		spaces_free(t, number, s);
	}
}
