/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * nanoseconds.h - see tests/guest/arch/x86/nanoseconds.h: the time base, of 16.6 MHz under QEMU, so in steps
 * of some 60 instructions.
 */
#ifndef GUEST_NANOSECONDS_H
#define GUEST_NANOSECONDS_H

#include <l4/types.h>

static inline L4_Word64_t nanoseconds(void) { return __L4_Timebase() * 5000 / 83; }

#endif
