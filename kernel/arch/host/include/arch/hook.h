/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hook.h - where a test reaches into core: the n-th allocation fails.
 */
#ifndef ARCH_HOOK_H
#define ARCH_HOOK_H

#include <stdbool.h>

/* Asked before each frame or block is handed out. */
bool arch_kmem_admit(void);

/* A test lets interrupts in when the step has returned. */
static inline bool arch_step_point(void) { return false; }

#endif
