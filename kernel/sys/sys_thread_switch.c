/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sys_thread_switch.c - ThreadSwitch (api 7.1): yield, or donate the rest of the slice. No errors. Both end
 * a delayed preemption and refill the maximum delay.
 */
#include <core/arch.h>
#include <core/delay.h>
#include <core/sched.h>
#include <core/upcall.h>
#include <sys/sys.h>

/* For any dest, and if another thread may be next. */
static NOINLINE struct thread *switch_from(struct thread *self, l4_tid_t id)
{
	struct thread *dest = l4_tid_is_nil(id) ? 0 : thread_resolve(self, id), *next;

	delay_refill(self);
	next = dest && dest != self && thread_runnable(dest) ? sched_donate(self, dest) : sched_yield(self);
	return next == self ? sched_return(self) : next;
}

struct thread *sys_thread_switch(struct thread *self)
{
	l4_tid_t id = arch_args_thread_switch(thread_regs(self));
	struct cpu *cpu = self->cpu;

	*thread_tcr(self, L4_TCR_FLAGS) &= ~(l4_word_t)L4_PREEMPT_PENDING;
	if (!l4_tid_is_nil(id) || !sched_is_alone(cpu, self))
		return switch_from(self, id);
	self->delay_left = self->max_delay;
	sched_begin_again(cpu, self);
	return NEXT_IS_CURRENT;		/* before and behind it cpu.floor is that of a thread above all others */
}
