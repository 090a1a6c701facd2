/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * end.c - the end of a task, which is a job: a report, if a fault ends it; its child spaces; its threads
 * (with the last one the kernel takes its space down), then its redirector; devices; its areas, whose pages
 * leave all spaces that got them from the task; accounts are settled; of a family its children. Only then is
 * the parent notified, so no other task sees a partly deleted one.
 */
#include <l4/ipc.h>
#include <proto/grants.h>
#include <proto/root_server.h>
#include <root/job/job.h>
#include <root/job/waiting.h>
#include <root/memory/image.h>
#include <root/memory/pool.h>
#include <root/report/log.h>
#include <root/root.h>
#include <string.h>
#include "confine.h"
#include "end.h"
#include "task.h"

enum { CHILDREN_AT_ONCE = 4, ANSWERS_AT_ONCE = 4 };

static const struct end_parts *parts;

void end_boot(const struct end_parts *of_all) { parts = of_all; }

static void end_all(struct task *t, end_fn *const *end)
{
	for (; *end; end++)
		(*end)(t);
}

/* Threads of the parent wait for the end of t, or the parent's own end does: its job has their priority. */
static void raise_for_parent(struct task *t)
{
	const struct task *p = t->parent;
	unsigned highest = p && job_of(p)->waits ? job_of(p)->priority : 0;

	for (unsigned i = 0; p && i < THREADS_MAX; i++)
		if (p->thread[i].id != 0 && p->thread[i].waits == WAITS_CHILD
		    && (p->thread[i].waits_for == t->slot || p->thread[i].waits_for == ANY_CHILD)
		    && p->thread[i].priority > highest)
			highest = p->thread[i].priority;
	job_raise(t, highest);
}

/* No request finds t and its threads from now on. */
static void leave(struct task *t, enum root_end how, l4_word_t status)
{
	for (unsigned i = 0; i < THREADS_MAX; i++)
		if (t->thread[i].id != 0 && t->thread[i].id == root.names)
			root.names = 0;
	t->phase = TASK_ENDING;
	t->ended = (uint8_t)how;
	t->status = status;
	t->threads = 0;
	waiting_end(t->id);
	job_giving(t);
}

static void delete(l4_word_t thread) { order(&(struct order){ ORDER_DELETE, 1, { thread } }); }

/* With the last thread the kernel takes the space down. */
void end_threads(struct task *t)
{
	for (unsigned i = 0; i < THREADS_MAX; i++)
		if (t->thread[i].id != 0) {
			delete(t->thread[i].id);
			t->thread[i].id = 0;
		}
	if (t->redirector != 0)
		delete(t->redirector);
	confine_end(t);
}

/* The end of t waits for that of its child c, from the next pause on. */
static void end_child(struct task *c, struct job *j)
{
	j->waits = true;
	job_of(c)->family = true;
	if (!task_is_starting(c))
		task_end(c, ROOT_END_KILL, 0);
	job_raise(c, j->priority);
}

/* Called at the end of t. */
static void resume_parent(const struct task *t)
{
	struct task *p = t->parent;

	if (!p || !job_of(p)->waits)
		return;
	job_of(p)->waits = false;
	job_update(p);
}

/* Does a task above t end with all that it has started? */
static bool of_family(const struct task *t)
{
	const struct task *p = t->parent;

	while (p && !job_of(p)->family)
		p = p->parent;
	return p != 0;
}

/* The next ones, or one that is waited for. */
static void end_some_children(struct task *t, struct job *j)
{
	for (unsigned n = 0; n < CHILDREN_AT_ONCE && t->child; n++) {
		struct task *c = t->child;

		if (j->family && c->phase != TASK_ENDED) {
			end_child(c, j);
			return;
		}
		task_unlink(c);
		if (c->phase == TASK_ENDED)
			task_free(c);
	}
}

/*
 * The children of a family end, one after the other; others continue without a parent. The records of ended
 * children are freed. A task of a family can end by itself, before its turn: its children end, too.
 */
static void end_children(struct task *t)
{
	struct job *j = job_of(t);

	while (t->child) {
		if (!j->family && of_family(t))
			j->family = true;	/* of_family may look at many tasks: it has a step of its own */
		else
			end_some_children(t, j);
		pause_job();
	}
}

/* Not before the end: a console that hangs would take the report, and show nothing. */
static void report_end(const struct task *t)
{
	const char *name = t->image->name;

	if (t->ended == ROOT_END_EXIT)
		report("%s (task %lu) has ended with status %ld", name, t->id, (long)t->status);
	else if (t->ended == ROOT_END_KILL)
		report("%s (task %lu) was killed", name, t->id);
}

/*
 * Answer the threads of the parent that wait for t, but only one of those that wait for any child; if t was
 * the last child the others get ROOT_E_TASK. Returns true if some may be left.
 */
static bool tell_parent(const struct task *t, bool *told)
{
	struct root_wait_out out = { t->id, t->ended, (L4_SignedWord_t)t->status };
	struct task_thread *w = t->parent->thread;
	unsigned answers = 0;

	for (unsigned i = 0; i < THREADS_MAX && answers < ANSWERS_AT_ONCE; i++) {
		bool any = w[i].waits_for == ANY_CHILD;

		if (w[i].id == 0 || w[i].waits != WAITS_CHILD || (w[i].waits_for != t->slot && !any))
			continue;
		if (any && *told && t->parent->children > 1)
			continue;
		w[i].waits = WAITS_NOT;
		answer_root_wait(tid(w[i].id), any && *told ? ROOT_E_TASK : ROOT_OK, &out);
		*told = true;
		answers++;
	}
	return answers == ANSWERS_AT_ONCE;
}

/* The thread that has ended t. */
static void tell_client(const struct job *j)
{
	unsigned i;
	struct task *client = task_of_thread(j->client, &i);

	if (!client)
		return;
	client->thread[i].waits = WAITS_NOT;
	answer_root_kill(tid(j->client), ROOT_OK);
}

/* Nothing of it is left but its record. */
static void finish(struct task *t)
{
	bool told = false;

	while (t->parent && t->parent->phase == TASK_ALIVE && tell_parent(t, &told))
		pause_job();
	t->phase = TASK_ENDED;
	root.policy->ended(t);
	account_reserve(&t->account, 1);	/* kept while the record stays; what else was reserved is free */
	t->account.limit = 1;
	job_given(t);
	tell_client(job_of(t));
	resume_parent(t);
	if (!t->parent || told)
		task_reap(t);
}

static void end_work(struct task *t, const void *nothing)
{
	(void)nothing;
	end_all(t, parts->of_threads);
	end_all(t, parts->of_memory);
	end_children(t);
	if (!t->parent)
		report_end(t);
	pause_job();
	finish(t);
}

/* look: STOPPED_WORDS words. */
static void report_and_end(struct task *t, const void *look)
{
	struct order o = { .kind = ORDER_STOPPED, .words = STOPPED_WORDS };

	memcpy(o.word, look, STOPPED_WORDS * sizeof(*o.word));
	order(&o);
	end_work(t, 0);
}

/* look: as of report_and_end, or 0. */
static void begin_end(struct task *t, enum root_end how, l4_word_t status, const l4_word_t *look)
{
	if (t->phase != TASK_ALIVE)
		return;
	leave(t, how, status);
	job_begin(t, look ? report_and_end : end_work, look, look ? STOPPED_WORDS * sizeof(*look) : 0);
	raise_for_parent(t);
}

void task_end(struct task *t, enum root_end how, l4_word_t status) { begin_end(t, how, status, 0); }

void task_die(struct task *t, enum root_end how, const l4_word_t *word) { begin_end(t, how, 0, word); }

void end_at_once(struct task *t)
{
	leave(t, ROOT_END_KILL, 0);
	job_of(t)->client = 0;		/* the thread that waits for the start ends, too */
	end_work(t, 0);
}

void end_start(struct task *t)
{
	t->phase = TASK_ENDING;
	job_giving(t);
	end_all(t, parts->of_memory);
	end_children(t);
	resume_parent(t);	/* first: what is given back may raise the job of a child that is waited for */
	job_given(t);
}
