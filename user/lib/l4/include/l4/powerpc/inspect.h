/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * powerpc/inspect.h - the registers of Pecan's inspection call: r15 what, r16 object, r17 start, MR0 to MR9 as
 * in Unmap; r15 next, and the record in MR1.. Part of <l4/pecan.h>.
 */
#ifndef L4_POWERPC_INSPECT_H
#define L4_POWERPC_INSPECT_H

#include <l4/powerpc/syscalls.h>

L4_INLINE L4_Word_t __L4_InspectBy(__L4_Link_t by, L4_Word_t what, L4_Word_t object, L4_Word_t start)
{
	register L4_Word_t r15 __asm__("r15") = what;
	register L4_Word_t r16 __asm__("r16") = object;
	register L4_Word_t r17 __asm__("r17") = start;
	register __L4_Link_t link __asm__("r11") = by;

	__asm__ __volatile__(__L4_LOAD_MRS __L4_CALL __L4_STORE_MRS
			     : "+r"(r15), "+r"(r16), "+r"(r17), "+r"(link)
			     : : __L4_LOST_MRS, "r12", "r13", "r14", __L4_LOST_18_29, __L4_LOST_SPECIAL);
	return r15;
}

#endif
