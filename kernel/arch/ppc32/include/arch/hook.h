/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hook.h - allocations and preemption points, which host tests replace. This is the real machine.
 */
#ifndef ARCH_HOOK_H
#define ARCH_HOOK_H

#include <stdbool.h>

/*
 * Takes pending interrupts, and does not return if there is one: the kernel stack is abandoned, and the
 * operation continues by its state in the TCB. Returns true if none was pending; false, without taking any,
 * if kernel_may_pause is false.
 */
bool arch_step_point(void);

/* Returns false if an allocation is to fail: on the host only. */
static inline bool arch_kmem_admit(void) { return true; }

#endif
