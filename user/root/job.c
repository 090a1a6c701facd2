/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * job.c - see job.h: which job a worker serves next, and with which priority.
 *
 * There is a worker for each RANGE priorities. After each order its job goes behind the others of its
 * priority, so jobs of one priority progress together.
 */
#include <l4/ipc.h>
#include <l4/schedule.h>
#include <proto/stub.h>
#include <string.h>
#include "backlog.h"
#include "device.h"
#include "end.h"
#include "fault.h"
#include "job.h"
#include "kept.h"
#include "life.h"
#include "log.h"
#include "pool.h"
#include "queue.h"
#include "root.h"
#include "space_work.h"
#include "start.h"
#include "supervise.h"
#include "work.h"
#include "worker.h"

enum { RANGE_LOG2 = 4, RANGE = 1 << RANGE_LOG2, WORKERS = QUEUE_PRIORITIES / RANGE, LEVELS = 64 };

struct worker {
	l4_word_t id, local;
	unsigned priority;
	bool idle;			/* it waits for an answer */
	unsigned slot;			/* of the job whose order it executes, or QUEUE_NONE */
};

static struct worker workers[WORKERS];
static struct job jobs[JOBS];
static struct queue queue;
static unsigned giving;
static uint16_t giving_of[TASKS_MAX];
static l4_word_t addressee;		/* see job_addressee */

_Static_assert((int)QUEUE_SLOTS == (int)JOBS, "a place for each job");
_Static_assert((int)WORKERS < (int)CONFINE_UTCB_FIRST, "a UTCB for each worker");

struct job *job_of(const struct task *t) { return &jobs[t->slot]; }

bool job_boot(void)
{
	queue_init(&queue);
	for (unsigned i = 0; i < WORKERS; i++) {
		struct worker *w = &workers[i];
		l4_word_t pages = account_block(&root.own, 1);

		w->id = l4_tid_global(root.user_base + WORKER_NUMBERS + i, 1).raw;
		w->priority = i << RANGE_LOG2;
		w->slot = QUEUE_NONE;
		if (pages == 0 || !worker_start(w->id, 1 + i, w->priority, pages))
			return false;
		w->local = L4_LocalIdOf(tid(w->id)).raw;
	}
	return true;
}

/* Local ids are the addresses of UTCBs, and those of workers have one distance. */
struct worker *job_worker(l4_word_t id)
{
	l4_word_t first = workers[0].local, i = (id - first) / (workers[1].local - first);

	return i < WORKERS && workers[i].local == id ? &workers[i] : 0;
}

/* ---- messages ---- */

void job_answer(struct task_thread *w)
{
	w->waits = WAITS_NOT;
	addressee = w->id;
}

l4_word_t job_addressee(void)
{
	l4_word_t to = addressee;

	addressee = 0;
	return to;
}

/* The message registers are needed for another message. */
static void send(void)
{
	if (addressee != 0)
		L4_Reply(tid(job_addressee()));
}

static void put(struct order *o)
{
	L4_LoadMRs(1, (int)o->words, o->word);
	L4_Set_MsgTag(stub_tag(o->kind, o->words, 0));
}

/* ---- memory that is being given back ---- */

unsigned job_gives(void) { return giving; }
unsigned job_gives_of(const struct task *t) { return giving_of[t->slot]; }

void job_giving(const struct task *t)
{
	giving++;
	giving_of[t->slot]++;
}

void job_given(const struct task *t)
{
	giving--;
	giving_of[t->slot]--;
	backlog_given();
	if (jobs[t->slot].failed == ROOT_OK)	/* else a start, and two of them would repeat each other's */
		supervise_given();
}

/* ---- priorities ---- */

static unsigned of_thread(const struct task *t, unsigned i)
{
	return i < THREADS_MAX && t->thread[i].id != 0 ? t->thread[i].priority : 0;
}

static unsigned of_client(const struct job *j)
{
	unsigned i;
	const struct task *t = task_of_thread(j->client, &i);

	return t ? t->thread[i].priority : 0;
}

static unsigned higher(unsigned a, unsigned b) { return a > b ? a : b; }

/*
 * Of a task that serves: the highest of the threads that wait for work at its child spaces, areas, threads,
 * ports, page.
 */
static unsigned of_items(const struct task *t)
{
	unsigned p = t->spaces.priority, left = job_of(t)->items - t->spaces.works;

	for (unsigned i = 0; i < t->areas && left > 0; i++)
		if (t->area[i].work != WORK_NONE) {
			p = higher(p, of_thread(t, t->area[i].waiter));
			left--;
		}
	for (unsigned i = 0; i < THREADS_MAX && left > 0 && t->dying > 0; i++)
		if (t->thread[i].dying) {
			p = higher(p, higher(t->thread[i].priority, of_thread(t, t->thread[i].waiter)));
			left--;
		}
	if (job_of(t)->again && left > 0) {
		p = higher(p, job_of(t)->page_priority);
		left--;
	}
	if (left > 0)
		p = higher(p, of_thread(t, device_waiter(t)));
	return p != 0 ? p : t->priority;
}

static unsigned wanted(const struct task *t)
{
	const struct job *j = job_of(t);
	unsigned p = j->raised;

	if (task_is_starting(t))
		p = higher(p, of_client(j) != 0 ? of_client(j) : t->highest);
	else if (t->phase == TASK_ALIVE)
		p = of_items(t);
	else				/* also of a start that has failed, for which a client waits */
		p = higher(higher(p, priority_above(t->highest)), of_client(j));
	return giving_of[t->slot] > 0 ? higher(p, kept_priority()) : p;
}

/* ---- which worker does a job ---- */

static struct worker *worker_of(unsigned priority) { return &workers[priority >> RANGE_LOG2]; }

static unsigned best_of(const struct worker *w)
{
	unsigned lowest = (unsigned)(w - workers) << RANGE_LOG2;

	return queue_best(&queue, lowest, RANGE);
}

static void set_priority(struct worker *w, unsigned p)
{
	if (p != w->priority)
		L4_Set_Priority(tid(w->id), p);
	w->priority = p;
}

/* Give the worker the priority that its jobs need (J3), and a message if it waits without an order. */
static void tune(struct worker *w)
{
	struct order none = { .kind = ORDER_NONE };
	unsigned slot = best_of(w), p = slot != QUEUE_NONE ? queue.priority[slot] : 0;

	if (w->slot != QUEUE_NONE)
		p = higher(p, jobs[w->slot].priority);
	else if (slot == QUEUE_NONE)
		return;
	set_priority(w, p);
	if (!w->idle)
		return;
	w->idle = false;
	send();
	put(&none);
	L4_Reply(tid(w->id));
}

/* Whether the job is open, or its priority, has changed. */
static void update(unsigned slot)
{
	struct job *j = &jobs[slot];

	if (j->worker) {
		tune(j->worker);
		return;
	}
	if (!j->open) {
		queue_remove(&queue, slot);
		return;
	}
	queue_put(&queue, slot, j->priority);
	tune(worker_of(j->priority));
}

static void look_at(const struct task *t, struct job *j)
{
	j->open = t->phase == TASK_ALIVE ? j->items > 0 || j->item != ITEM_NONE
		: t->phase != TASK_ENDED && !j->waits;
	if (j->open)
		j->priority = wanted(t);
}

void job_update(struct task *t)
{
	look_at(t, job_of(t));
	update(t->slot);
}

void job_own(unsigned slot, unsigned priority)
{
	jobs[slot].open = true;
	jobs[slot].priority = priority;
	update(slot);
}

void job_hurry(void)
{
	unsigned p = kept_priority();
	struct task *first = 0;

	for (unsigned i = 0; i < TASKS_MAX && giving > 0 && p > 0; i++) {
		if (giving_of[i] == 0)
			continue;
		if (jobs[i].priority >= p)
			return;
		if (!first)
			first = root.task[i];
	}
	if (first && job_of(first)->waits)
		job_raise(first, p);
	else if (first)
		job_update(first);
}

/*
 * Of an end that waits for that of a child the child's job is raised too, and so on: not below so many levels
 * (LEVELS), as there may be hundreds.
 */
void job_raise(struct task *t, unsigned priority)
{
	struct job *j = job_of(t);

	for (unsigned n = 0; n < LEVELS && j->waits; n++) {
		j->raised = higher(j->raised, priority);
		j->priority = higher(j->priority, priority);
		t = t->child;
		j = job_of(t);
	}
	j->raised = higher(j->raised, priority);
	job_update(t);
}

/* ---- steps ---- */

/* Something to do at the threads, areas or page of a task that serves. */
static void choose_item(const struct task *t, struct job *j)
{
	for (unsigned i = 0; i < THREADS_MAX && t->dying > 0; i++)
		if (t->thread[i].dying) {
			j->item = ITEM_THREAD;
			j->index = i;
			j->ordered = false;
			return;
		}
	for (unsigned i = 0; i < t->areas; i++)
		if (t->area[i].work != WORK_NONE) {
			j->item = ITEM_AREA;
			j->base = j->at = j->freed = t->area[i].base;
			j->ordered = false;
			return;
		}
	if (t->spaces.works > 0) {
		spaces_choose(t, j);
	} else if (device_choose(t, &j->index)) {
		j->item = ITEM_PORTS;
		j->ordered = false;
	} else if (j->again) {
		j->item = ITEM_PAGE;
		j->ordered = false;
	}
}

static enum step serve_step(struct task *t, struct job *j, struct order *o)
{
	if (j->item == ITEM_NONE)
		choose_item(t, j);
	if (j->item == ITEM_NONE)
		return STEP_IDLE;
	if (j->item == ITEM_PORTS)
		return device_step(t, j, o);
	if (j->item == ITEM_PAGE)
		return page_step(t, j, o);
	if (j->item == ITEM_SPACE)
		return spaces_step(t, j, o);
	return j->item == ITEM_THREAD ? thread_step(t, j, o) : work_area(t, j, o);
}

static enum step own_step(unsigned slot, struct job *j, struct order *o)
{
	enum step s = slot == JOB_VOICE ? log_step(j, o) : life_step();

	j->open = s != STEP_IDLE;
	return s;
}

static enum step step(unsigned slot, struct order *o)
{
	struct job *j = &jobs[slot];
	struct task *t;

	o->kind = ORDER_NONE;
	o->words = 0;
	if (slot >= TASKS_MAX)
		return own_step(slot, j, o);
	t = root.task[slot];
	if (task_is_starting(t))
		return start_step(t, j, o);
	return t->phase == TASK_ALIVE ? serve_step(t, j, o) : end_step(t, j, o);
}

/* w executes this order of a job. */
static void begin_order(struct worker *w, unsigned slot)
{
	jobs[slot].worker = w;
	w->slot = slot;
}

void job_go(struct task *t)
{
	struct job *j = job_of(t);
	struct worker *w;
	struct order o;

	look_at(t, j);
	w = worker_of(j->priority);
	if (!w->idle || j->worker) {
		update(t->slot);
		return;
	}
	queue_remove(&queue, t->slot);
	if (step(t->slot, &o) != STEP_ORDER) {
		update(t->slot);
		return;
	}
	begin_order(w, t->slot);
	w->idle = false;
	set_priority(w, j->priority);
	put(&o);
	addressee = w->id;
}

/* After a step, or an order. The task may not be there any more. */
static void again(unsigned slot)
{
	if (slot >= TASKS_MAX)
		update(slot);
	else if (root.task[slot])
		job_update(root.task[slot]);
}

void job_run(struct task *t)
{
	static uint8_t scratch[PAGE_BYTES];
	unsigned slot = t->slot;
	struct job *j = &jobs[slot];
	struct order o;

	while (root.task[slot] == t && j->open) {
		queue_remove(&queue, slot);
		if (step(slot, &o) == STEP_ORDER)
			j->result = worker_execute(&o, scratch, &j->error);
		again(slot);
	}
}

/* The worker's order has been executed. Returns its job's slot, or QUEUE_NONE. */
static unsigned take_result(struct worker *w)
{
	unsigned slot = w->slot;

	if (slot == QUEUE_NONE)
		return slot;
	jobs[slot].result = stub_word(1);
	jobs[slot].error = stub_word(2);
	jobs[slot].worker = 0;
	w->slot = QUEUE_NONE;
	return slot;
}

/*
 * The job of which w makes the next step, taken out of the queue, or QUEUE_NONE: that of the last one, which
 * has not changed (J2), unless others of its priority or a higher one wait, or another worker is to do it.
 */
static unsigned take_next(struct worker *w, unsigned last)
{
	unsigned best = best_of(w);

	if (last != QUEUE_NONE && worker_of(jobs[last].priority) == w
	    && (best == QUEUE_NONE || queue.priority[best] < jobs[last].priority))
		return last;
	if (last != QUEUE_NONE) {
		update(last);
		best = best_of(w);
	}
	if (best != QUEUE_NONE)
		queue_remove(&queue, best);
	return best;
}

bool job_message(struct worker *w, L4_MsgTag_t tag)
{
	struct order o = { .kind = ORDER_NONE };
	unsigned slot;

	if (L4_Label(tag) == WORKER_TEXT) {
		log_worker(L4_UntypedWords(tag));
		put(&o);
		return true;
	}
	slot = take_result(w);
	if (backlog_serve()) {
		if (slot != QUEUE_NONE)
			update(slot);
	} else {
		slot = take_next(w, slot);
		if (slot != QUEUE_NONE) {
			if (step(slot, &o) == STEP_ORDER)
				begin_order(w, slot);
			else
				again(slot);
		}
		w->idle = w->slot == QUEUE_NONE && best_of(w) == QUEUE_NONE && !kept_is_due();
		if (w->idle)
			return false;
	}
	tune(w);
	send();
	put(&o);
	return true;
}
