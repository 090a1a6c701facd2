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
#include <root/memory/pool.h>
#include <root/report/log.h>
#include <root/root.h>
#include <string.h>
#include "backlog.h"
#include "job.h"
#include "queue.h"
#include "waiting.h"
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
static struct job_kind kinds[JOB_KINDS];
static struct account loose;		/* stacks of tasks that others have started */
static struct queue queue;
static unsigned giving;
static uint16_t giving_of[TASKS_MAX];
static l4_word_t addressee;		/* see job_addressee */

_Static_assert((int)QUEUE_SLOTS == (int)JOBS, "a place for each job");
_Static_assert((int)WORKERS < (int)CONFINE_UTCB_FIRST, "a UTCB for each worker");

struct job *job_of(const struct task *t) { return &jobs[t->slot]; }

/* ---- stacks ---- */

/* What other tasks start takes none of these. */
bool job_reserve(unsigned stacks)
{
	root.own.limit += stacks;
	return account_reserve(&root.own, root.own.limit);
}

static bool take_stack(struct job *j, struct account *account)
{
	l4_word_t page = account_raw(account, 0);

	*j = (struct job){ .steps = { .stack = page }, .account = account };
	return page != 0;
}

bool job_take_stack(struct task *t) { return take_stack(job_of(t), t->by_task ? &loose : &root.own); }

/* In the message loop: the work that has ended the task was on it. */
static void give_stack(struct job *j)
{
	account_free(j->account, j->steps.stack);
	j->steps.stack = 0;
}

bool job_boot(const struct job_kind *const *of)
{
	for (unsigned i = 0; i < JOB_KINDS; i++)
		kinds[i] = *of[i];
	queue_init(&queue);
	/* root's own job, and the supervisor, which starts before the grants are there */
	loose = (struct account){ .pool = &root.pool, .limit = TASKS_MAX };
	if (!job_reserve(JOBS - TASKS_MAX + 1) || !take_stack(&jobs[JOB_LOG], &root.own))
		return false;
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

static struct order no_order = { .kind = ORDER_NONE };

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
		root.policy->given();
}

/* ---- priorities ---- */

static unsigned of_client(const struct job *j)
{
	unsigned i;
	const struct task *t = task_of_thread(j->client, &i);

	return t ? t->thread[i].priority : 0;
}

static unsigned higher(unsigned a, unsigned b) { return a > b ? a : b; }

/* Of a task that serves: the highest of the threads that wait for work at its objects. */
static unsigned of_items(const struct task *t)
{
	unsigned p = 0;

	for (unsigned left = job_of(t)->kinds; left != 0; left &= left - 1)
		p = higher(p, kinds[__builtin_ctz(left)].priority(t));
	return p != 0 ? p : t->priority;
}

/* Of an open job. */
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
	return giving_of[t->slot] > 0 ? higher(p, waiting_priority()) : p;
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
	put(&no_order);
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
	j->open = t->phase == TASK_ALIVE ? j->kinds != 0 || j->steps.work
		: t->phase != TASK_ENDED && !j->waits;
	if (j->open)
		j->priority = wanted(t);
}

void job_update(struct task *t)
{
	look_at(t, job_of(t));
	update(t->slot);
}

/* ---- work ---- */

void job_begin(struct task *t, job_work *work, const void *given, unsigned bytes)
{
	struct job *j = job_of(t);

	j->client = 0;
	j->raised = 0;
	j->kinds = 0;
	memset(j->items, 0, sizeof(j->items));
	step_begin(&j->steps, work, t, given, bytes);
}

void job_add(struct task *t, enum job_items kind)
{
	struct job *j = job_of(t);

	j->items[kind]++;
	j->kinds |= (uint8_t)(1u << kind);
}

void job_done(struct task *t, enum job_items kind)
{
	struct job *j = job_of(t);

	if (--j->items[kind] == 0)
		j->kinds &= (uint8_t)~(1u << kind);
}

void job_forget(struct task *t, unsigned i)
{
	for (unsigned left = job_of(t)->kinds; left != 0; left &= left - 1)
		kinds[__builtin_ctz(left)].forget(t, i);
}

/* The work of a task that serves, and has some: object by object, each kind before the next one. */
static void serve_objects(struct task *t, const void *nothing)
{
	const struct job *j = job_of(t);

	(void)nothing;
	for (;;) {
		kinds[__builtin_ctz(j->kinds)].work(t);
		if (j->kinds == 0)
			return;
		pause_job();
	}
}

void job_own(unsigned slot, job_work *work, unsigned priority)
{
	if (!jobs[slot].steps.work)
		step_begin(&jobs[slot].steps, work, 0, 0, 0);
	jobs[slot].open = true;
	jobs[slot].priority = priority;
	update(slot);
}

void job_hurry(void)
{
	unsigned p = waiting_priority();
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

/* The work is done. A task that is not there any more, or of which only the record is, has no other. */
static void work_done(unsigned slot)
{
	const struct task *t = slot < TASKS_MAX ? root.task[slot] : 0;

	if (slot >= TASKS_MAX)
		jobs[slot].open = false;
	else if (!t || t->phase == TASK_ENDED)
		give_stack(&jobs[slot]);
}

/* Returns its order, or 0: it made none. The task may not be there any more. */
static inline __attribute__((always_inline)) struct order *step(unsigned slot)
{
	struct steps *s = &jobs[slot].steps;
	struct order *o;

	if (!s->work)
		step_begin(s, serve_objects, root.task[slot], 0, 0);
	o = step_run(s);
	if (!s->work)
		work_done(slot);
	return o;
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
	struct order *o;
	struct worker *w;

	look_at(t, j);
	w = worker_of(j->priority);
	if (!w->idle || j->worker) {
		update(t->slot);
		return;
	}
	queue_remove(&queue, t->slot);
	o = step(t->slot);
	if (!o) {
		update(t->slot);
		return;
	}
	begin_order(w, t->slot);
	w->idle = false;
	set_priority(w, j->priority);
	put(o);
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

/* The worker's order has been executed. Returns its job's slot, or QUEUE_NONE. */
static unsigned take_result(struct worker *w)
{
	unsigned slot = w->slot;

	if (slot == QUEUE_NONE)
		return slot;
	jobs[slot].steps.result = (struct result){ stub_word(1), stub_word(2) };
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
	struct order *o = 0;
	unsigned slot;

	if (L4_Label(tag) == LOG_TEXT) {
		log_worker(L4_UntypedWords(tag));
		put(&no_order);
		return true;
	}
	slot = take_result(w);
	if (waiting_is_due() && backlog_serve()) {
		if (slot != QUEUE_NONE)
			update(slot);
	} else {
		slot = take_next(w, slot);
		if (slot != QUEUE_NONE) {
			o = step(slot);
			if (o)
				begin_order(w, slot);
			else
				again(slot);
		}
		w->idle = w->slot == QUEUE_NONE && best_of(w) == QUEUE_NONE && !waiting_is_due();
		if (w->idle)
			return false;
	}
	tune(w);
	send();
	put(o ? o : &no_order);
	return true;
}
