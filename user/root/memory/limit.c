/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * limit.c - what a task may use, in memory and kernel memory.
 *
 * Counted as if all that it has were touched, in the worst order and frames: so a request that cannot be
 * served is refused, and no task is ended for what was granted (docs/decisions/memory-reservation.md). What
 * it has not asked for, its stack beyond STACK_PAGES, is counted when it is touched.
 */
#include <l4/pecan.h>
#include <l4/space.h>
#include <proto/grants.h>
#include <proto/promise.h>
#include <root/root.h>
#include <root/task/task.h>
#include "area.h"
#include "image.h"
#include "limit.h"
#include "pool.h"

enum {
	STACK_PAGES = 16,
	SPACE_KIB = 24,			/* the space, tables of windows and ports */
	THREAD_BYTES = 2816,		/* with its part of the pages of UTCBs */
	/*
	 * Of the kernel's tables: for each of root's records, and besides. They have the same form where words
	 * have 64 bits; those of ia32 cover half of what one of root's does, below four more.
	 */
	KERNEL_TABLES = L4_WORD_BITS == 64 ? 1 : 2,
	KERNEL_TOP_TABLES = L4_WORD_BITS == 64 ? 0 : 2,	/* and the two that root's top table counts for */
};

static l4_word_t stack_pages(const struct task *t)
{
	return t->stack_pages > STACK_PAGES ? t->stack_pages : STACK_PAGES;
}

/* Page tables for all areas, of root's records. */
static l4_word_t tables(const struct task *t) { return 1 + t->demand.tables; }

/* Pages of memory: its record, tables, blocks, copies of its file's pages, stack, and what it has mapped. */
static l4_word_t memory_pages(const struct task *t)
{
	return 1 + t->program->confined + t->blocks + t->spaces.taken + t->image->private_pages
	       + stack_pages(t) + tables(t) + t->demand.mapped;
}

l4_word_t limit_kmem_kib(const struct task *t)
{
	l4_word_t nodes = t->demand.extents + stack_pages(t), bytes = t->threads * THREAD_BYTES;

	bytes += (tables(t) * KERNEL_TABLES + KERNEL_TOP_TABLES) * PAGE_BYTES;
	bytes += (nodes + PROMISE_NODES - 1) / PROMISE_NODES * PAGE_BYTES;
	return SPACE_KIB + (bytes >> 10);
}

/* The kernel's limit for t. Returns false if the kernel refuses it. */
static bool set_kmem(struct task *t, l4_word_t kib)
{
	l4_word_t old;

	if (t->threads > 0 && root.has_kmem_limit
	    && !L4_SpaceControl(tid(task_first_thread(t)), L4_KmemLimit(kib), L4_Nilpage, L4_Nilpage,
				L4_nilthread, &old))
		return false;
	t->kmem_kib = (uint32_t)kib;
	return true;
}

/* A task that is not named by `start` gets kernel memory as it gets memory. */
static bool settle_kmem(struct task *t)
{
	l4_word_t need = limit_kmem_kib(t) + t->lent_kib;

	return need <= t->kmem_kib || (need <= t->kmem_limit_kib && set_kmem(t, need));
}

enum root_error limit_lend(struct task *t, l4_word_t kib)
{
	if (kib > t->kmem_limit_kib)
		return ROOT_E_KMEM;
	t->lent_kib += (uint32_t)kib;
	if (settle_kmem(t))
		return ROOT_OK;
	t->lent_kib -= (uint32_t)kib;
	return ROOT_E_KMEM;
}

void limit_return(struct task *t, l4_word_t kib) { t->lent_kib -= (uint32_t)kib; }

enum root_error limit_settle(struct task *t)
{
	l4_word_t pages = memory_pages(t), floor = t->program->reserve >> PAGE_LOG2;

	if (pages > t->account.limit)
		return ROOT_E_MEMORY;
	if (!settle_kmem(t))
		return ROOT_E_KMEM;
	return account_reserve(&t->account, pages > floor ? pages : floor) ? ROOT_OK : ROOT_E_POOL;
}

enum root_error limit_area(struct task *t, const struct area *a)
{
	enum root_error e = area_add(t, a);

	if (e != ROOT_OK)
		return e;
	e = limit_settle(t);
	if (e != ROOT_OK)
		area_forget(t, area_at(t, a->base));
	return e;
}

enum root_error limit_block(struct task *t, unsigned order)
{
	enum root_error e;

	t->blocks += 1u << order;
	e = limit_settle(t);
	if (e != ROOT_OK)
		t->blocks -= 1u << order;
	return e;
}

enum root_error limit_record(struct task *t)
{
	enum root_error e;

	t->spaces.taken++;
	e = limit_settle(t);
	if (e != ROOT_OK)
		t->spaces.taken--;
	return e;
}

bool limit_stack(struct task *t)
{
	t->stack_pages++;
	if (t->stack_pages <= STACK_PAGES || limit_settle(t) == ROOT_OK)
		return true;
	t->stack_pages--;
	return false;
}

l4_word_t limit_memory_kib(const struct task *t)
{
	return memory_pages(t) << PAGE_LOG2 >> 10;
}
