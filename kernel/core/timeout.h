/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * timeout.h - deadlines of blocked threads: an ordered set per CPU. O(log n) to set and clear.
 */
#ifndef CORE_TIMEOUT_H
#define CORE_TIMEOUT_H

#include <core/thread.h>

/* The slow parts of what follows. */
void timeout_insert(struct thread *t, uint64_t deadline);
void timeout_remove(struct thread *t);

/* deadline: us of the system clock; L4_FOREVER sets none. */
void timeout_set(struct thread *t, uint64_t deadline);

static inline void timeout_clear(struct thread *t)
{
	if (tree_linked(&t->deadline))
		timeout_remove(t);
}

/* End the IPC of at most CFG_STEP threads whose deadline is not after now; each becomes ready. */
void timeout_expire(struct cpu *cpu, uint64_t now);

/* The earliest deadline, or L4_FOREVER; what cpu.first_deadline must be (S8). */
uint64_t timeout_first(const struct cpu *cpu);

#endif
