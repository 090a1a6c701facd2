/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * delay.h - delayed preemption: PreemptFlag d (protocols 4).
 *
 * PreemptFlags are a byte of the UTCB. The kernel reads them only when a thread of higher priority is
 * ready. The first such moment sets the end of the running thread's delay (cpu.delay_end).
 */
#ifndef CORE_DELAY_H
#define CORE_DELAY_H

#include <core/thread.h>
#include <lib/section.h>

/* Returns the highest priority against which flags d and s of t have an effect: at least t's own. */
uint8_t delay_sensitive(const struct thread *t);

/*
 * self, running with d set, is to be preempted by a ready thread of priority prio. Returns true if it may
 * delay that: its delay is not used up. Then flag I is set, and cpu.delay_end is the end of the delay.
 */
COLD_CODE bool delay_preemption(struct thread *self, uint8_t prio);

/* Returns true if the running thread's delay is used up, although delay_end was not called yet. */
bool delay_ended(const struct cpu *cpu);

/* End the running thread's delay, used up or not; what is left of it goes to delay_left. */
void delay_end(struct cpu *cpu);

/* Give t its whole maximum delay again. */
void delay_refill(struct thread *t);

#endif
