/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ia32/tls.h - the thread pointer, for which the kernel has no call: a word of the UTCB
 * (L4_TCR_THREAD_POINTER of <x2/arch.h>). The link is that of a function of this library: EAX address; EAX
 * is 1. Part of <l4/pecan.h>.
 */
#ifndef L4_IA32_TLS_H
#define L4_IA32_TLS_H

#include <l4/ia32/syscalls.h>

L4_INLINE L4_Word_t __L4_SetTlsBy(__L4_Link_t link, L4_Word_t address)
{
	__asm__ __volatile__("call *%%ecx" : "+a"(address), "+c"(link) : : "cc", "memory");
	return address;
}

#endif
