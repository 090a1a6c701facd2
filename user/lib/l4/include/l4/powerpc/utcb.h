/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * powerpc/utcb.h - where the calling thread's UTCB is. Included by <l4/vregs.h>.
 */
#ifndef L4_POWERPC_UTCB_H
#define L4_POWERPC_UTCB_H

#include <l4/types.h>

/* Address of MR0: the kernel loads it into r2 when a thread starts, and no compiled code changes r2. */
L4_INLINE L4_Word_t *__L4_Utcb(void)
{
	L4_Word_t *mr0;

	__asm__("mr %0, 2" : "=r"(mr0));
	return mr0;
}

/* The name of older headers. */
#define __L4_PPC_Utcb	__L4_Utcb

#endif
