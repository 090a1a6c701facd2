/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * amd64/tls.h - the registers of Pecan's call SetTls: RDI address; RAX is 1, or 0 after an error. Part of
 * <l4/pecan.h>.
 */
#ifndef L4_AMD64_TLS_H
#define L4_AMD64_TLS_H

#include <l4/amd64/syscalls.h>

L4_INLINE L4_Word_t __L4_SetTlsBy(__L4_Link_t link, L4_Word_t address)
{
	L4_Word_t ok;

	__asm__ __volatile__(__L4_CALL_RCX
			     : "=a"(ok), "+D"(address), "+c"(link)
			     : : "rbx", "rdx", "rsi", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15", "cc",
			       "memory");
	return ok;
}

#endif
