/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hook.h - where a host test reaches into core; nothing on a real machine.
 */
#ifndef ARCH_HOOK_H
#define ARCH_HOOK_H

#include <stdbool.h>

static inline bool arch_kmem_admit(void) { return true; }

#endif
