/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * task_table.c - see task_table.h.
 */
#include <proto/grants.h>
#include <root/memory/pool.h>
#include <root/root.h>
#include <x2/arch.h>
#include <x2/msg.h>
#include "share.h"
#include "task_table.h"

enum { VERSION_LOCAL_MASK = L4_TID_LOCAL_MASK };

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

unsigned task_priority_of(const struct task *t, unsigned i)
{
	return i < THREADS_MAX && t->thread[i].id != 0 ? t->thread[i].priority : 0;
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

/*
 * Of the records those that root does not need for the supervisor and the tasks of `start`, and for those of
 * them that end.
 */
enum { SHARED_SLOTS = TASKS_MAX - 2 * (GRANTS_STARTS + 1) };

static uint16_t by_tasks[GRANTS_MAX + 1];	/* records of each section's tasks with `by_task` */

/* A task that another one starts gets no record that root, or another section, may need. */
static bool is_free(const struct grant *p, bool by_task, unsigned slot)
{
	return slot < (by_task ? SHARED_SLOTS : TASKS_MAX) && (!by_task || by_tasks[p->number] < p->tasks);
}

struct task *task_alloc(const struct grant *p, bool by_task, enum root_error *error)
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

unsigned task_section(const struct task *t)
{
	return t->program->started && t->by_task ? 0 : t->program->number;
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
