/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hook.h - allocations and preemption points for host tests: a test can make an allocation fail.
 */
#ifndef ARCH_HOOK_H
#define ARCH_HOOK_H

#include <stdbool.h>

/* Called before each allocation of a frame or block; false makes it fail. */
bool arch_kmem_admit(void);

/* No interrupts within a step: a test takes them when the step has returned. */
static inline bool arch_step_point(void) { return false; }

/* host.c: as in kernel/arch/generic. */
struct thread;
struct thread *arch_window(struct thread *t);
void arch_wait(void);

#endif
