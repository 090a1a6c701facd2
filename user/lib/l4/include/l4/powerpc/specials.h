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

/* What the CPU counts all the time. */
static inline L4_Word64_t __L4_Ticks(void)
{
	return __L4_Timebase();
}

/* What accesses memory of devices before it is done before what does so behind it. */
static inline void __L4_DeviceOrder(void)
{
	__asm__ __volatile__("eieio" : : : "memory");
}

/*
 * Makes instructions that were written to memory those that are executed there: each line to memory, then out
 * of the instruction cache, which has physical addresses (ppc32 11).
 */
#define __L4_CACHE_LINE	32

static inline void __L4_CodeWritten(const void *from, L4_Word_t bytes)
{
	L4_Word_t first = (L4_Word_t)from & ~(L4_Word_t)(__L4_CACHE_LINE - 1), at, end = (L4_Word_t)from + bytes;

	for (at = first; at < end; at += __L4_CACHE_LINE)
		__asm__ __volatile__("dcbst 0, %0" : : "r"(at) : "memory");
	__asm__ __volatile__("sync" : : : "memory");
	for (at = first; at < end; at += __L4_CACHE_LINE)
		__asm__ __volatile__("icbi 0, %0" : : "r"(at) : "memory");
	__asm__ __volatile__("sync\n\tisync" : : : "memory");
}

#endif
