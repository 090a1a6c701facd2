/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * abi32/specials.h - memory attributes and counters of the made-up machine.
 */
#ifndef L4_ABI32_SPECIALS_H
#define L4_ABI32_SPECIALS_H

#include <l4/abi32/types.h>

#define L4_WriteBackMemory		(1)
#define L4_WriteThroughMemory		(2)
#define L4_UncacheableMemory		(4)
#define L4_WriteCombiningMemory		(5)
#define L4_WriteProtectedMemory		(8)

L4_Word64_t __L4_Rdtsc(void);
L4_Word64_t __L4_Ticks(void);
L4_Word64_t __L4_Rdpmc(L4_Word_t counter);

#endif
