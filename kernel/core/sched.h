/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sched.h - the scheduler: 256 priorities, round robin among equal ones, time slices that IPC donates, and
 * an idle thread for each CPU. The ready queues (S1, S2) are in sched_queue.h, the slices (S9, S10) in
 * sched_slice.h.
 *
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
 *   S8  cpu.timeouts are the deadlines of threads of this CPU, with the priority of each. cpu.first_deadline
 *       is the first of those above cpu.put_off, which is below the priority of a thread that runs user code
 */
#ifndef CORE_SCHED_H
#define CORE_SCHED_H

#include <core/sched_queue.h>
#include <core/sched_slice.h>

void sched_init(struct cpu *cpu);

/*
 * Returns the first thread of the highest priority, removed from its queue, or the idle thread if no thread
 * is queued. It becomes the slice owner.
 */
struct thread *sched_pick(struct cpu *cpu);

/* Returns true if self, which is runnable, continues on the running slice without further checks. */
static inline bool sched_is_uncontested(const struct cpu *cpu, const struct thread *self)
{
	return cpu->highest <= (int)self->prio && !cpu->delay_end;
}

/*
 * A rule of the decision, a sum of
 *   when `other` runs next: if it is ABOVE self and all queued threads; if it is an EQUAL of self, which
 *	delays no preemption; if it is FIRST: not below those queued (is_answer); or ALWAYS
 *   on which slice: its OWN; otherwise the running one
 *   where self is queued if another thread runs next and it has not blocked: in FRONT of its equals, but
 *	behind them if the slice is over; otherwise behind them
 *   if self may DELAY that by flag d
 *   if a slice that is over ENDS now; otherwise it ends at the timer
 */
enum sched_rule {
	SCHED_ABOVE = 1, SCHED_EQUAL = 2, SCHED_FIRST = 4, SCHED_ALWAYS = 8, SCHED_OWN = 16,
	SCHED_FRONT = 32, SCHED_DELAY = 64, SCHED_ENDS = 128,
};

/*
 * Why a decision is due: what has happened to self, the running thread, and to `other`, which is runnable and
 * not queued. The value is the rule.
 *   LEAVE	self, which may have blocked, is about to leave the kernel. There is no `other`
 *   TIMER	the same, after sched_timer_fired
 *   DONATE	self has given the rest of its slice to `other` (sched_donate)
 *   WOKEN	an interrupt has woken `other`; or its message, which was queued, has reached self
 *   RECEIVED	the latter, and `other` is an equal of self (ambiguity B31)
 *   SENT	a message of self has woken `other`
 *   ANSWERED	the same, and the receive phase of self has found a queued sender
 *   BLOCKED	self has blocked in favour of `other`
 */
enum sched_reason {
	SCHED_LEAVE	=			    SCHED_FRONT | SCHED_DELAY,
	SCHED_TIMER	=			    SCHED_FRONT | SCHED_DELAY | SCHED_ENDS,
	SCHED_DONATE	= SCHED_ALWAYS,
	SCHED_WOKEN	= SCHED_ABOVE | SCHED_OWN | SCHED_FRONT | SCHED_DELAY,
	SCHED_RECEIVED	= SCHED_EQUAL,
	SCHED_SENT	= SCHED_ABOVE		  | SCHED_FRONT | SCHED_DELAY,
	SCHED_ANSWERED	= SCHED_ABOVE		  | SCHED_FRONT,
	SCHED_BLOCKED	= SCHED_FIRST,
};

/*
 * The decision: returns the next thread. It is `other` or self by the rule, or the first queued thread, on a
 * slice of its own. `other` and self are queued if they are runnable and do not run next. If `other` does not
 * run next by its rule, or is 0 without need, the rule is that of SCHED_LEAVE.
 */
struct thread *sched_next(struct thread *self, struct thread *other, enum sched_reason reason);

/* Returns true if self, runnable or not, would be queued for this reason, SCHED_LEAVE or SCHED_TIMER. */
bool sched_is_preempted(struct thread *self, enum sched_reason reason);

static inline struct thread *sched_leave(struct thread *self)
{
	return sched_next(self, 0, SCHED_LEAVE);
}

/*
 * The running thread has blocked in favour of `to`: as SCHED_BLOCKED. Returns NEXT_IS_CURRENT if the
 * threshold permits the direct switch (S7): then cpu.current is `to`, timer and cpu.floor are right for it.
 */
static inline struct thread *sched_handover(struct thread *to)
{
	struct cpu *cpu = cpu_self();

	if (((uint32_t)RECV_READY << 8) + to->prio < cpu->floor)
		return sched_next(cpu->current, to, SCHED_BLOCKED);
	cpu->current = to;
	return NEXT_IS_CURRENT;
}

/*
 * Returns true if self may block in favour of `to` by a direct switch (S7), with recv as its state, and no
 * queued sender must be looked at (T16): one comparison, as in the fast path.
 */
static INLINE bool sched_may_switch(const struct thread *self, const struct thread *to, unsigned recv)
{
	return (((recv << 8) + to->prio) & self->open_wait_mask) >= cpu_self()->floor;
}

/* ThreadSwitch: run t, queued on this CPU, on the rest of self's slice. Returns the next thread. */
COLD_CODE struct thread *sched_donate(struct thread *self, struct thread *t);

/*
 * t is being deleted: remove it from its ready queue, from the slice's ownership and from the count of S10.
 */
COLD_CODE void sched_remove(struct thread *t);

/* The timer has fired: it is off; charge the slice owner. */
void sched_timer_fired(struct cpu *cpu);

/*
 * The machine calls it with the result of each upcall but NEXT_IS_CURRENT (upcall.h). Makes next the
 * current thread, and sets the timer and cpu.floor for it. Returns next.
 */
struct thread *sched_run(struct thread *next);

/*
 * Returns true if self, the running thread, ends an entry that has changed no ready queue as it is: it has no
 * work, no ready thread is above it, and no slow-path checks are necessary. One comparison, as in the fast
 * path: a state with more than the priority is a larger number.
 */
static INLINE bool sched_may_stay(const struct thread *self)
{
	return self->state + ((uint64_t)RECV_READY << 8) - cpu_self()->floor < CFG_PRIORITIES;
}

/*
 * Returns true if self, the running thread, is the owner of the slice and continues without another test: it
 * is above all ready threads, no delay, quantum or timeout needs a look, and no invalidation is pending.
 */
static INLINE bool sched_is_alone(const struct cpu *cpu, const struct thread *self)
{
	return cpu->highest < self->prio && cpu->slice_owner == self && !(cpu->special | tlb_here()->pending);
}

/*
 * The same as sched_leave at the end of a system call that may have changed the ready queues; self must be
 * runnable. Returns NEXT_IS_CURRENT if self continues: then timer and cpu.floor are set for it.
 * Otherwise (a thread of higher priority is queued, or slow-path checks are necessary) returns the next
 * thread, for sched_run.
 */
struct thread *sched_return(struct thread *self);

void sched_check(const struct cpu *cpu, const struct thread *self);		/* S1 to S10 */

#endif
