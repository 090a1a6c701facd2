/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * check.c - all numbered invariants over the whole kernel. See check.h.
 */
#include <core/check.h>
#include <core/kernel.h>
#include <core/sched.h>
#include <lib/panic.h>

static void check_threads(struct thread *self)
{
	for (l4_word_t n = 0; n < (l4_word_t)1 << L4_THREAD_BITS; n++) {
		struct thread *t;

		if (!kernel.table[n >> THREAD_LEAF_LOG2]) {
			n |= ((l4_word_t)1 << THREAD_LEAF_LOG2) - 1;
			continue;
		}
		t = thread_by_number(n);
		if (t)
			thread_check(t, self);
	}
}

void kernel_check(struct thread *self)
{
	struct cpu *cpu = cpu_self();
	size_t spaces = 0;

	ASSERT(self && (thread_runnable(self) || self->kind == THREAD_IDLE));
	kmem_check();
	check_threads(self);
	for (struct tree_node *n = tree_first(&kernel.space_tree); n; n = tree_next(n), spaces++)
		space_check(container_of(n, struct space, link));
	tree_check(&kernel.space_tree);
	ASSERT(spaces == kernel.nspaces);
	tree_check(&cpu->timeouts);
	sched_check(cpu, self);
}
