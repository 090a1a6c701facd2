/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * x86/specials.h - memory attributes and counters of both x86. Included by specials.h of the machine.
 */
#ifndef L4_X86_SPECIALS_H
#define L4_X86_SPECIALS_H

#include <l4/words.h>

/* Memory attributes of MemoryControl and sigma0 (protocols 7.6). */
#define L4_WriteBackMemory		(1)
#define L4_WriteThroughMemory		(2)
#define L4_UncacheableMemory		(4)
#define L4_WriteCombiningMemory		(5)
#define L4_WriteProtectedMemory		(8)

static inline L4_Word64_t __L4_Rdtsc(void)
{
	L4_Word32_t low, high;

	__asm__ __volatile__("rdtsc" : "=a"(low), "=d"(high));
	return (L4_Word64_t)high << 32 | low;
}

/* What the CPU counts all the time. */
static inline L4_Word64_t __L4_Ticks(void)
{
	return __L4_Rdtsc();
}

static inline L4_Word64_t __L4_Rdpmc(const L4_Word_t counter)
{
	L4_Word32_t low, high;

	__asm__ __volatile__("rdpmc" : "=a"(low), "=d"(high) : "c"(counter));
	return (L4_Word64_t)high << 32 | low;
}

#endif
