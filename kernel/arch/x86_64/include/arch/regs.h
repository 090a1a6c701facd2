/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * regs.h - the user context of a thread, in the order in which entry.S saves it. The registers that all x86
 * machines have are named without the first letter: ax is RAX here.
 *
 * The CPU pushes ss..ip here (TSS.RSP0 points to the end of ss of the running thread), entry.S the
 * others. IRET needs a frame aligned to 16 bytes, XSAVE an area aligned to 64 (arch_extra).
 *
 *   R1  entry is REGS_SYSCALL or REGS_CALL only while ip is the return address of a gateway stub
 *   R2  flags has IF and bit 1 set, IOPL and VM clear
 *   R3  fpu[] contains the thread's FPU state if fpu_used, unless the state is live in the CPU
 *   R4  only FXSAVE or XSAVE writes to fpu[], which was zeroed at the thread's first use of the FPU: so a
 *       restore of it cannot fault, and it contains no data of a former thread
 *   R5  cs and ss are constant: user code cannot load other selectors into them
 *   R6  entry is REGS_IPC during an Ipc through the gateway, and after it if a message was received. Of the
 *       registers at the exit, sp, flags, si and those of MR0 to MRu (u: untyped words of the tag) are in
 *       the frame; the other message registers are in the thread's UTCB; all others are constant (fast.S)
 *   R7  while the thread is RECV_READY (thread.h) only sp and flags of its frame are valid
 *   R8  entry is REGS_CALL in the entry of a call without message registers, and later only while its caller
 *       has not entered the kernel again. Of the general registers ax, di, si, dx, r8, r9 and r10 are in the
 *       frame; the others are 0 (call_complete) before anything but the direct exit uses it
 */
#ifndef ARCH_REGS_H
#define ARCH_REGS_H

#include <x2/word.h>

enum {
	REGS_OTHER	= 0x100,	/* arch_regs.entry: exit by IRET, as after an exception (vector below 0x100) */
	REGS_SYSCALL	= 0x200,	/* entry through the gateway, exit by SYSRET */
	REGS_IPC	= 0x400,	/* the same for the gateway's Ipc: R6 */
	REGS_CALL	= 0x800,	/* a call without message registers has not ended: R8 */
};

enum { REG_MRS = 8 };

/* FXSAVE image, XSAVE header, upper halves of YMM0..15 (docs/decisions/fpu.md). */
enum { FPU_BYTES = 512 + 64 + 256 };

struct arch_regs {
	union {
		l4_word_t mr[REG_MRS];	/* message registers, in their order (amd64 4) */
		struct { l4_word_t r9, ax, bx, r10, r12, r13, r14, r15; };
	};
	l4_word_t bp, r11, r8, cx, dx, si, di;
	l4_word_t entry;		/* a value of the enum, or the vector, its sign extended */
	l4_word_t error;		/* the CPU's error code, 0 if the exception has none */
	l4_word_t ip, cs, flags, sp, ss;
};

/* Returns true if the exit is to the gateway (R1). */
static inline bool regs_by_gateway(const struct arch_regs *r)
{
	return (intptr_t)r->entry >= REGS_SYSCALL;
}

struct arch_extra {
	uint8_t fpu[FPU_BYTES] __attribute__((aligned(64)));
};

_Static_assert(sizeof(struct arch_regs) % 16 == 0, "the CPU aligns the frame's end");

#endif
