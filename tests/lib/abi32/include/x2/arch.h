/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * arch.h - constants of a made-up machine: words of 32 bits, little endian. User level is compiled for it, so
 * that its C keeps to the word size; no program runs on it.
 */
#ifndef X2_ARCH_H
#define X2_ARCH_H

#include <x2/word.h>

#define L4_WORD_BYTES		4	/* the build makes stubs for it, which check it against L4_Word_t */

#define L4_USER_END		0xc0000000ul

#define L4_INITIAL_KIP		0xbff00000ul
#define L4_INITIAL_UTCB		0xbf000000ul
enum { L4_INITIAL_UTCB_LOG2 = 17 };

enum {
	L4_UTCB_AREA_LOG2_MIN	= 12,
	L4_UTCB_ALIGN_LOG2	= 9,
	L4_KIP_AREA_LOG2	= 12,
	L4_THREAD_BITS		= 17,
};

/* MR numbers of an exception message. */
enum {
	L4_EXC_IP = 1, L4_EXC_FLAGS, L4_EXC_NUMBER, L4_EXC_ERROR, L4_EXC_SP,
	L4_EXC_WORDS = 5,
	L4_EXC_REPLY_WORDS = 5,
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
