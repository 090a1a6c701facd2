/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * amd64/short.h - Ipc with words in registers, bound like __L4_IpcBy of syscalls.h. Part of
 * <l4/short.h>; include that.
 */
#ifndef L4_AMD64_SHORT_H
#define L4_AMD64_SHORT_H

#include <l4/types.h>
#include <l4/message.h>
#include <l4/amd64/syscalls.h>
#include <l4/vregs.h>

/*
 * Word n of a message into its register, or whatever the register holds if there is no such word.
 * Volatile, or the compiler would take all these for one value, and copy it.
 */
#define __L4_SHORT_IN(n, constraint, reg)				\
	do {								\
		if (sent >= (n))					\
			reg = w[(n) - 1];				\
		else							\
			__asm__ __volatile__("" : constraint(reg));	\
	} while (0)

#define __L4_SHORT_OUT(n, reg)				\
	do {						\
		if (take >= (n))			\
			w[(n) - 1] = reg;		\
	} while (0)

/*
 * Volatile words: moved one by one, never through vector registers (syscalls.h says why). No function
 * is called between the first of the named registers and the last: without optimisation it would be a
 * real call, and change them.
 */
L4_INLINE L4_MsgTag_t L4_ShortIpc(L4_ThreadId_t *partner, L4_ThreadId_t FromSpecifier,
	L4_Word_t Timeouts, L4_MsgTag_t tag, L4_Word_t *words, L4_Word_t take)
{
	L4_ThreadId_t to = *partner;
	volatile L4_Word_t *w = words;
	L4_Word_t *utcb = __L4_Utcb();
	L4_Word_t specifier = FromSpecifier.raw, sent = L4_UntypedWords(tag), mr1, mr2;
	__L4_Link_t link = __L4_Ipc;
	register L4_Word_t r8 __asm__("r8") = Timeouts;
	register L4_Word_t r9 __asm__("r9") = tag.raw;
	register L4_Word_t r10 __asm__("r10");
	register L4_Word_t r12 __asm__("r12");
	register L4_Word_t r13 __asm__("r13");
	register L4_Word_t r14 __asm__("r14");
	register L4_Word_t r15 __asm__("r15");

	__L4_SHORT_IN(1, "=a", mr1);
	__L4_SHORT_IN(2, "=b", mr2);
	__L4_SHORT_IN(3, "=r", r10);
	__L4_SHORT_IN(4, "=r", r12);
	__L4_SHORT_IN(5, "=r", r13);
	__L4_SHORT_IN(6, "=r", r14);
	__L4_SHORT_IN(7, "=r", r15);
	__asm__ __volatile__(__L4_CALL_RCX
			     : "+D"(utcb), "+S"(to.raw), "+d"(specifier), "+a"(mr1), "+b"(mr2), "+c"(link),
			       "+r"(r8), "+r"(r9), "+r"(r10), "+r"(r12), "+r"(r13), "+r"(r14), "+r"(r15)
			     : : "r11", "cc", "memory");
	tag.raw = r9;
	__L4_SHORT_OUT(1, mr1);
	__L4_SHORT_OUT(2, mr2);
	__L4_SHORT_OUT(3, r10);
	__L4_SHORT_OUT(4, r12);
	__L4_SHORT_OUT(5, r13);
	__L4_SHORT_OUT(6, r14);
	__L4_SHORT_OUT(7, r15);
	if (!L4_IsNilThread(FromSpecifier))
		*partner = to;
	return tag;
}

#endif
