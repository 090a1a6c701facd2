/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * task.c - see task.h.
 */
#include <l4/ipc.h>
#include <l4/pecan.h>
#include <l4/schedule.h>
#include <proto/grants.h>
#include <proto/root_server.h>
#include <root/job/job.h>
#include <root/job/waiting.h>
#include <root/memory/area.h>
#include <root/memory/image.h>
#include <root/memory/limit.h>
#include <root/memory/pool.h>
#include <root/report/log.h>
#include <root/root.h>
#include <string.h>
#include <x2/arch.h>
#include <x2/msg.h>
#include "end.h"
#include "share.h"
#include "task.h"

enum { UTCB_BYTES = 1 << L4_UTCB_ALIGN_LOG2 };

static enum root_error kernel_error(const struct task *t, const char *what)
{
	l4_word_t e = L4_ErrorCode();

	if (e == L4_ERR_NO_MEM)
		return ROOT_E_KMEM;
	report("%s (task %lu): the kernel refused %s: error %lu", t->image->name, t->id, what, e);
	return ROOT_E_ABSENT;
}

/* ---- threads ---- */

static void *thread_utcb(const struct task *t, unsigned i)
{
	return (void *)(area_utcb(t) + i * UTCB_BYTES);
}

enum { KEEP_HALF = 0xffff };		/* Schedule's TimeControl: no other total quantum */

static l4_word_t time_control(l4_word_t slice_us) { return L4_TimePeriod(slice_us).raw << 16 | KEEP_HALF; }

void task_set_slice(l4_word_t id, l4_word_t us)
{
	l4_word_t old;

	L4_Schedule(tid(id), time_control(us), ~0UL, ~0UL, ~0UL, &old);
}

void task_thread_go(struct task *t, unsigned i, const struct thread_start *s)
{
	l4_word_t id = t->thread[i].id, old;

	t->thread[i].priority = (uint8_t)s->priority;
	task_note_priority(t, s->priority);
	L4_Schedule(tid(id), time_control(share_begin(t, &t->thread[i])), ~0UL, s->priority, ~0UL, &old);
	L4_LoadMR(0, l4_tag(0, 2, 0).raw);
	L4_LoadMR(1, s->ip);
	L4_LoadMR(2, s->sp);
	L4_Reply(tid(id));
}

enum root_error task_thread_new(struct task *t, l4_word_t mate, const struct thread_start *s, l4_word_t *id)
{
	enum root_error e;
	unsigned i = t->first_free;

	while (i < THREADS_MAX && t->thread[i].id != 0)
		i++;
	t->first_free = (uint8_t)i;
	if (i == THREADS_MAX)
		return ROOT_E_LIMIT;
	*id = task_thread_id(t, i);
	t->threads++;			/* counted first: its kernel memory is none that pages were promised */
	e = limit_settle(t);
	if (e == ROOT_OK
	    && !L4_ThreadControl(tid(*id), tid(mate), root_thread(), root_thread(), thread_utcb(t, i)))
		e = kernel_error(t, "a thread");
	if (e != ROOT_OK) {
		t->threads--;
		return e;
	}
	t->thread[i] = (struct task_thread){ .id = *id };
	task_thread_go(t, i, s);
	return ROOT_OK;
}

void task_thread_end(struct task *t, unsigned i, unsigned waiter)
{
	if (t->threads == 1) {
		task_end(t, ROOT_END_EXIT, 0);
		return;
	}
	task_waits_no_more(t, i);
	if (t->thread[i].id == root.names)
		root.names = 0;
	t->thread[i].dying = true;
	t->thread[i].waiter = (uint8_t)waiter;
	if (waiter < THREADS_MAX)
		t->thread[waiter].waits = WAITS_JOB;
	t->threads--;
	t->dying++;
	job_add(t, JOB_THREADS);
	job_update(t);
}

static unsigned dying_thread(const struct task *t)
{
	unsigned i = 0;

	while (!t->thread[i].dying)
		i++;
	return i;
}

/* A worker has deleted it. */
static void thread_gone(struct task *t, unsigned i)
{
	unsigned waiter = t->thread[i].waiter;

	job_done(t, JOB_THREADS);
	t->dying--;
	share_end(t, &t->thread[i]);
	t->thread[i] = (struct task_thread){ .id = 0 };
	if (i < t->first_free)
		t->first_free = (uint8_t)i;
	if (waiter < THREADS_MAX && t->thread[waiter].waits == WAITS_JOB) {
		put_root_thread_end(ROOT_OK);
		job_answer(&t->thread[waiter]);
	}
}

static void delete_dying(struct task *t)
{
	unsigned i = dying_thread(t);

	order(&(struct order){ ORDER_DELETE, 1, { t->thread[i].id } });
	thread_gone(t, i);
}

static unsigned dying_priority(const struct task *t)
{
	unsigned p = 0, left = t->dying;

	for (unsigned i = 0; i < THREADS_MAX && left > 0; i++) {
		unsigned waiter = t->thread[i].dying ? task_priority_of(t, t->thread[i].waiter) : 0;

		if (!t->thread[i].dying)
			continue;
		if (t->thread[i].priority > p)
			p = t->thread[i].priority;
		if (waiter > p)
			p = waiter;
		left--;
	}
	return p;
}

static void forget_dying(struct task *t, unsigned i)
{
	for (unsigned k = 0; k < THREADS_MAX; k++)
		if (t->thread[k].dying && t->thread[k].waiter == i)
			t->thread[k].waiter = THREADS_MAX;
}

const struct job_kind task_dying = { delete_dying, dying_priority, forget_dying };

void task_waits_no_more(struct task *t, unsigned i)
{
	struct task_thread *w = &t->thread[i];
	const struct task *other = root.task[w->waits_for % TASKS_MAX];

	if (w->waits == WAITS_JOB || w->waits == WAITS_SPACE)
		job_forget(t, i);
	if (w->waits == WAITS_MEMORY)
		waiting_drop(w->id);
	if ((w->waits == WAITS_START || w->waits == WAITS_END) && other && job_of(other)->client == w->id)
		job_of(other)->client = 0;
	w->waits = WAITS_NOT;
}
