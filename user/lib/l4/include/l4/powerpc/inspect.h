/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * powerpc/inspect.h - the registers of Pecan's inspection call: r3 what, r4 object, r5 start; r3 next. The
 * record is in the message words of the UTCB. Part of <l4/pecan.h>.
 */
#ifndef L4_POWERPC_INSPECT_H
#define L4_POWERPC_INSPECT_H

#include <l4/powerpc/syscalls.h>

L4_INLINE L4_Word_t __L4_InspectBy(__L4_Link_t by, L4_Word_t what, L4_Word_t object, L4_Word_t start)
{
	register L4_Word_t r3 __asm__("r3") = what;
	register L4_Word_t r4 __asm__("r4") = object;
	register L4_Word_t r5 __asm__("r5") = start;
	register __L4_Link_t link __asm__("r11") = by;

	__asm__ __volatile__(__L4_CALL
			     : "+r"(r3), "+r"(r4), "+r"(r5), "+r"(link)
			     : : "r6", "r7", "r8", "r9", "r10", __L4_LOST_CALL);
	return r3;
}

#endif
