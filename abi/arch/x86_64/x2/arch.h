/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * arch.h - constants of the x86-64 binding for kernel and user level (amd64 1, 2, 5, 8).
 */
#ifndef X2_ARCH_H
#define X2_ARCH_H

#include <x2/word.h>

#define L4_WORD_BYTES		8	/* the build makes stubs for it, which check it against L4_Word_t */

/* User area: the lower canonical half without its last page (docs/decisions/address-layout.md). */
#define L4_USER_END		0x00007ffffffff000ul

/* Areas of the initial servers (protocols 7.3). */
#define L4_INITIAL_KIP		0xbff00000ul
#define L4_INITIAL_UTCB		0xbf000000ul
enum { L4_INITIAL_UTCB_LOG2 = 18 };

enum {
	L4_UTCB_AREA_LOG2_MIN	= 12,
	L4_UTCB_ALIGN_LOG2	= 10,
	L4_KIP_AREA_LOG2	= 12,
	L4_THREAD_BITS		= 18,
};

/* Exception message (amd64: protocols 5.2), MR numbers. */
enum {
	L4_EXC_RIP = 1, L4_EXC_RBX, L4_EXC_R10, L4_EXC_R12, L4_EXC_R13, L4_EXC_R14, L4_EXC_R15,
	L4_EXC_RAX, L4_EXC_RCX, L4_EXC_RDX, L4_EXC_RSI, L4_EXC_RDI, L4_EXC_RBP, L4_EXC_R8, L4_EXC_R9,
	L4_EXC_R11, L4_EXC_RSP, L4_EXC_RFLAGS, L4_EXC_NUMBER, L4_EXC_ERROR,
	L4_EXC_IP = L4_EXC_RIP, L4_EXC_SP = L4_EXC_RSP, L4_EXC_FLAGS = L4_EXC_RFLAGS,	/* of each machine */
	L4_EXC_WORDS = 20,	/* u of the message */
	L4_EXC_REPLY_WORDS = 18,	/* words of a reply that the kernel uses */
	L4_EXC_FOREIGN_SYSCALL = 256,	/* exception number of a SYSCALL outside the gateway */
	L4_EXC_PREEMPTION = 257,	/* of a thread whose permitted delay was used up */
};

/* u of the message of an exception. */
static inline unsigned l4_exception_words(l4_word_t number)
{
	(void)number;
	return L4_EXC_WORDS;
}

#endif
