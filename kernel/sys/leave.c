/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * leave.c - from the result of an upcall to the thread to which the machine exits.
 */
#include <core/arch.h>
#include <core/kernel.h>
#include <core/sched.h>
#include <core/upcall.h>
#include <lib/section.h>

/*
 * The current thread, t, cannot leave: do one step of its work, or wait as idle. Interrupts are taken first,
 * also where the machine refuses the user context of t: any number of ready threads can have such a context.
 */
static COLD_CODE NOINLINE struct thread *step(struct thread *t)
{
	if (t->kind != THREAD_IDLE) {
		t = arch_window(t);
		return t->work != WORK_NONE ? kernel_continue(t) : arch_refuse(t);
	}
	if (kernel_idle())
		arch_window(t);
	else
		arch_wait();
	return t;
}

struct thread *kernel_leave(struct thread *next)
{
	for (;; next = step(next)) {
		bool direct = next == NEXT_IS_CURRENT;
		struct thread *leaves;

		next = direct ? cpu_self()->current : sched_run(next);
		leaves = arch_leave_to(next, direct);
		if (leaves)
			return leaves;
	}
}
