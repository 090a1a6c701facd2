/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sched.h - who runs: 256 priorities, round robin inside one, time slices that are donated along
 * with IPC, and an idle thread that is always ready.
 *
 * A slice has an owner (cpu.slice_owner), who need not be the thread that runs on it: a server that
 * was called runs on its client's slice. Time is charged to the owner when the slice changes hands
 * on the C path; a direct switch by IPC reads no clock.
 *
 *   S1  the bit of a priority is set if and only if its ready queue is not empty
 *   S2  every queued thread is ready, not halted, and has that priority
 *   S3  no queued thread has a higher priority than the current one when user code runs
 */
#ifndef CORE_SCHED_H
#define CORE_SCHED_H

#include <core/thread.h>

struct cpu;

void sched_init(struct cpu *cpu);

/* t has become ready: put it into its queue (front: before its equals). Not if it is halted. */
void sched_enqueue(struct thread *t, bool front);

/* t is no longer ready, or moves: take it out of its queue if it is in one. */
void sched_dequeue(struct thread *t);

/* The highest queued thread, taken out of its queue, on a slice of its own; idle if there is none. */
struct thread *sched_pick(struct cpu *cpu);

/* Both are ready, `running` not queued: the one to run; the other is queued. A tie is the running one's. */
struct thread *sched_either(struct thread *running, struct thread *woken);

/* `running` has blocked and handed over to `to`, ready and not queued: who runs (a tie is to's). */
struct thread *sched_handover(struct thread *to);

/* Give up the rest of the slice: behind its equals with a fresh one. Returns who runs. */
struct thread *sched_yield(struct thread *self);

/* Change priority or slice of t, queued or not. */
void sched_set_prio(struct thread *t, uint8_t prio);
void sched_set_slice(struct thread *t, uint64_t us);

/* What t has left of its slice, in us. */
uint64_t sched_slice_left(const struct thread *t);

/* Charge the time since the last charge to the owner of the slice. */
void sched_charge(struct cpu *cpu);

/* The timer fired: wake what is due, end a slice that is used up, set the timer anew. */
struct thread *sched_tick(struct thread *self);

/* Set the hardware timer to the next event: earliest deadline, or the end of the slice. */
void sched_arm_timer(struct cpu *cpu);

void sched_check(struct cpu *cpu);

#endif
