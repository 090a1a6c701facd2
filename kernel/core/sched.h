/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sched.h - who runs: 256 priorities, round robin inside one, time slices that are donated along
 * with IPC, and an idle thread that is always ready.
 *
 * A slice has an owner (cpu.slice_owner), who need not be the thread that runs on it: a server that
 * was called runs on its client's slice, and then on its own. Time is charged to the owner when the slice
 * changes hands on the C path; a direct switch by IPC reads no clock.
 *
 *   S1  the bit of a priority is set if and only if its ready queue is not empty; cpu.highest is the highest
 *   S2  every queued thread is ready, not halted, and has that priority
 *   S3  when user code runs, no queued thread has a higher priority than it, unless
 *       - the slice was donated to it (ThreadSwitch): then none is above the slice's owner; it lasts
 *         until the next entry that asks who runs, and not beyond the slice
 *       - it holds off a preemption (preempt.h): then none is above its sensitive priority
 *   S4  the timer is set to the first deadline at the latest, to the end of the running total quantum,
 *       and to the end of a delay, or else to that of the running slice, if somebody waits for it or
 *       any thread has a total quantum. Who owns the slice is not DYING
 *   S5  the running thread holds off a preemption only while it is contested
 *   S6  a thread whose total quantum is over runs no user code and owns the slice that is running
 *       only until it has told its scheduler
 *   S7  who blocks in favour of a READY thread whose prio and recv, as one number (thread.h), are not
 *       below cpu.floor needs no decision of core's: the thread runs on the slice that is running, with
 *       nothing to be done for S3 to S6. SCHED_NOBODY is above everybody. Such a switch changes nothing
 *       that the floor depends on. What does so inside the kernel makes it SCHED_NOBODY, until sched_run
 *   S8  cpu.first_deadline is the first of cpu.timeouts
 *   S9  cpu.slice_end is when the running slice will be used up, SLICE_ENDLESS or later if it has no end;
 *       cpu.special is not 0 if anything else matters, and while it is 0 nobody has to look for that
 *   S10 cpu.special counts the threads that have a total quantum, or had one that is over now
 */
#ifndef CORE_SCHED_H
#define CORE_SCHED_H

#include <core/kernel.h>
#include <core/thread.h>
#include <lib/section.h>

struct cpu;

enum { SCHED_NOBODY = (RECV_READY + 1) << 8 };

/* A slice without an end has this length: it is never used up, and the timer is not set for its end. */
#define SLICE_ENDLESS ((uint64_t)1 << 62)

void sched_init(struct cpu *cpu);

/* t has become ready: put it into its queue (front: before its equals). Not if it is halted. */
void sched_enqueue(struct thread *t, bool front);

/* t is no longer ready, or moves: take it out of its queue if it is in one. */
void sched_dequeue(struct thread *t);

/* t may have become runnable: queue it behind its equals if it is. */
void sched_wake(struct thread *t);

/* The highest queued thread, taken out of its queue, on a slice of its own; idle if there is none. */
struct thread *sched_pick(struct cpu *cpu);

/*
 * self, the running thread, leaves the kernel: it goes on unless it cannot run or somebody of a
 * higher priority is queued (then it is queued itself, before its equals). Returns who runs.
 */
struct thread *sched_leave(struct thread *self);

/* The same after an interrupt: the exception handler of self, if it is preempted, may be told. */
struct thread *sched_interrupted(struct thread *self);

/*
 * The same when `other`, which can run now and is not queued yet, was woken by self or by the interrupt;
 * self, which may be the idle thread, can go on: sched_wake of the one, and the other leaves.
 */
struct thread *sched_woken(struct thread *self, struct thread *other, bool interrupted);

/*
 * The same when self has answered `other` and would wait, but finds somebody queued: as when it waits
 * (sched_handover), other runs on the slice that is running.
 */
struct thread *sched_answered(struct thread *self, struct thread *other);

/*
 * The same when self has taken the message of `other`, which was queued and receives nothing (ambiguity B31):
 * as if the message had found self waiting, other runs before self if it is not below it. Of equals, other
 * runs on the slice that is running, and self is queued behind its equals; unless self puts off a preemption.
 */
struct thread *sched_taken(struct thread *self, struct thread *other);

/*
 * The running thread has blocked in favour of `to`, runnable and not queued: `to` runs, on the slice that
 * is running, unless a thread of a higher priority is queued. Returns 0 where S7 holds, for a `to` that was
 * READY or could have been: then it is cpu.current, and sched_run has nothing to do.
 */
struct thread *sched_handover_timed(struct thread *to);

static inline struct thread *sched_handover(struct thread *to)
{
	struct cpu *cpu = cpu_self();

	if (((uint32_t)RECV_READY << 8) + to->prio < cpu->floor)
		return sched_handover_timed(to);
	cpu->current = to;
	return 0;
}

/* Give up the rest of the slice: behind its equals with a fresh one. Returns who runs. */
COLD_CODE struct thread *sched_yield(struct thread *self);

/* ThreadSwitch: let t, queued on this CPU, run on the rest of self's slice. */
COLD_CODE struct thread *sched_donate(struct thread *self, struct thread *t);

/* t is being freed, or moves to another account of time: it owns no slice any more. */
COLD_CODE void sched_forget(struct thread *t);

/* Change priority or slice of t, queued or not. */
COLD_CODE void sched_set_prio(struct thread *t, uint8_t prio);
COLD_CODE void sched_set_slice(struct thread *t, uint64_t us);

/* A new total quantum, 0: no end. A thread that stopped because the last one was over goes on. */
COLD_CODE void sched_set_quantum(struct thread *t, uint64_t us);

/* S10 */
static inline bool sched_has_quantum(const struct thread *t)
{
	return t->quantum || t->quantum_state != QUANTUM_RUNS;
}

/* What t has left of its slice, in us. */
COLD_CODE uint64_t sched_slice_left(const struct thread *t);

/* Charge the time since the last charge to the owner of the slice: to its slice and total quantum. */
void sched_charge(struct cpu *cpu);

/* The timer fired: wake what is due, end a slice that is used up, set the timer anew. */
struct thread *sched_tick(struct thread *self);

/* What follows, of a thread. */
struct thread *sched_run_timed(struct thread *next);

/*
 * The last act of every way into core: next is the current thread now, and the timer is set for it. 0: all
 * that is so already (sched_handover).
 */
static inline struct thread *sched_run(struct thread *next)
{
	return next ? sched_run_timed(next) : cpu_self()->current;
}

/*
 * A system call after which self can go on has changed who is queued, perhaps: 0 if it does go on, and all is
 * seen to. Or who runs, if somebody is queued who may be before it, or a total quantum is to be
 * looked at; then sched_run follows, as ever.
 */
struct thread *sched_return(struct thread *self);

/* What cpu.highest must be: the highest priority with a queued thread, or -1. */
int sched_find_highest(const struct cpu *cpu);

void sched_check_queues(const struct cpu *cpu);			/* S1, S2 */
void sched_check(struct cpu *cpu, struct thread *self);		/* the others */

#endif
