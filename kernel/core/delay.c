/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * delay.c - delayed preemption. See delay.h.
 */
#include <core/arch.h>
#include <core/delay.h>
#include <core/kernel.h>

uint8_t delay_sensitive(const struct thread *t)
{
	return t->sensitive_prio > t->prio ? t->sensitive_prio : t->prio;
}

bool delay_ended(const struct cpu *cpu)
{
	return cpu->delay_end && cpu->delay_end <= arch_time_now();
}

/* A thread whose total quantum is over stops anyway: it cannot delay a preemption. */
bool delay_preemption(struct thread *self, uint8_t prio)
{
	struct cpu *cpu = self->cpu;

	if (prio > delay_sensitive(self) || self->quantum_state != QUANTUM_RUNS || delay_ended(cpu))
		return false;
	if (!cpu->delay_end && self->delay_left == 0)
		return false;
	if (!cpu->delay_end) {
		cpu->delay_end = arch_time_now() + self->delay_left;
		cpu->special |= SLOW_DELAY;
	}
	*thread_tcr(self, L4_TCR_FLAGS) |= L4_PREEMPT_PENDING;
	return true;
}

void delay_end(struct cpu *cpu)
{
	uint64_t now = arch_time_now();

	cpu->current->delay_left = (uint16_t)(cpu->delay_end > now ? cpu->delay_end - now : 0);
	cpu->delay_end = 0;
	cpu->special &= ~(unsigned)SLOW_DELAY;
}

void delay_refill(struct thread *t)
{
	t->delay_left = t->max_delay;
	if (t == t->cpu->current && t->cpu->delay_end)
		t->cpu->delay_end = arch_time_now() + t->max_delay;
}
