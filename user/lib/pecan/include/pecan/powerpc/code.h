/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * powerpc/code.h - see <pecan/code.h>: each line to memory, then out of the instruction cache, which has
 * physical addresses (ppc32 11).
 */
#ifndef PECAN_POWERPC_CODE_H
#define PECAN_POWERPC_CODE_H

#include <l4/types.h>

#define PECAN_CACHE_LINE 32

static inline void pecan_code_written(const void *from, L4_Word_t bytes)
{
	L4_Word_t first = (L4_Word_t)from & ~(L4_Word_t)(PECAN_CACHE_LINE - 1), end = (L4_Word_t)from + bytes;

	for (L4_Word_t at = first; at < end; at += PECAN_CACHE_LINE)
		__asm__ __volatile__("dcbst 0, %0" : : "r"(at) : "memory");
	__asm__ __volatile__("sync" : : : "memory");
	for (L4_Word_t at = first; at < end; at += PECAN_CACHE_LINE)
		__asm__ __volatile__("icbi 0, %0" : : "r"(at) : "memory");
	__asm__ __volatile__("sync\n\tisync" : : : "memory");
}

#endif
