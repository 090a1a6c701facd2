/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ia32/tracebuffer.h - the clock and the performance counters of a record. Part of <l4/tracebuffer.h>;
 * include that.
 */
#ifndef L4_IA32_TRACEBUFFER_H
#define L4_IA32_TRACEBUFFER_H

#include <l4/x86/tracebuffer.h>

#endif
