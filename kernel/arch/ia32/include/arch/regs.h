/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * regs.h - the user context of a thread, in the order in which entry.S saves it. The registers that all x86
 * machines have are named without the first letter: ax is EAX here.
 *
 * The CPU pushes ss..ip here (TSS.ESP0 points to the end of ss of the running thread), entry.S the others.
 * XSAVE needs an area aligned to 64 (arch_extra).
 *
 *   R1  entry is REGS_SYSCALL or REGS_IPC only while ip is the return address of a stub of the KIP
 *   R2  flags has IF and bit 1 set, IOPL and VM clear
 *   R3  fpu[] contains the thread's FPU state if fpu_used, unless the state is live in the CPU
 *   R4  only FXSAVE or XSAVE writes to fpu[], which was zeroed at the thread's first use of the FPU: so a
 *       restore of it cannot fault, and it contains no data of a former thread
 *   R5  cs is constant: user code cannot load another selector into it. ss is constant too, unless the
 *       program has loaded the selector of GS there
 *   R6  entry is REGS_IPC during an Ipc by SYSENTER without FLAGS_ODD, and after it if a message was
 *       received. Of the registers at the exit, sp, ax and si (MR0) are in the frame, bx and bp (MR1 and MR2)
 *       in the UTCB; all others are constant, or those of the space (fast.S)
 *   R7  while the thread is RECV_READY (thread.h) only sp of its frame is valid
 */
#ifndef ARCH_REGS_H
#define ARCH_REGS_H

#include <x2/word.h>

enum {
	REGS_OTHER	= 0x100,	/* arch_regs.entry: as after an exception (vector below 0x100) */
	REGS_SYSCALL	= 0x200,	/* entry by INT of a stub of the KIP */
	REGS_IPC	= 0x400,	/* by SYSENTER, exit by SYSEXIT: R6 */
};

/* MR0 is in ESI. A receiver gets MR1 and MR2 in EBX and EBP too; a sender passes them in its UTCB. */
enum { REG_MRS = 1 };

/* FXSAVE image, XSAVE header, upper halves of YMM0..7 (docs/decisions/fpu.md). */
enum { FPU_BYTES = 512 + 64 + 256 };

struct arch_regs {
	uint16_t fs, gs;		/* selectors at the entry: read for #GP, never loaded again */
	l4_word_t di;			/* from here to ax as PUSHA stores them */
	union {
		l4_word_t mr[REG_MRS];
		l4_word_t si;
	};
	l4_word_t bp;
	uint16_t ds, es;		/* as fs and gs; POPA skips this word */
	l4_word_t bx, dx, cx, ax;
	l4_word_t entry;		/* a value of the enum, or the vector */
	l4_word_t error;		/* the CPU's error code, 0 if the exception has none */
	l4_word_t ip, cs, flags, sp, ss;
};

/* Flags with which Ipc by SYSENTER is as by INT: all that are not status flags or fixed. */
#define FLAGS_ODD	(~(l4_word_t)0xad7)

/* Returns true if the exit is to a stub of the KIP (R1). */
static inline bool regs_by_gateway(const struct arch_regs *r)
{
	return r->entry == REGS_IPC || r->entry == REGS_SYSCALL;
}

struct arch_extra {
	uint8_t fpu[FPU_BYTES] __attribute__((aligned(64)));
};

_Static_assert(sizeof(struct arch_regs) == 64, "a multiple of 8, and PUSHA's order");

#endif
