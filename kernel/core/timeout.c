/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * timeout.c - deadlines of blocked threads. See timeout.h.
 */
#include <core/ipc.h>
#include <core/kernel.h>
#include <core/timeout.h>

void timeout_insert(struct thread *t, uint64_t deadline)
{
	struct cpu *cpu = t->cpu;

	tree_insert(&cpu->timeouts, &t->deadline, deadline);
	if (deadline < cpu->first_deadline) {
		cpu->first_deadline = deadline;
		if (deadline < cpu->timer_set)		/* else the timer fires before it, and is set again then */
			cpu->special |= SPECIAL_TIMER;
	}
}

void timeout_remove(struct thread *t)
{
	struct cpu *cpu = t->cpu;

	tree_remove(&cpu->timeouts, &t->deadline);
	if (t->deadline.key == cpu->first_deadline)
		cpu->first_deadline = timeout_first(cpu);
}

/* If more than CFG_STEP deadlines have passed, the timer is set to a past time and fires again at once. */
void timeout_expire(struct cpu *cpu, uint64_t now)
{
	for (unsigned i = 0; i < CFG_STEP; i++) {
		struct tree_node *first = tree_first(&cpu->timeouts);

		if (!first || first->key > now)
			return;
		ipc_cancel(container_of(first, struct thread, deadline), L4_IPC_TIMEOUT);
	}
}

uint64_t timeout_first(const struct cpu *cpu)
{
	const struct tree_node *first = tree_first(&cpu->timeouts);

	return first ? first->key : L4_FOREVER;
}

void timeout_set(struct thread *t, uint64_t deadline)
{
	if (deadline != L4_FOREVER)
		timeout_insert(t, deadline);
}
