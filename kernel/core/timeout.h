/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * timeout.h - deadlines of blocked threads: a tree for each CPU, updated lazily (T5). A message that arrives
 * in time leaves the deadline in the tree; the next timeout of the thread uses it again if it is later. So a
 * thread that always uses timeouts changes the tree once for each deadline that has passed. O(log n).
 */
#ifndef CORE_TIMEOUT_H
#define CORE_TIMEOUT_H

#include <core/thread.h>

/*
 * Timeouts for the same instant expire in the order in which they were set: thread.until and the keys of the
 * tree are the instant, in us, followed by TIMEOUT_ORDER_BITS of a count.
 */
enum { TIMEOUT_ORDER_BITS = 16 };

/* Make t's phase or transfer end at `until`, in us of the system clock; L4_FOREVER: no timeout. */
void timeout_set(struct thread *t, uint64_t until);

/* t's phase or transfer has ended: it has no timeout any more. */
static inline void timeout_clear(struct thread *t)
{
	t->timed = false;
}

/* t is being deleted: remove its deadline. */
COLD_CODE void timeout_remove(struct thread *t);

/*
 * Remove the first deadline if it is not after now. Returns its thread, or 0 if there is none. *over: the
 * timeout of the thread is over; else it is not timed, or its timeout ends later and is in the tree (T5).
 */
struct thread *timeout_take(struct cpu *cpu, uint64_t now, bool *over);

/* Returns the earliest deadline, or L4_FOREVER: the value of cpu.first_deadline (S8). */
uint64_t timeout_first(const struct cpu *cpu);

#endif
