/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * nanoseconds.h - the time in nanoseconds, which are instructions under QEMU's -icount shift=0: the TSC.
 */
#ifndef GUEST_NANOSECONDS_H
#define GUEST_NANOSECONDS_H

#include <l4/arch.h>

static inline L4_Word64_t nanoseconds(void) { return __L4_Rdtsc(); }

#endif
