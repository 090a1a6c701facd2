/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ia32/utcb.h - where the calling thread's UTCB is. Included by <l4/vregs.h>.
 */
#ifndef L4_IA32_UTCB_H
#define L4_IA32_UTCB_H

#include <l4/types.h>

/* Address of MR0: the same for the whole life of a thread, so the compiler may keep it. */
L4_INLINE L4_Word_t *__L4_Utcb(void)
{
	L4_Word_t *mr0;

	__asm__("movl %%gs:0, %0" : "=r"(mr0));
	return mr0;
}

/* The name of older headers. */
#define __L4_X86_Utcb	__L4_Utcb

#endif
