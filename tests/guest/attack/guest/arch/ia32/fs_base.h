/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fs_base.h - see arch/x86_64/fs_base.h. On ia32 FS has no base of a thread's own.
 */
#ifndef ATTACK_FS_BASE_H
#define ATTACK_FS_BASE_H

#include "machine.h"

static inline void fs_base_take(word *at) { *at = 0; }
static inline bool fs_base_is(const word *at) { return *at == 0; }

#endif
