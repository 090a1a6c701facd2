/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hook.h - hooks of core that host tests use: allocations and preemption points. Here of the real machine.
 */
#ifndef ARCH_HOOK_H
#define ARCH_HOOK_H

#include <stdbool.h>

/* Takes pending interrupts if kernel_may_pause; does not return if there is one. False: it may not. */
bool arch_step_point(void);

static inline bool arch_kmem_admit(void) { return true; }

#endif
