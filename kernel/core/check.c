/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * check.c - all numbered invariants over the whole kernel. See check.h.
 */
#include <core/check.h>
#include <core/kernel.h>
#include <core/sched.h>
#include <core/utcb.h>
#include <lib/bits.h>
#include <lib/panic.h>

/* The table contains every thread that has an id, including interrupt threads and idle. */
static void check_table(struct thread *self)
{
	unsigned quanta = 0;

	for (size_t i = 0; i < ARRAY_LEN(kernel.table); i++) {
		for (size_t n = 0; kernel.table[i] && n < (size_t)1 << THREAD_LEAF_LOG2; n++) {
			if (!kernel.table[i][n])
				continue;
			thread_check(kernel.table[i][n], self);
			quanta += sched_has_quantum(kernel.table[i][n]);
		}
	}
	ASSERT(quanta == cpu_self()->special / SLOW_QUANTUM);			/* S10 */
}

/* Returns the first free block of s, which has been used before, or 0. */
static void *spare(struct slab *s)
{
	struct list *frame = s->partial.next;

	return list_empty(frame) ? 0 : ((struct slab_frame *)frame)->free;
}

static void check_spares(void)
{
	void *regs = spare(&kernel.threads), *space = spare(&mem.spaces);

	if (regs)
		thread_check_spare((struct thread *)((struct arch_regs *)regs + 1));
	if (space)
		space_check_spare(space);
}

/* Check s, and its DYING threads, which are not in the table. Returns how many threads s has. */
static size_t check_space(struct space *s, struct thread *self)
{
	for (struct list *l = s->threads.next; l != &s->threads; l = l->next) {
		struct thread *t = thread_reach(container_of(l, struct thread, space_link));

		if (t->life == THREAD_DYING)
			thread_check(t, self);
	}
	utcb_check(s);
	space_check(s);
	for (unsigned w = 0; w < RESOURCES; w++)
		mapdb_check(&s->map[w]);
	return s->nthreads;
}

void kernel_check(struct thread *self)
{
	struct cpu *cpu = cpu_self();
	size_t spaces = 0, threads = 0, walks = mem.general;

	ASSERT(self && (thread_runnable(self) || self->kind == THREAD_IDLE));
	kmem_check();
	attribute_check();
	check_table(self);
	check_spares();
	for (struct tree_node *n = tree_first(&mem.space_tree); n; n = tree_next(n), spaces++) {
		threads += check_space(space_at(n), self);
		for (unsigned i = 0; i < RESOURCES; i++)
			walks += space_at(n)->map[i].walk.active + space_at(n)->map[i].clear.active;
	}
	tree_check(&mem.space_tree);
	ASSERT(spaces == mem.nspaces);
	ASSERT(walks == mem.walks);								/* M10 */
	ASSERT(threads + kernel.irq_lines + CFG_CPUS == kernel.nthreads);
	tlb_check();
	sched_check(cpu, self);
}
