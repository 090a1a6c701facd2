/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hook.h - where a host test reaches into core: allocations, and preemption points.
 */
#ifndef ARCH_HOOK_H
#define ARCH_HOOK_H

#include <stdbool.h>

/* Lets interrupts in, if the running thread's operation may be left here. One that comes does not return. */
bool arch_step_point(void);

static inline bool arch_kmem_admit(void) { return true; }

#endif
