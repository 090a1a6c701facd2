/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hook.c - where the CPU takes interrupts in the kernel: between two steps, within one, and as idle. The
 * entry of an interrupt discards the kernel stack.
 */
#include <core/arch.h>
#include <core/upcall.h>
#include <arch/board.h>
#include <arch/cpu.h>

bool arch_step_point(void)
{
	if (!kernel_may_pause())
		return false;
	cpu_window();
	return true;
}

struct thread *arch_window(struct thread *t)
{
	cpu_window();
	return t;
}

void arch_wait(void)
{
	if (plat_console_report_lost())
		cpu_wait();
	else
		cpu_window();
}
