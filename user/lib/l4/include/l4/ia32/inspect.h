/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ia32/inspect.h - the registers of Pecan's inspection call: EAX what, ECX object, EDX start;
 * EAX next. The record is in the message words of the UTCB. Part of <l4/pecan.h>.
 */
#ifndef L4_IA32_INSPECT_H
#define L4_IA32_INSPECT_H

#include <l4/ia32/syscalls.h>

L4_INLINE L4_Word_t __L4_InspectBy(__L4_Link_t link, L4_Word_t what, L4_Word_t object,
	L4_Word_t start)
{
	__asm__ __volatile__(__L4_CALL("*%%ebx")
			     : "+a"(what), "+c"(object), "+d"(start), "+b"(link)
			     : : "esi", "edi", "cc", "memory");
	return what;
}

#endif
