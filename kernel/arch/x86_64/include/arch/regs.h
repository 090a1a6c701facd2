/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * regs.h - the user context of a thread, in the order in which entry.S builds it.
 *
 * The CPU itself pushes ss..rip here (TSS.RSP0 points behind ss of the running thread), entry.S the
 * rest. IRET wants a 16-byte aligned frame, XSAVE a 64-byte aligned area (arch_extra).
 *
 *   R1  entry is REGS_SYSCALL only while rip is the return address of a gateway stub
 *   R2  rflags has IF and bit 1 set, IOPL and VM clear
 *   R3  fpu[] holds the thread's FPU state if fpu_used and it is not live in the CPU
 *   R4  only FXSAVE or XSAVE writes in fpu[], which was zeroed at the thread's first use of the FPU: no
 *       restore of it can fault, and nothing of a former thread is in it
 *   R5  cs and ss are always the same: users can load no other selectors there
 *   R6  entry is REGS_IPC in and after an Ipc of the gateway whose message has come: of the registers that
 *       the thread leaves with, rsp, rflags, rsi and those of MR0 to MRu (u: untyped words of the tag) are in
 *       the frame, the other message registers in the thread's UTCB; the rest is the same each time (fast.S)
 *   R7  while the thread is RECV_READY (thread.h) only rsp and rflags need be right
 */
#ifndef ARCH_REGS_H
#define ARCH_REGS_H

#include <x2/word.h>

enum {
	REGS_OTHER	= 0x100,	/* arch_regs.entry: leaves by IRET, as after a vector below that */
	REGS_SYSCALL	= 0x200,	/* came through the gateway, leaves by SYSRET */
	REGS_IPC	= 0x400,	/* likewise, by its Ipc: R6 */
};

enum { REG_MRS = 8 };

/* FXSAVE image, XSAVE header, upper halves of YMM0..15 (docs/decisions/fpu.md). */
enum { FPU_BYTES = 512 + 64 + 256 };

struct arch_regs {
	union {
		l4_word_t mr[REG_MRS];	/* message registers, in their order (amd64 4) */
		struct { l4_word_t r9, rax, rbx, r10, r12, r13, r14, r15; };
	};
	l4_word_t rbp, r11, r8, rcx, rdx, rsi, rdi;
	l4_word_t entry;		/* its low byte the vector, or all of it one of the enum */
	l4_word_t error;		/* of the CPU, 0 if an exception has none */
	l4_word_t rip, cs, rflags, rsp, ss;
};

/* R1: it goes on in the gateway. */
static inline bool regs_by_gateway(const struct arch_regs *r)
{
	return r->entry & (REGS_SYSCALL | REGS_IPC);
}

struct arch_extra {
	uint8_t fpu[FPU_BYTES] __attribute__((aligned(64)));
};

_Static_assert(sizeof(struct arch_regs) % 16 == 0, "the CPU aligns the frame's end");

#endif
