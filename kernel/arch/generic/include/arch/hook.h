/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hook.h - allocations and preemption points, which host tests replace. hook.c uses cpu_window and cpu_wait
 * of <arch/cpu.h>, and plat_console_report_lost of <arch/board.h>.
 *
 * arch_kmem_admit	returns false if an allocation is to fail: on the host only, when a test says so
 * arch_step_point	a point within a step where interrupts may be taken. If one is pending it does not return:
 *			the kernel stack is abandoned, and the operation continues by its state in the TCB. Returns
 *			true if none was pending; false, without taking any, if kernel_may_pause is false
 * arch_window		takes pending interrupts while t is the current thread, and returns t. If there is one,
 *			calls irq_arrived or preempt_timer and does not return: nothing on the kernel stack is
 *			needed any more
 * arch_wait		waits for an interrupt, and takes it as arch_window: the idle thread is current. May
 *			return without one
 */
#ifndef ARCH_HOOK_H
#define ARCH_HOOK_H

#include <stdbool.h>

static inline bool arch_kmem_admit(void) { return true; }
bool arch_step_point(void);

struct thread;
struct thread *arch_window(struct thread *t);
void arch_wait(void);

#endif
