// SPDX-License-Identifier: GPL-2.0-only
/*
 * space.c - the child space of each address space, and its threads. A space is made when the first thread
 * returns to user mode. It ends before Linux frees the pages, so that nothing is left to revoke then.
 */
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <asm/mmu_context.h>
#include <registers.h>
#include "pecan.h"

enum { FIRST_SLOTS = 4, FIRST_KMEM = 256 * 1024 };

int init_new_context(struct task_struct *t, struct mm_struct *mm)
{
	struct pecan_mm *m = kzalloc(sizeof(*m), GFP_KERNEL);

	if (m)
		m->data = (void *)get_zeroed_page(GFP_KERNEL);
	if (!m || !m->data) {
		kfree(m);
		return -ENOMEM;
	}
	m->slots = FIRST_SLOTS;
	m->kmem = FIRST_KMEM;
	mm->context.id.stack = (unsigned long)m;
	return 0;
}

void destroy_context(struct mm_struct *mm)
{
	arch_exit_mmap(mm);
	free_page((unsigned long)pecan_mm(mm)->data);
	kfree(pecan_mm(mm));
}

/* No thread of the space runs: those that have a thread there end, or change to another space. */
void arch_exit_mmap(struct mm_struct *mm)
{
	struct pecan_mm *m = pecan_mm(mm);

	if (m->space)
		edge_space_end(m->space);
	m->space = 0;
}

/* t's thread waits for registers that never come, until the space ends or another thread takes its slot. */
void pecan_leave_mm(struct task_struct *t, struct mm_struct *mm)
{
	struct pecan_thread *p = pecan_thread(t);

	if (p->state == PECAN_PAGE || p->state == PECAN_RUNS)
		pecan_stop(t);
	if (p->id && mm)
		__clear_bit(p->slot, pecan_mm(mm)->used);
	*p = (struct pecan_thread){ .state = PECAN_NONE };
}

/* p gets the thread of a free slot of m, which is made if there is none. Returns 0 or -1. */
static int take_slot(struct pecan_mm *m, unsigned slot, struct pecan_thread *p)
{
	if (!m->thread[slot] && (m->space ? edge_thread_new(m->space, slot, &m->thread[slot])
			      : edge_space_new(m->kmem, m->slots, &m->space, &m->thread[slot])))
		return -1;
	p->id = m->thread[slot];
	p->slot = slot;
	__set_bit(slot, m->used);
	return 0;
}

int pecan_make_thread(struct task_struct *t)
{
	struct pecan_mm *m = pecan_mm(t->mm);
	struct pecan_thread *p = pecan_thread(t);
	unsigned slot = find_first_zero_bit(m->used, m->slots);
	bool new;

	if (slot == m->slots && (m->slots == EDGE_SPACE_THREADS ||
				 pecan_grow(t->mm, m->kmem * 2, m->slots * 8)))
		return -1;
	slot = find_first_zero_bit(m->used, m->slots);
	if (take_slot(m, slot, p))
		return -1;
	new = !test_bit(slot, m->started);
	p->load_fs = t->thread.arch.fs != 0 || !new;
	if (!new && p->vectors == PECAN_VECTORS_CLEAN)
		p->vectors = PECAN_VECTORS_LOAD;
	if (pecan_load(t, new))
		return -1;
	__set_bit(slot, m->started);
	p->state = PECAN_REGISTERS;
	return 0;
}

/* t leaves its thread with all its registers, and gets another thread when it runs next. */
static int give_up(struct task_struct *t)
{
	struct pecan_thread *p = pecan_thread(t);

	if (p->state == PECAN_NONE)
		return 0;
	if (pecan_stop(t) || pecan_vectors_of(t))
		return -1;
	*p = (struct pecan_thread){ .state = PECAN_NONE, .vectors = PECAN_VECTORS_LOAD };
	return 0;
}

static int give_up_all(struct mm_struct *mm)
{
	struct task_struct *p, *t;
	int failed = 0;

	rcu_read_lock();
	for_each_process_thread(p, t)
		if (t->mm == mm && give_up(t))
			failed = -1;
	rcu_read_unlock();
	return failed;
}

/* The space of mm ends; the next thread that runs gets a new one. Returns 0 or -1. */
int pecan_leave_space(struct mm_struct *mm)
{
	struct pecan_mm *m = pecan_mm(mm);

	if (give_up_all(mm))
		return -1;
	arch_exit_mmap(mm);
	memset(m->thread, 0, sizeof(m->thread));
	bitmap_zero(m->used, EDGE_SPACE_THREADS);
	bitmap_zero(m->started, EDGE_SPACE_THREADS);
	return 0;
}

int pecan_grow(struct mm_struct *mm, unsigned long kmem, unsigned slots)
{
	struct pecan_mm *m = pecan_mm(mm);
	unsigned long space, thread;

	slots = min_t(unsigned, slots, EDGE_SPACE_THREADS);
	if (edge_space_new(kmem, slots, &space, &thread))
		return -1;
	if (pecan_leave_space(mm)) {
		edge_space_end(space);
		return -1;
	}
	m->space = space;
	m->thread[0] = thread;
	m->kmem = kmem;
	m->slots = slots;
	return 0;
}
