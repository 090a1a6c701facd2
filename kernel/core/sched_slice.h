/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sched_slice.h - time slices and total quanta: which thread pays for the time that passes.
 *
 * The running slice has an owner (cpu.slice_owner), which need not be the running thread: a server that was
 * called runs on the rest of its client's slice, then on the client's next if it is above the client, then
 * on its own. Time is charged to the owner when another thread becomes the owner; a direct switch by IPC
 * keeps the owner and does not read the clock.
 *
 *   S9  cpu.slice_end is when the running slice will be used up, SLICE_ENDLESS or later if it has no end.
 *       If cpu.special is 0, the slow-path checks can be skipped
 *   S10 cpu.special counts the threads that have a total quantum, or had one that is over now
 */
#ifndef CORE_SCHED_SLICE_H
#define CORE_SCHED_SLICE_H

#include <core/kernel.h>

/* A slice without an end has this length: it is never used up, and the timer is not set for its end. */
#define SLICE_ENDLESS ((uint64_t)1 << 62)

/* Charge the time since the last charge to the slice owner: to its slice and its total quantum. */
void sched_charge(struct cpu *cpu);

/* The same, if t is the owner: then its slice_left and quantum are what is left now. */
COLD_CODE void sched_charge_for(const struct thread *t);

/* Returns true if the running slice was used up at the last charge. */
static inline bool sched_is_slice_over(const struct cpu *cpu)
{
	return cpu->slice_end == cpu->slice_start;
}

/*
 * The slice has ended: returns true if no thread has waited for that, as the timer was not set for it (S4),
 * and no charge has found it at its end before. Then the next slice of its owner follows. In the entry of a
 * tick the timer says nothing: a thread may have waited.
 */
static inline bool sched_ended_uncontested(const struct cpu *cpu)
{
	return cpu->timer_set > cpu->slice_end && !(cpu->special & (SLOW_DELAY | SLOW_TICK))
	    && !sched_is_slice_over(cpu);
}

/* Give t, the slice owner, a full slice: its turn is over. Returns t. */
struct thread *sched_refill(struct thread *t);

/* owner, the slice owner and the running thread, gives up the rest of its slice: a full one begins. */
void sched_begin_again(struct cpu *cpu, struct thread *owner);

/* As sched_own_slice, if another thread is the owner. In the entry of a tick time has been charged. */
struct thread *sched_begin_slice(struct thread *t);

/* Make t the slice owner, with a full slice if its own is used up; the owner so far is charged. Returns t. */
static inline struct thread *sched_own_slice(struct thread *t)
{
	if (cpu_self()->slice_owner != t)
		return sched_begin_slice(t);
	return t->slice_left != 0 ? t : sched_refill(t);
}

/* Set the slice (us; 0: infinite) of t. */
COLD_CODE void sched_set_slice(struct thread *t, uint64_t us);

/* Set the total quantum of t (us; 0: infinite). See preempt_set_quantum. */
COLD_CODE void sched_set_quantum(struct thread *t, uint64_t us);

/* Returns true if t counts in S10. */
static inline bool sched_has_quantum(const struct thread *t)
{
	return t->quantum || t->quantum_state != QUANTUM_RUNS;
}

#endif
