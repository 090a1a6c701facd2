/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * timeout.h - deadlines of blocked threads: a tree for each CPU, updated lazily (T5). A message that arrives
 * in time leaves the deadline in the tree; the next timeout of the thread uses it again if it is later. So a
 * thread that always uses timeouts changes the tree once for each deadline that has passed. O(log n).
 * Those that have passed are found by priority: a low thread's costs a high one nothing
 * (docs/decisions/scheduling.md).
 */
#ifndef CORE_TIMEOUT_H
#define CORE_TIMEOUT_H

#include <core/arch.h>
#include <core/thread.h>

/* Returns the instant of a deadline: a key is that in us, below 2^56, and the thread's priority, its rank. */
static inline uint64_t timeout_instant(const struct tree_node *n)
{
	return n->key >> RANK_BITS;
}

/* Make t's phase or transfer end at `until`, in us of the system clock; L4_FOREVER: no timeout. */
void timeout_set(struct thread *t, uint64_t until);

/* t's phase or transfer has ended: it has no timeout any more. */
static inline void timeout_clear(struct thread *t)
{
	t->timed = false;
}

/* t is being deleted: remove its deadline. */
COLD_CODE void timeout_remove(struct thread *t);

/* t has another priority: correct its deadline. */
COLD_CODE void timeout_requeue(struct thread *t);

/*
 * Returns true if t is timed and the instant has passed, also if its deadline has been put off: t is not to
 * take part in a message any more.
 */
static inline bool timeout_is_over(const struct thread *t)
{
	return t->timed && t->until <= arch_time_now();
}

/* Returns the thread of the first deadline of the highest priority among those not after now, or 0. */
struct thread *timeout_due(const struct cpu *cpu, uint64_t now);

/*
 * Remove the deadline of t, timeout_due's result, which is not below the running thread; running: that one's
 * priority, or -1 for idle. Puts off others below t that have passed. Returns true if t's timeout is over;
 * false if t is not timed, or its timeout ends later and is in the tree (T5).
 */
bool timeout_take(struct thread *t, uint64_t now, int running);

/* Returns the earliest deadline above cpu.put_off, or L4_FOREVER: the value of cpu.first_deadline (S8). */
uint64_t timeout_first(const struct cpu *cpu);

/* Put off deadlines of priority prio and below; -1: none. The timer is set by sched_run. */
void timeout_put_off(struct cpu *cpu, int prio);

#endif
