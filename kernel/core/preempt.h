/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * preempt.h - PreemptFlags (protocols 4): delayed preemption (d), preemption messages (s); and the message
 * at the end of the total quantum.
 *
 * PreemptFlags are a byte of the UTCB. The kernel reads them only when a thread of higher priority is
 * ready. The first such moment sets the end of the running thread's delay (cpu.delay_end).
 */
#ifndef CORE_PREEMPT_H
#define CORE_PREEMPT_H

#include <core/thread.h>

/* Returns the highest priority against which d and s of t have an effect: at least t's own. */
uint8_t preempt_sensitive(const struct thread *t);

/*
 * self, running with d set, is to be preempted by a ready thread of priority prio. Returns true if it may
 * delay that: its delay is not used up. Then flag I is set, and cpu.delay_end is the end of the delay.
 */
bool preempt_delayed(struct thread *self, uint8_t prio);

/* End the running thread's delay, used up or not; what is left of it goes to delay_left. */
void preempt_end_delay(struct cpu *cpu);

/* Give t its whole maximum delay again. */
void preempt_refill(struct thread *t);

/* self calls ThreadSwitch: clear flag I (preemption pending), and refill its delay. */
void preempt_clear_pending(struct thread *self);

/*
 * self, with s set, is preempted after an interrupt by a ready thread of priority prio: send a message to
 * its exception handler. False: self is now blocked until the message is received, or replied to.
 */
bool preempt_signal(struct thread *self, uint8_t prio);

/* WORK_QUANTUM: self's total quantum is over: send the message to its scheduler and stop. Returns the next
 * thread. */
struct thread *preempt_quantum(struct thread *self);

/* That message was cancelled before it was received: it is sent again if the quantum is still over. */
void preempt_quantum_cancelled(struct thread *t);

/* t has a new total quantum, or another scheduler: cancel that message if it was not received yet. */
void preempt_quantum_withdraw(struct thread *t);

#endif
