/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * end.c - the end of a task, by steps and orders: a report, if a fault ends it; its child spaces; its threads
 * (with the last one the kernel takes its space down), then its redirector; devices; its areas, whose pages
 * leave all spaces that got them from the task; accounts are settled; of a family its children. Only then is
 * the parent notified, so no other task sees a partly deleted one.
 */
#include <l4/ipc.h>
#include <proto/root_server.h>
#include <string.h>
#include "config.h"
#include "confine.h"
#include "device.h"
#include "dma.h"
#include "end.h"
#include "image.h"
#include "job.h"
#include "kept.h"
#include "log.h"
#include "pool.h"
#include "root.h"
#include "space_work.h"
#include "start.h"
#include "supervise.h"
#include "task.h"
#include "work.h"

enum { CHILDREN_AT_ONCE = 4, ANSWERS_AT_ONCE = 4 };

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

void task_end(struct task *t, enum root_end how, l4_word_t status)
{
	struct job *j = job_of(t);

	if (t->phase != TASK_ALIVE)
		return;
	for (unsigned i = 0; i < THREADS_MAX; i++)
		if (t->thread[i].id != 0 && t->thread[i].id == root.names)
			root.names = 0;
	t->phase = TASK_LOOK;
	t->ended = (uint8_t)how;
	t->status = status;
	t->threads = 0;
	j->item = ITEM_NONE;
	j->items = j->index = 0;
	j->base = j->at = j->freed = 0;
	j->ordered = j->told = j->looks = false;
	j->client = 0;
	j->raised = 0;
	kept_end(t->id);
	job_giving(t);
	raise_for_parent(t);
}

void task_die(struct task *t, enum root_end how, const l4_word_t *word)
{
	task_end(t, how, 0);
	job_of(t)->looks = true;
	memcpy(job_of(t)->look, word, sizeof(job_of(t)->look));
}

static enum step look_step(struct task *t, struct job *j, struct order *o)
{
	t->phase = TASK_SPACES;
	if (!j->looks)
		return STEP_AGAIN;
	*o = (struct order){ .kind = ORDER_LOOK, .words = LOOK_WORDS };
	memcpy(o->word, j->look, sizeof(j->look));
	return STEP_ORDER;
}

static enum step delete(struct order *o, l4_word_t thread)
{
	*o = (struct order){ ORDER_DELETE, 1, { thread } };
	return STEP_ORDER;
}

static enum step threads(struct task *t, struct job *j, struct order *o)
{
	if (j->ordered)
		t->thread[j->index].id = 0;
	while (j->index < THREADS_MAX && t->thread[j->index].id == 0)
		j->index++;
	j->ordered = j->index < THREADS_MAX;
	if (j->ordered)
		return delete(o, t->thread[j->index].id);
	t->phase = TASK_REDIRECTOR;
	return t->redirector != 0 ? delete(o, t->redirector) : STEP_AGAIN;
}

static enum step deleted(struct task *t, struct job *j)
{
	confine_end(t);
	log_reader_gone(t);
	j->index = 0;
	j->ordered = false;
	t->phase = TASK_DEVICES;
	return STEP_AGAIN;
}

/* The last area first. */
static enum step areas(struct task *t, struct job *j, struct order *o)
{
	struct area *a = t->areas > 0 ? &t->area[t->areas - 1] : 0;

	if (!a) {
		if (dma_task_gone(t, &j->index))
			t->phase = TASK_CHILDREN;
		return STEP_AGAIN;
	}
	if (j->item == ITEM_NONE) {
		if (a->work != WORK_REMOVE)
			job_giving(t);
		a->work = WORK_REMOVE;
		j->item = ITEM_AREA;
		j->base = j->at = j->freed = a->base;
	}
	return work_area(t, j, o);
}

/* The end of t waits for that of its child c. */
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

/*
 * The children of a family end, one after the other; others continue without a parent. The records of ended
 * children are freed. A task of a family can end by itself, before its turn: its children end, too.
 */
static enum step children(struct task *t, struct job *j)
{
	if (t->child && !j->family && of_family(t)) {
		j->family = true;	/* of_family may look at many tasks: it has a step of its own */
		return STEP_AGAIN;
	}
	for (unsigned n = 0; n < CHILDREN_AT_ONCE && t->child; n++) {
		struct task *c = t->child;

		if (j->family && c->phase != TASK_ENDED) {
			end_child(c, j);
			return STEP_IDLE;
		}
		task_unlink(c);
		if (c->phase == TASK_ENDED)
			task_free(c);
	}
	if (!t->child)
		t->phase = TASK_NOTIFY;
	return STEP_AGAIN;
}

/* Not before the end: a console that hangs would take the report, and show nothing. */
static void report_end(const struct task *t)
{
	const char *name = t->image->name;

	if (t->ended == ROOT_END_EXIT)
		report("%s (task %lu) has ended with status %ld", name, t->id, (long)t->status);
	else if (t->ended == ROOT_END_KILL)
		report("%s (task %lu) was killed", name, t->id);
	else if (t->ended == ROOT_END_HANG)
		report("%s (task %lu) hangs: no heartbeat for %u s", name, t->id, t->program->heartbeat);
}

static enum step notify(struct task *t, struct job *j)
{
	if (j->failed != ROOT_OK) {
		resume_parent(t);	/* first: what is given back may raise the job of a child that is waited for */
		job_given(t);
		start_failed(t, j);
		task_unlink(t);
		task_free(t);
		return STEP_IDLE;
	}
	if (!t->parent)
		report_end(t);
	t->phase = TASK_GONE;
	return STEP_AGAIN;
}

/*
 * Answer the threads of the parent that wait for t, but only one of those that wait for any child; if t was
 * the last child the others get ROOT_E_TASK. Returns true if some may be left.
 */
static bool tell_parent(const struct task *t, struct job *j)
{
	struct root_wait_out out = { t->id, t->ended, (L4_SignedWord_t)t->status };
	struct task_thread *w = t->parent->thread;
	unsigned answers = 0;

	for (unsigned i = 0; i < THREADS_MAX && answers < ANSWERS_AT_ONCE; i++) {
		bool any = w[i].waits_for == ANY_CHILD;

		if (w[i].id == 0 || w[i].waits != WAITS_CHILD || (w[i].waits_for != t->slot && !any))
			continue;
		if (any && j->told && t->parent->children > 1)
			continue;
		w[i].waits = WAITS_NOT;
		answer_root_wait(tid(w[i].id), any && j->told ? ROOT_E_TASK : ROOT_OK, &out);
		j->told = true;
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

static enum step gone(struct task *t, struct job *j)
{
	bool parent = t->parent && t->parent->phase == TASK_ALIVE;

	if (parent && tell_parent(t, j))
		return STEP_AGAIN;
	t->phase = TASK_ENDED;
	supervise_ended(t);
	account_reserve(&t->account, 1);	/* what is free now is for the next in its place, if there is one: */
	t->account.limit = 1;			/* that starts before another message is served */
	job_given(t);
	tell_client(j);
	resume_parent(t);
	if (!t->parent || j->told)
		task_reap(t);
	return STEP_IDLE;
}

enum step end_step(struct task *t, struct job *j, struct order *o)
{
	switch (t->phase) {
	case TASK_LOOK: return look_step(t, j, o);
	case TASK_SPACES: return spaces_end(t, j, o);
	case TASK_THREADS: return threads(t, j, o);
	case TASK_REDIRECTOR: return deleted(t, j);
	case TASK_DEVICES: return device_end(t, j, o);
	case TASK_AREAS: return areas(t, j, o);
	case TASK_CHILDREN: return children(t, j);
	case TASK_NOTIFY: return notify(t, j);
	default: return gone(t, j);
	}
}
