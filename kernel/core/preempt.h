/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * preempt.h - the end of an interrupt: preemption messages (PreemptFlag s, protocols 4); and the message at
 * the end of the total quantum.
 */
#ifndef CORE_PREEMPT_H
#define CORE_PREEMPT_H

#include <core/thread.h>

/*
 * A device interrupt came while self ran; `woken` is to be queued, or 0. As SCHED_WOKEN; but
 * if self is preempted and has flag s set, its exception handler gets a message. Returns the next thread.
 */
struct thread *preempt_interrupted(struct thread *self, struct thread *woken);

/* WORK_QUANTUM: self's total quantum is over: send the message to its scheduler and stop. Returns the next
 * thread. */
struct thread *preempt_quantum(struct thread *self);

/*
 * WORK_EXPIRE: end the first of the timeouts that were put off. Returns the next thread: self, also on a
 * slice from one above that is queued, unless the thread that wakes is above all that are queued.
 */
struct thread *preempt_expire(struct thread *self);

/* t has another scheduler: that gets the message, if no scheduler has received it yet. */
void preempt_new_scheduler(struct thread *t);

/*
 * Give t a new total quantum (us; 0: infinite). If t was stopped because the old one was over, it becomes
 * runnable.
 */
COLD_CODE void preempt_set_quantum(struct thread *t, uint64_t us);

#endif
