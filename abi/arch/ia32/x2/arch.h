/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * arch.h - constants of the ia32 binding for kernel and user level (ia32 1, 2, 3, 8).
 */
#ifndef X2_ARCH_H
#define X2_ARCH_H

#include <x2/word.h>

#define L4_WORD_BYTES		4	/* the build makes stubs for it, which check it against L4_Word_t */

/* User area: three of the four gigabytes. */
#define L4_USER_END		0xc0000000ul

/* Areas of the initial servers (protocols 7.3). */
#define L4_INITIAL_KIP		0xbff00000ul
#define L4_INITIAL_UTCB		0xbf000000ul
enum { L4_INITIAL_UTCB_LOG2 = 17 };

enum {
	L4_UTCB_AREA_LOG2_MIN	= 12,
	L4_UTCB_ALIGN_LOG2	= 9,
	L4_KIP_AREA_LOG2	= 12,
	L4_THREAD_BITS		= 17,
};

/* Exception message (protocols 5.1), MR numbers. */
enum {
	L4_EXC_EIP = 1, L4_EXC_EFLAGS, L4_EXC_NUMBER, L4_EXC_ERROR, L4_EXC_EDI, L4_EXC_ESI, L4_EXC_EBP,
	L4_EXC_ESP, L4_EXC_EBX, L4_EXC_EDX, L4_EXC_ECX, L4_EXC_EAX,
	L4_EXC_IP = L4_EXC_EIP, L4_EXC_SP = L4_EXC_ESP, L4_EXC_FLAGS = L4_EXC_EFLAGS,	/* of each machine */
	L4_EXC_WORDS = 12,	/* u of the message */
	L4_EXC_REPLY_WORDS = 12,	/* words of a reply that the kernel uses, without NUMBER and ERROR */
	L4_EXC_FOREIGN_SYSCALL = 256,	/* exception number of a system call outside the KIP */
	L4_EXC_PREEMPTION = 257,	/* of a thread whose permitted delay was used up */
};

/* u of the message of an exception. */
static inline unsigned l4_exception_words(l4_word_t number)
{
	(void)number;
	return L4_EXC_WORDS;
}

/*
 * The thread pointer of a C library is this word of the UTCB, relative to MR0: gs:0 is the address of MR0
 * (ia32 9).
 */
enum { L4_TCR_THREAD_POINTER = -2 };

#endif
