/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * x86/cpuid.h - the CPUID instruction (SDM 2A), for drivers.
 */
#ifndef L4_X86_CPUID_H
#define L4_X86_CPUID_H

#include <l4/types.h>

struct l4_cpuid { L4_Word32_t eax, ebx, ecx, edx; };

L4_INLINE struct l4_cpuid L4_CpuId(L4_Word32_t leaf)
{
	struct l4_cpuid r;

	__asm__ __volatile__("cpuid" : "=a"(r.eax), "=b"(r.ebx), "=c"(r.ecx), "=d"(r.edx) : "a"(leaf), "c"(0));
	return r;
}

#endif
