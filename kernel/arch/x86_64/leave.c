/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * leave.c - the kernel exit, in C: from the thread that an upcall returned to the state of the CPU.
 *
 * A thread with work left does one bounded step at a time. Between two steps pending interrupts are taken;
 * the interrupt entry discards the kernel stack (entry.S, in_kernel). Then the CPU's state is loaded, and
 * entry.S returns to user mode.
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

/*
 * The slow path of switch_to: invalidations are pending, or next's space has no tag, or a redirector. From a
 * space with tlb.direct 0 the fast path must not switch: the floor is above all priorities.
 */
NOINLINE struct thread *switch_space(struct thread *next)
{
	if (tlb_switch(next->space))
		switch_segments(next);
	if (!next->space->tlb.direct)
		cpu_local()->floor = SCHED_NO_SWITCH;
	return next;
}

/*
 * The FPU contains the state of a thread: save it unless that thread is next. While the FPU contains a state,
 * the fast path must not switch to another thread.
 */
NOINLINE struct thread *switch_fpu(struct thread *next)
{
	struct cpu_local *l = cpu_local();

	if (l->fpu_owner && l->fpu_owner != next)
		fpu_release(next);
	if (l->fpu_owner)
		l->floor = SCHED_NO_SWITCH;
	return next;
}

_Static_assert(THREAD_USER == 0 && WORK_NONE == 0, "asked for at once");

/* Returns true if t is a user thread without work, and its user context can be loaded. */
static INLINE bool can_leave(const struct thread *t)
{
	return !(t->kind | t->work) && (regs_by_gateway(thread_regs(t)) || arch_ip_ok(thread_regs(t)));
}

/* A check may take longer than slices and timeouts: its time is excluded from the clock. */
void leave_check(struct thread *next)
{
	uint64_t began;

	if (CHECK_PERIOD == 0 || ++cpu_local()->entries % CHECK_PERIOD != 0)
		return;
	began = cpu_tsc();
	kernel_check(next);
	fpu_check();
	plat_irq_check();
	time_exclude(began);
}

bool arch_step_point(void)
{
	if (!kernel_may_pause())
		return false;
	cpu_window();
	return true;
}

/* The current thread, t, cannot leave: do one step of its work, or wait as idle. Returns as an upcall. */
static NOINLINE struct thread *step(struct thread *t)
{
	if (t->work != WORK_NONE) {
		cpu_window();
		return kernel_continue(t);
	}
	if (t->kind != THREAD_IDLE)
		return fault_exception(t, VECTOR_GP, 0);
	if (kernel_idle() || !plat_console_report_lost())
		cpu_window();
	else
		cpu_wait();
	return t;
}

/* Returns true if t, for which sched_run is not needed, leaves as by fast.S: after a direct switch to it. */
static INLINE bool leaves_by_ipc(const struct thread *t)
{
	return thread_regs(t)->entry == REGS_IPC && t->work == WORK_NONE;
}

struct thread *leave(struct thread *next)
{
	for (;; next = step(next)) {
		bool direct = !next;

		next = direct ? cpu_self()->current : sched_run(next);
		if (CHECK_PERIOD != 0)
			leave_check(next);
		if (direct && leaves_by_ipc(next))
			return switch_to(next, false);
		if (can_leave(next))
			return switch_to(next, true);
	}
}

/* End of booting: unmaps the boot code, which has called this. */
void leave_boot(struct thread *first)
{
	kmap_unmap_boot();
	leave_first(leave(first));
}
