/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * regs.h - the user context of a thread, which entry.S and fast.S save and load.
 *
 *   R1  entry is REGS_IPC only if the thread entered by the gateway's Ipc or Lipc. Its exit loads mr, r1, r2,
 *       r16, r30, r31, ip and msr; it sets LR to ip, and the other registers to 0
 *   R2  while the thread is in such an Ipc, r1, r2, r30, r31, ip and msr are valid; after it, mr and r16 too
 *   R3  with another value of entry, all registers are valid, and the exit loads all of them
 *   R4  in a system call ip is the return address: LR at the `sc`
 *   R5  msr has the bits MSR_FIXED, of FLAGS SE and BE, and only while the thread owns the FPU MSR_FP and of
 *       FLAGS FE0 and FE1: with these an RFI raises an exception if FPSCR, then another thread's, has one
 *       (PEM 6.4.7). All of FLAGS are in MSR_FLAGS
 *   R6  extra has the FPU state if fpu_used, unless the thread owns the FPU (fpu.c)
 */
#ifndef ARCH_REGS_H
#define ARCH_REGS_H

#include <x2/word.h>

/* arch_regs.entry: one of these, or the vector of an exception or interrupt. */
enum {
	REGS_OTHER	= 0,		/* the context was set by C */
	REGS_SYSCALL	= 0xc00,	/* `sc`, in the gateway or elsewhere */
	REGS_IPC	= 0xc01,
};

/* Bits of MSR. */
enum {
	MSR_VEC		= 0x2000000,	/* AltiVec */
	MSR_POW		= 0x40000,	/* stop until an interrupt */
	MSR_EE		= 0x8000,	/* external interrupts and decrementer */
	MSR_PR		= 0x4000,	/* user mode */
	MSR_FP		= 0x2000,
	MSR_ME		= 0x1000,	/* machine checks */
	MSR_FE0		= 0x0800,
	MSR_SE		= 0x0400,	/* trace each instruction */
	MSR_BE		= 0x0200,	/* trace each branch */
	MSR_FE1		= 0x0100,
	MSR_IR		= 0x0020,
	MSR_DR		= 0x0010,
	MSR_RI		= 0x0002,
	MSR_KERNEL	= MSR_ME | MSR_IR | MSR_DR | MSR_RI,
	MSR_FIXED	= MSR_KERNEL | MSR_EE | MSR_PR,		/* of user code */
	MSR_FE		= MSR_FE0 | MSR_FE1,
	MSR_SETTABLE	= MSR_FE | MSR_SE | MSR_BE,		/* FLAGS (ppc32 7) */
	MSR_FLAGS_SHIFT	= 19,
	MSR_FLAGS	= MSR_SETTABLE << MSR_FLAGS_SHIFT,	/* bits of SRR1 that RFI does not load */
};

/* MR0 is in r14, MR1 to MR8 in r3 to r10, MR9 in r0. */
enum { REG_MRS = 10 };

struct arch_regs {
	union {
		l4_word_t mr[REG_MRS];
		struct { l4_word_t r14, r3, r4, r5, r6, r7, r8, r9, r10, r0; };	/* r0: where STMW has r11 */
	};
	l4_word_t r12, r13;
	l4_word_t cause;	/* SRR1 of the entry, if it was none by the gateway; where STMW has r14 */
	l4_word_t r15, r16, r17, r18, r19, r20, r21, r22, r23, r24, r25, r26, r27, r28, r29, r30, r31;
	l4_word_t r1, r2, r11;
	l4_word_t lr, ctr, cr, xer;
	l4_word_t ip, msr;
	l4_word_t entry;
};

struct arch_extra {
	uint64_t fpr[32], fpscr;
};

_Static_assert(sizeof(struct arch_regs) == 160, "a multiple of 8");
_Static_assert(offsetof(struct arch_regs, r31) - offsetof(struct arch_regs, r3) == 112, "for STMW, LMW");

#endif
