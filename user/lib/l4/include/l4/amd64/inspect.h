/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * amd64/inspect.h - the registers of Pecan's inspection call: RDI what, RSI object, RDX start;
 * RAX next. The record is in the message words of the UTCB. Part of <l4/pecan.h>.
 */
#ifndef L4_AMD64_INSPECT_H
#define L4_AMD64_INSPECT_H

#include <l4/amd64/syscalls.h>

L4_INLINE L4_Word_t __L4_InspectBy(__L4_Link_t link, L4_Word_t what, L4_Word_t object,
	L4_Word_t start)
{
	L4_Word_t next;

	__asm__ __volatile__(__L4_CALL_RCX
			     : "=a"(next), "+D"(what), "+S"(object), "+d"(start), "+c"(link)
			     : : "rbx", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15", "cc", "memory");
	return next;
}

#endif
