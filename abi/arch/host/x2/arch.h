/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * arch.h - the host binding: small numbers, valid for 32-bit and 64-bit words.
 */
#ifndef X2_ARCH_H
#define X2_ARCH_H

#include <x2/word.h>

#define L4_USER_END		0x7ffff000ul

#define L4_INITIAL_KIP		0x3ff00000ul
#define L4_INITIAL_UTCB		0x3f000000ul
enum { L4_INITIAL_UTCB_LOG2 = 16 };

enum {
	L4_UTCB_AREA_LOG2_MIN	= 12,
	L4_UTCB_ALIGN_LOG2	= __SIZEOF_LONG__ == 8 ? 10 : 9,
	L4_KIP_AREA_LOG2	= 12,
	L4_THREAD_BITS		= 17,
};

/* MR numbers of an exception message of the host: ip, sp, flags, number, error. */
enum {
	L4_EXC_RIP = 1, L4_EXC_RSP, L4_EXC_RFLAGS, L4_EXC_NUMBER, L4_EXC_ERROR,
	L4_EXC_IP = L4_EXC_RIP, L4_EXC_SP = L4_EXC_RSP, L4_EXC_FLAGS = L4_EXC_RFLAGS,	/* of each machine */
	L4_EXC_WORDS = 5,
	L4_EXC_REPLY_WORDS = 3,
	L4_EXC_FOREIGN_SYSCALL = 256,
	L4_EXC_PREEMPTION = 257,
};

/* u of the message of an exception. */
static inline unsigned l4_exception_words(l4_word_t number)
{
	(void)number;
	return L4_EXC_WORDS;
}

#endif
