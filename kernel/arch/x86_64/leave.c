/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * leave.c - from the thread that an upcall named to the registers of the CPU.
 *
 * A thread with work left is given one bounded step at a time; between two steps pending interrupts
 * come in, and what was on the stack is forgotten (entry.S, in_kernel). Then the CPU's state is made
 * that of the thread, and entry.S leaves to it.
 */
#include <core/arch.h>
#include <core/check.h>
#include <core/kernel.h>
#include <core/sched.h>
#include <core/upcall.h>
#include <arch/board.h>
#include <arch/cpu.h>
#include <arch/kmap.h>
#include <arch/time.h>
#include <arch/tlb.h>
#include <lib/section.h>
#include "gateway.h"
#include "local.h"
#include "machine.h"
#include "switch.h"

/* Something is wrong of the loaded space, or of next's; or that has a redirector, and is left by C only. */
struct thread *switch_space(struct thread *next)
{
	if (tlb_switch(next->space))
		switch_segments();
	if (!next->space->tlb.direct)
		cpu_local()->floor = SCHED_NOBODY;
	return next;
}

/*
 * The FPU holds the state of a thread, which is saved unless that is next. While it does the fast path must not
 * switch to another thread.
 */
struct thread *switch_fpu(struct thread *next)
{
	struct cpu_local *l = cpu_local();

	if (l->fpu_owner && l->fpu_owner != next)
		fpu_release(next);
	if (l->fpu_owner)
		l->floor = SCHED_NOBODY;
	return next;
}

_Static_assert(THREAD_USER == 0 && WORK_NONE == 0, "asked for at once");

static INLINE bool can_leave(const struct thread *t)
{
	return !(t->kind | t->work) && (regs_by_gateway(thread_regs(t)) || arch_ip_ok(thread_regs(t)));
}

/* Checks take longer than many a slice or timeout: the clock stands still meanwhile. */
void leave_check(struct thread *next)
{
	uint64_t began;

	if (CHECK_PERIOD == 0 || ++cpu_local()->entries % CHECK_PERIOD != 0)
		return;
	began = cpu_tsc();
	kernel_check(next);
	fpu_check();
	plat_irq_check();
	time_leave_out(began);
}

bool arch_step_point(void)
{
	if (!kernel_may_pause())
		return false;
	cpu_window();
	return true;
}

/* What has to happen before t can leave, or whoever runs instead then. */
static __attribute__((noinline)) struct thread *finish(struct thread *t)
{
	do {
		if (t->work != WORK_NONE) {
			cpu_window();
			t = kernel_continue(t);
		} else if (t->kind == THREAD_IDLE) {
			if (kernel_idle() || !plat_console_settle())
				cpu_window();
			else
				cpu_wait();
		} else {
			t = kernel_exception(t, VECTOR_GP, 0);
		}
		if (CHECK_PERIOD != 0)
			leave_check(t);
	} while (!can_leave(t));
	return t;
}

struct thread *leave(struct thread *next)
{
	if (CHECK_PERIOD != 0)
		leave_check(next);
	if (!can_leave(next))
		next = finish(next);
	return switch_to(next);
}

/* The end of booting, whose code called this. */
void leave_boot(struct thread *first)
{
	kmap_forget_boot();
	leave_first(leave(first));
}
