/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * powerpc/specials.h - memory attributes, cache hints and the time base. Included by <l4/types.h>.
 */
#ifndef L4_POWERPC_SPECIALS_H
#define L4_POWERPC_SPECIALS_H

#include <l4/powerpc/types.h>

/* Memory attributes of MemoryControl and sigma0 (ppc32 11). */
#define L4_UncacheableMemory		(1)
#define L4_CoherentMemory		(2)
#define L4_GuardedMemory		(3)
#define L4_WriteThroughMemory		(4)

/* The time base, 64 bits: its high half is read again, as it may change in between. */
static inline L4_Word64_t __L4_Timebase(void)
{
	L4_Word32_t high, low, again;

	do
		__asm__ __volatile__("mftbu %0\n\tmftb %1\n\tmftbu %2" : "=r"(high), "=r"(low), "=r"(again));
	while (high != again);
	return (L4_Word64_t)high << 32 | low;
}

#endif
