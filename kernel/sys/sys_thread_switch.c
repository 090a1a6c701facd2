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

struct thread *sys_thread_switch(struct thread *self)
{
	struct thread *dest = thread_resolve(self, arch_args_thread_switch(thread_regs(self))), *next;

	delay_refill(self);
	*thread_tcr(self, L4_TCR_FLAGS) &= ~(l4_word_t)L4_PREEMPT_PENDING;
	next = dest && dest != self && thread_runnable(dest) ? sched_donate(self, dest) : sched_yield(self);
	return next == self ? sched_return(self) : next;
}
