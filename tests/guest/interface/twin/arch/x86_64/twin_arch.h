/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * twin_arch.h - what the twin knows of this machine. Each machine has a header of this name:
 *
 *   SHARED         where the window is in all spaces but the director's; aligned to 16 KiB
 *   struct regs    registers before and after a call, in the order of raw.S: REGS words that are compared,
 *                  flags the last of them, and gs, xmm_in, xmm_out, cell
 *   REG_...        its fields that are arguments of Ipc; the sender; the thread of ThreadSwitch
 *   ENTRY          the address of a system call, in a space other than the director's or not; it uses no GS
 *   draw_flags     flags to begin with, of any number
 *   undefined      the UNDEFINED registers that may hold anything after Ipc, by number
 *   is_kernels     the value of the undefined register n shows something of the kernel
 *   TRAP_BYTES     of the instruction of raw_trap; TWIN_LINE: the interrupt line of arch/FAMILY/line.c
 *   clear_unequal  clears what else may be different after Ipc with the fast path and without
 */
#ifndef TWIN_ARCH_H
#define TWIN_ARCH_H

#define SHARED		0x50000000ul

struct regs {
	word rax, rbx, rcx, rdx, rsi, rdi, rbp, r8, r9, r10, r11, r12, r13, r14, r15;
	word flags;
	word gs;			/* not 0: low half to be loaded into GS before the call */
	word xmm_in, xmm_out;		/* in: not 0: load it before the call; out: not 0: read it afterwards */
	word cell;			/* out: the word at gs:0 */
};

#define REG_TO		rsi
#define REG_FROM	rdx
#define REG_TIMEOUTS	r8
#define REG_TAG		r9
#define REG_UTCB	rdi
#define REG_SENDER	rsi
#define REG_SWITCH	rdi

#define ENTRY(name, other)	((word)__L4_##name)

enum {
	REGS = 16, UNDEFINED = 3, TRAP_BYTES = 2, TWIN_LINE = 4,
	FLAG_BITS = 0xcd5,		/* CF PF AF ZF SF DF OF */
	SYSCALL_BYTES = 2,
};

static inline word draw_flags(word drawn) { return 0x202 | (drawn & FLAG_BITS); }

static inline word *undefined(struct regs *r, unsigned n)
{
	return (word *[UNDEFINED]){ &r->rdx, &r->rbp, &r->r8 }[n];
}

/* A thread may find in R8 what its own register was when it was interrupted last: any number. */
static inline bool is_kernels(unsigned n, word value) { return n < 2 && value >= KERNEL_MEMORY; }

/* The stub that the kernel names may be another one without the fast path. */
static inline void clear_unequal(struct regs *r)
{
	if (r->rcx == (word)__L4_Ipc + SYSCALL_BYTES)
		r->rcx = 0;
}

#endif
