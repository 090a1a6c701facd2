/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * preempt.h - what a thread may say about being preempted, and what is said for it (protocols 4):
 * delayed preemption, preemption messages, and the end of its total quantum.
 *
 * PreemptFlags are a byte of the UTCB and are looked at only when somebody waits who should run
 * instead. The delay of the running thread has an end (cpu.delay_end) from the first such moment on.
 */
#ifndef CORE_PREEMPT_H
#define CORE_PREEMPT_H

#include <core/thread.h>

/* d and s have an effect against priorities up to this one; never below t's own. */
uint8_t preempt_sensitive(const struct thread *t);

/*
 * self, running, with d set, should give way to somebody queued with that priority. True: it does not
 * yet, since its delay is not used up; I is set, and cpu.delay_end is when that ends.
 */
bool preempt_held_off(struct thread *self, uint8_t prio);

/* The running thread's delay is over, used up or not: what is left of it is kept. */
void preempt_settle(struct cpu *cpu);

/* t has its whole delay again. */
void preempt_refill(struct thread *t);

/* self calls ThreadSwitch: whatever preemption was pending is done with now. */
void preempt_switched(struct thread *self);

/*
 * An interrupt makes self, with s set, give way to somebody queued with that priority: tell its
 * exception handler. False: self is blocked now, until the message is received, or answered.
 */
bool preempt_signal(struct thread *self, uint8_t prio);

/* WORK_QUANTUM: self's total quantum is used up. Its scheduler is told, and it stops. Returns who runs. */
struct thread *preempt_quantum(struct thread *self);

/* The message about that was not taken, and is sent again if it still holds. */
void preempt_quantum_unsent(struct thread *t);

/* t has a new total quantum, or another scheduler: a message that was not taken yet is withdrawn. */
void preempt_quantum_withdraw(struct thread *t);

#endif
