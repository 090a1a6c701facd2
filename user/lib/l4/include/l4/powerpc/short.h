/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * powerpc/short.h - Ipc with words in registers: MR1 to MR7 are r3 to r9. Part of <l4/short.h>; include that.
 */
#ifndef L4_POWERPC_SHORT_H
#define L4_POWERPC_SHORT_H

#include <l4/types.h>
#include <l4/message.h>
#include <l4/powerpc/syscalls.h>
#include <l4/vregs.h>

/*
 * Word n of a message into its register, or whatever the register holds if there is no such word.
 * Volatile, or the compiler would take all these for one value, and copy it.
 */
#define __L4_SHORT_IN(n, reg)						\
	do {								\
		if (sent >= (n))					\
			reg = words[(n) - 1];				\
		else							\
			__asm__ __volatile__("" : "=r"(reg));		\
	} while (0)

#define __L4_SHORT_OUT(n, reg)				\
	do {						\
		if (take >= (n))			\
			words[(n) - 1] = reg;		\
	} while (0)

/*
 * No function is called between the first of the named registers and the last: without optimisation it would
 * be a real call, and change them.
 */
L4_INLINE L4_MsgTag_t L4_ShortIpc(L4_ThreadId_t *partner, L4_ThreadId_t FromSpecifier,
	L4_Word_t Timeouts, L4_MsgTag_t tag, L4_Word_t *words, L4_Word_t take)
{
	L4_Word_t sent = L4_UntypedWords(tag);
	register L4_Word_t r14 __asm__("r14") = tag.raw;
	register L4_Word_t r15 __asm__("r15") = partner->raw;
	register L4_Word_t r16 __asm__("r16") = FromSpecifier.raw;
	register L4_Word_t r17 __asm__("r17") = Timeouts;
	register __L4_Link_t link __asm__("r11") = __L4_Ipc;
	register L4_Word_t r3 __asm__("r3");
	register L4_Word_t r4 __asm__("r4");
	register L4_Word_t r5 __asm__("r5");
	register L4_Word_t r6 __asm__("r6");
	register L4_Word_t r7 __asm__("r7");
	register L4_Word_t r8 __asm__("r8");
	register L4_Word_t r9 __asm__("r9");

	__L4_SHORT_IN(1, r3);
	__L4_SHORT_IN(2, r4);
	__L4_SHORT_IN(3, r5);
	__L4_SHORT_IN(4, r6);
	__L4_SHORT_IN(5, r7);
	__L4_SHORT_IN(6, r8);
	__L4_SHORT_IN(7, r9);
	/* MR8 and MR9 come in registers too: those of a longer answer to their places. */
	__asm__ __volatile__(__L4_CALL "stw 10, 32(2)\n\tstw 0, 36(2)"
			     : "+r"(r3), "+r"(r4), "+r"(r5), "+r"(r6), "+r"(r7), "+r"(r8), "+r"(r9), "+r"(r14),
			       "+r"(r15), "+r"(r16), "+r"(r17), "+r"(link)
			     : : "r0", "r10", "r12", "r13", __L4_LOST_18_29, __L4_LOST_SPECIAL);
	tag.raw = r14;
	__L4_SHORT_OUT(1, r3);
	__L4_SHORT_OUT(2, r4);
	__L4_SHORT_OUT(3, r5);
	__L4_SHORT_OUT(4, r6);
	__L4_SHORT_OUT(5, r7);
	__L4_SHORT_OUT(6, r8);
	__L4_SHORT_OUT(7, r9);
	if (!L4_IsNilThread(FromSpecifier))
		partner->raw = r16;
	return tag;
}

#endif
