/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * utcb.h - the user-level thread control block of x86 (api 2.1), in words relative to MR0.
 *
 * The block is 128 words; the local id of its thread is the address of MR0, word 64 of the block.
 */
#ifndef X2_UTCB_H
#define X2_UTCB_H

#include <x2/msg.h>

enum {
	L4_UTCB_WORDS		= 128,
	L4_UTCB_MR0		= 64,	/* index of MR0 from the start of the block */

	L4_TCR_WORD_SIZE_MASK	= -1,
	L4_TCR_THREAD_WORD_0	= -4,
	L4_TCR_THREAD_WORD_1	= -5,
	L4_TCR_SENDER		= -6,	/* VirtualSender written, ActualSender read */
	L4_TCR_INTENDED_RECEIVER = -7,
	L4_TCR_XFER_TIMEOUTS	= -8,
	L4_TCR_ERROR_CODE	= -9,
	L4_TCR_FLAGS		= -10,	/* byte 0 PreemptFlags, byte 1 CopFlags */
	L4_TCR_EXCEPTION_HANDLER = -11,
	L4_TCR_PAGER		= -12,
	L4_TCR_USER_HANDLE	= -13,
	L4_TCR_PROCESSOR	= -14,
	L4_TCR_GLOBAL_ID	= -15,
	L4_TCR_BR0		= -16,	/* BRi at -16 - i */
};

/* PreemptFlags (api 2.2). */
enum {
	L4_PREEMPT_SIGNAL	= 1 << 5,	/* s: send a preemption message to the exception handler */
	L4_PREEMPT_DELAY	= 1 << 6,	/* d: delay the preemption */
	L4_PREEMPT_PENDING	= 1 << 7,	/* I: set by the kernel: a preemption is delayed because of d */
};

#define L4_UTCB_BYTES	((l4_word_t)L4_UTCB_WORDS * sizeof(l4_word_t))
#define L4_UTCB_MR0_OFFSET ((l4_word_t)L4_UTCB_MR0 * sizeof(l4_word_t))

#endif
