/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * task.c - see task.h: records and threads of tasks. start.c and end.c are their beginning and end.
 */
#include <l4/ipc.h>
#include <l4/pecan.h>
#include <l4/schedule.h>
#include <proto/root_server.h>
#include <string.h>
#include <x2/arch.h>
#include <x2/msg.h>
#include "area.h"
#include "config.h"
#include "device.h"
#include "end.h"
#include "image.h"
#include "job.h"
#include "kept.h"
#include "life.h"
#include "limit.h"
#include "log.h"
#include "pool.h"
#include "root.h"
#include "share.h"
#include "space_work.h"
#include "task.h"

enum { UTCB_BYTES = 1 << L4_UTCB_ALIGN_LOG2, VERSION_LOCAL_MASK = L4_TID_LOCAL_MASK };

l4_word_t task_fresh_id(unsigned n)
{
	if ((++root.next_version & VERSION_LOCAL_MASK) == 0)
		root.next_version++;
	return l4_tid_global(root.user_base + n, root.next_version & 0xffffffff).raw;
}

/* K1 */
l4_word_t task_thread_id(const struct task *t, unsigned i)
{
	return task_fresh_id(THREADS_RESERVED + t->slot * THREADS_MAX + i);
}

l4_word_t task_first_thread(const struct task *t)
{
	for (unsigned i = 0; i < THREADS_MAX; i++)
		if (t->thread[i].id != 0 && !t->thread[i].dying)
			return t->thread[i].id;
	return 0;
}

struct task *task_of_thread(l4_word_t id, unsigned *thread)
{
	l4_word_t n = l4_tid_number((l4_tid_t){ id }) - root.user_base - THREADS_RESERVED;
	struct task *t = n / THREADS_MAX < TASKS_MAX ? root.task[n / THREADS_MAX] : 0;

	*thread = (unsigned)(n % THREADS_MAX);
	return t && t->phase == TASK_ALIVE && id != 0 && t->thread[*thread].id == id
	       && !t->thread[*thread].dying ? t : 0;		/* K5 */
}

struct task_thread *task_waiter(l4_word_t id, enum waits what)
{
	unsigned i;
	struct task *t = task_of_thread(id, &i);

	return t && t->thread[i].waits == what ? &t->thread[i] : 0;
}

static l4_word_t ids[TASKS_MAX];		/* of the task in each slot, 0: none */

struct task *task_by_id(l4_word_t id)
{
	for (unsigned i = 0; i < TASKS_MAX && id != 0; i++)
		if (ids[i] == id)
			return root.task[i]->phase == TASK_ALIVE ? root.task[i] : 0;
	return 0;
}

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
	job_of(t)->items++;
	job_update(t);
}

enum step thread_step(struct task *t, struct job *j, struct order *o)
{
	struct task_thread *gone = &t->thread[j->index];
	unsigned waiter = gone->waiter;

	if (!j->ordered) {
		j->ordered = true;
		*o = (struct order){ ORDER_DELETE, 1, { gone->id } };
		return STEP_ORDER;
	}
	j->ordered = false;
	j->item = ITEM_NONE;
	j->items--;
	t->dying--;
	share_end(t, gone);
	*gone = (struct task_thread){ .id = 0 };
	life_thread_ended(t, j->index);
	if (j->index < t->first_free)
		t->first_free = (uint8_t)j->index;
	if (waiter < THREADS_MAX && t->thread[waiter].waits == WAITS_JOB) {
		put_root_thread_end(ROOT_OK);
		job_answer(&t->thread[waiter]);
	}
	return STEP_AGAIN;
}

/* No work at threads, areas and page of t is for thread i any more. */
static void forget_waiter(struct task *t, unsigned i)
{
	if (job_of(t)->page_waiter == i)
		job_of(t)->page_waiter = THREADS_MAX;
	for (unsigned k = 0; k < t->areas; k++)
		if (t->area[k].waiter == i)
			t->area[k].waiter = THREADS_MAX;
	device_forget_waiter(t, i);
	for (unsigned k = 0; k < THREADS_MAX; k++)
		if (t->thread[k].dying && t->thread[k].waiter == i)
			t->thread[k].waiter = THREADS_MAX;
}

void task_waits_no_more(struct task *t, unsigned i)
{
	struct task_thread *w = &t->thread[i];
	const struct task *other = root.task[w->waits_for % TASKS_MAX];

	if (w->waits == WAITS_JOB)
		forget_waiter(t, i);
	if (w->waits == WAITS_SPACE)
		spaces_forget_waiter(t, i);
	if (w->waits == WAITS_MEMORY)
		kept_drop(w->id);
	if ((w->waits == WAITS_START || w->waits == WAITS_END) && other && job_of(other)->client == w->id)
		job_of(other)->client = 0;
	w->waits = WAITS_NOT;
}

/* ---- records ---- */

static uint64_t used_slots[TASKS_MAX / 64];

static unsigned free_slot(void)
{
	for (unsigned i = 0; i < TASKS_MAX / 64; i++)
		if (~used_slots[i] != 0)
			return i * 64 + (unsigned)__builtin_ctzll(~used_slots[i]);
	return TASKS_MAX;
}

/* Of the records those that root does not need for the tasks of `start`, and for those of them that end. */
enum { SHARED_SLOTS = TASKS_MAX - 2 * CONFIG_STARTS };

static uint16_t by_tasks[CONFIG_PROGRAMS + 1];	/* records of each section's tasks with `by_task` */

/* A task that another one starts gets no record that root, or another section, may need. */
static bool is_free(const struct program *p, bool by_task, unsigned slot)
{
	return slot < (by_task ? SHARED_SLOTS : TASKS_MAX) && (!by_task || by_tasks[p->number] < p->tasks);
}

struct task *task_alloc(const struct program *p, bool by_task, enum root_error *error)
{
	l4_word_t pages = p->memory >> PAGE_LOG2, at;
	struct account a = { .pool = &root.pool, .limit = pages };
	unsigned slot = free_slot();
	struct task *t;

	*error = ROOT_E_LIMIT;
	if (!is_free(p, by_task, slot))
		return 0;
	*error = ROOT_E_MEMORY;
	if (pages == 0 || pages > root.pool.total)
		return 0;
	*error = ROOT_E_POOL;
	if (!account_reserve(&a, p->reserve >> PAGE_LOG2))
		return 0;
	at = account_page(&a);
	t = direct(at);
	t->slot = (uint16_t)slot;
	t->id = ++root.next_task_id;
	t->program = p;
	t->kmem_kib = (uint32_t)p->kmem_reserve_kib;
	t->kmem_limit_kib = (uint32_t)p->kmem_kib;
	t->account = a;
	t->spare = SHARE_PARTS;
	t->by_task = by_task;
	by_tasks[p->number] += by_task;
	root.task[slot] = t;
	ids[slot] = t->id;
	used_slots[slot / 64] |= 1ull << slot % 64;
	return t;
}

void task_free(struct task *t)
{
	struct account a = t->account;

	by_tasks[t->program->number] -= t->by_task;
	root.task[t->slot] = 0;
	ids[t->slot] = 0;
	used_slots[t->slot / 64] &= ~(1ull << t->slot % 64);
	account_free(&a, (l4_word_t)t - direct_base);
	account_reserve(&a, 0);
}

/* ---- parents and children ---- */

void task_link(struct task *t)
{
	if (!t->parent)
		return;
	t->sibling = t->parent->child;
	t->parent->child = t;
	t->parent->children++;
}

void task_unlink(struct task *t)
{
	struct task **link;

	if (!t->parent)
		return;
	for (link = &t->parent->child; *link != t; )
		link = &(*link)->sibling;
	*link = t->sibling;
	t->parent->children--;
	t->parent = 0;
}

struct task *task_ended_child(const struct task *t, l4_word_t which, struct task **exists)
{
	*exists = 0;
	for (struct task *c = t->child; c; c = c->sibling) {
		if ((which != 0 && c->id != which) || task_is_starting(c))
			continue;
		if (!*exists || (*exists)->phase == TASK_ALIVE)
			*exists = c;
		if (c->phase == TASK_ENDED)
			return c;
	}
	return 0;
}

void task_reap(struct task *t)
{
	task_unlink(t);
	task_free(t);
}
