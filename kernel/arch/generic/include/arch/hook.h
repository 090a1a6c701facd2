/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hook.h - allocations and preemption points, which host tests replace.
 *
 * arch_kmem_admit	returns false if an allocation is to fail: on the host only, when a test says so
 * arch_step_point	a point within a step where interrupts may be taken. If one is pending it does not return:
 *			the kernel stack is abandoned, and the operation continues by its state in the TCB. Returns
 *			true if none was pending; false, without taking any, if kernel_may_pause is false. Here:
 *			interrupts are taken between steps only
 */
#ifndef ARCH_HOOK_H
#define ARCH_HOOK_H

#include <stdbool.h>

static inline bool arch_kmem_admit(void) { return true; }
static inline bool arch_step_point(void) { return false; }

#endif
