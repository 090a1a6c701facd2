/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * timeout.h - deadlines of blocked threads: a tree for each CPU. Setting and clearing is O(log n).
 */
#ifndef CORE_TIMEOUT_H
#define CORE_TIMEOUT_H

#include <core/thread.h>

/* The out-of-line parts of timeout_set and timeout_clear. */
void timeout_insert(struct thread *t, uint64_t deadline);
void timeout_remove(struct thread *t);

/* Set t's deadline, in us of the system clock; L4_FOREVER sets none. t must have none. */
void timeout_set(struct thread *t, uint64_t deadline);

static inline void timeout_clear(struct thread *t)
{
	if (tree_linked(&t->deadline))
		timeout_remove(t);
}

/* End the IPC of at most CFG_STEP threads whose deadline is not after now, with error L4_IPC_TIMEOUT. */
void timeout_expire(struct cpu *cpu, uint64_t now);

/* Returns the earliest deadline, or L4_FOREVER: the value of cpu.first_deadline (S8). */
uint64_t timeout_first(const struct cpu *cpu);

#endif
