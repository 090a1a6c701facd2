/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sched.h - the scheduler: 256 priorities, round robin among equal ones, time slices that IPC donates, and
 * an idle thread for each CPU.
 *
 * The running slice has an owner (cpu.slice_owner), which need not be the running thread: a server that was
 * called runs on the rest of its client's slice, then on the client's next if it is above the client, then
 * on its own. Time is charged to the owner when another thread becomes the owner; a direct switch by IPC
 * keeps the owner and does not read the clock.
 *
 *   S1  the bit of a priority is set if and only if its ready queue is not empty; cpu.highest is the highest
 *   S2  every queued thread is ready, not halted, of this CPU, and has that priority
 *   S3  when user code runs, no queued thread has a higher priority than it, unless
 *       - the slice was donated to it (ThreadSwitch): then none is above the priority of the slice's owner.
 *         The donation lasts until the next entry that makes a scheduling decision or
 *         until the end of the slice
 *       - it delays a preemption (delay.h): then none is above its sensitive priority
 *   S4  the timer is set no later than each of: the first deadline; the end of the slice owner's total
 *       quantum; while a preemption is delayed, the end of the delay; otherwise the end of the running slice,
 *       if a queued thread waits for it or any thread has a total quantum. The slice owner is not DYING
 *   S5  the running thread delays a preemption only while it is contested: another thread should run
 *   S6  a thread whose total quantum is over runs no user code. It owns the running slice only until its
 *       message to its scheduler is sent
 *   S7  if a thread blocks in favour of a RECV_READY thread whose prio and recv, as one number (thread.h),
 *       are not below cpu.floor, the RECV_READY thread runs next, on the running slice, without a decision
 *       of core: S3 to S6 hold without further work. SCHED_NO_SWITCH is above all such numbers. Such a
 *       switch leaves the threshold correct; code that changes an input of it sets floor to
 *       SCHED_NO_SWITCH, until sched_run
 *   S8  cpu.first_deadline is the first of cpu.timeouts, which are those of threads of this CPU
 *   S9  cpu.slice_end is when the running slice will be used up, SLICE_ENDLESS or later if it has no end.
 *       If cpu.special is 0, the slow-path checks can be skipped
 *   S10 cpu.special counts the threads that have a total quantum, or had one that is over now
 */
#ifndef CORE_SCHED_H
#define CORE_SCHED_H

#include <core/kernel.h>
#include <core/thread.h>
#include <lib/section.h>

struct cpu;

enum { SCHED_NO_SWITCH = (RECV_READY + 1) << 8 };

/* A slice without an end has this length: it is never used up, and the timer is not set for its end. */
#define SLICE_ENDLESS ((uint64_t)1 << 62)

void sched_init(struct cpu *cpu);

/* Put t, runnable, into its ready queue (front: before those of its priority). It must not be queued yet. */
void sched_enqueue(struct thread *t, bool front);

/* Remove t from its ready queue, if it is in it. */
void sched_dequeue(struct thread *t);

/* Queue t behind those of its priority if it is runnable, not queued yet, and not the running thread. */
void sched_wake(struct thread *t);

/*
 * Returns the first thread of the highest priority, removed from its queue, or the idle thread if no thread
 * is queued. It becomes the slice owner.
 */
struct thread *sched_pick(struct cpu *cpu);

/*
 * self, the running thread, is about to leave the kernel. Returns the next thread: self, unless it is not
 * runnable or a thread of higher priority is queued; then self is queued before those of its priority.
 */
struct thread *sched_leave(struct thread *self);

/* Returns true if self, which is runnable, continues on the running slice without further checks. */
static inline bool sched_is_uncontested(const struct cpu *cpu, const struct thread *self)
{
	return cpu->highest <= (int)self->prio && !cpu->delay_end;
}

/*
 * Returns true if self, runnable or not, would be queued by sched_tick; by sched_leave only if it is not
 * uncontested. It is preempted then, without delay.
 */
bool sched_is_preempted(struct thread *self);

/*
 * As sched_wake of `other`, then sched_leave of self. `other` must be runnable and not queued; self, which
 * may be the idle thread, must be runnable. payer: on whose slice `other` runs if it is to run: its own; or,
 * if a message of self has woken it, the running one (a thread that sends without waiting pays for what
 * threads above do for it).
 */
struct thread *sched_woken(struct thread *self, struct thread *other, struct thread *payer);

/*
 * As sched_woken, after a reply of self to `other` whose receive phase found a queued sender. If `other` is
 * to run, it runs on the running slice, as if self had blocked (sched_handover).
 */
struct thread *sched_answered(struct thread *self, struct thread *other);

/*
 * As sched_woken, after self has received the message of `other`, which was queued and is not waiting now
 * (ambiguity B31): as if self had been waiting for the message, `other` runs before self unless its priority
 * is lower. At equal priority `other` runs on the running slice, and self is queued behind those of its
 * priority; unless self delays a preemption.
 */
struct thread *sched_received(struct thread *self, struct thread *other);

/*
 * The running thread has blocked in favour of `to`, runnable and not queued: `to` runs next, on the running
 * slice, unless a thread of higher priority is queued; or one of the same priority is, the running thread is
 * above them and does not wait for `to`, and the slice's owner is above them and does not either, or the
 * slice began while a thread above its owner ran. sched_handover returns 0 if the threshold permits the
 * direct switch (S7): then cpu.current is `to`, and timer and cpu.floor are right for it.
 * sched_handover_general: the slow path; returns the next thread.
 */
struct thread *sched_handover_general(struct thread *to);

static inline struct thread *sched_handover(struct thread *to)
{
	struct cpu *cpu = cpu_self();

	if (((uint32_t)RECV_READY << 8) + to->prio < cpu->floor)
		return sched_handover_general(to);
	cpu->current = to;
	return 0;
}

/* ThreadSwitch: run t, queued on this CPU, on the rest of self's slice. Returns the next thread. */
COLD_CODE struct thread *sched_donate(struct thread *self, struct thread *t);

/*
 * t is being deleted: remove it from its ready queue, from the slice's ownership and from the count of S10.
 */
COLD_CODE void sched_remove(struct thread *t);

/* Change the priority, or the slice (us; 0: infinite), of t, which may be queued. */
COLD_CODE void sched_set_prio(struct thread *t, uint8_t prio);
COLD_CODE void sched_set_slice(struct thread *t, uint64_t us);

/* Set the total quantum of t (us; 0: infinite). See preempt_set_quantum. */
COLD_CODE void sched_set_quantum(struct thread *t, uint64_t us);

/* Returns true if t counts in S10. */
static inline bool sched_has_quantum(const struct thread *t)
{
	return t->quantum || t->quantum_state != QUANTUM_RUNS;
}

/* Returns what is left of t's slice, in us. */
COLD_CODE uint64_t sched_slice_left(const struct thread *t);

/* Charge the time since the last charge to the slice owner: to its slice and its total quantum. */
void sched_charge(struct cpu *cpu);

/* The timer has fired: it is off; charge the slice owner. */
void sched_timer_fired(struct cpu *cpu);

/* As sched_leave, after that: the slice ends if it is used up. */
struct thread *sched_tick(struct thread *self);

/*
 * The machine calls it with the result of each upcall that is not 0 (upcall.h). Makes next the current
 * thread, and sets the timer and cpu.floor for it. Returns next.
 */
struct thread *sched_run(struct thread *next);

/*
 * The same as sched_leave at the end of a system call that may have changed the ready queues; self must be
 * runnable. Returns 0 if self continues: timer and cpu.floor are set, and sched_run is not necessary.
 * Otherwise (a thread of higher priority is queued, or slow-path checks are necessary) returns the next
 * thread, for sched_run.
 */
struct thread *sched_return(struct thread *self);

void sched_check(struct cpu *cpu, struct thread *self);		/* S1 to S10 */

#endif
