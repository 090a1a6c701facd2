/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * twin_arch.h - see arch/x86_64/twin_arch.h.
 */
#ifndef TWIN_ARCH_H
#define TWIN_ARCH_H

#include <x2/arch.h>

#define SHARED		WINDOW		/* within a small space */

struct regs {
	word eax, ebx, ecx, edx, esi, edi, ebp;
	word flags;
	word gs, xmm_in, xmm_out, cell;
};

#define REG_TO		eax
#define REG_FROM	edx
#define REG_TIMEOUTS	ecx
#define REG_TAG		esi
#define REG_UTCB	edi
#define REG_SENDER	eax
#define REG_SWITCH	eax

/* Not the calls of links.S, which use GS. */
extern __L4_Link_t __L4_IpcLink, __L4_ThreadSwitchLink;
#define ENTRY(name, other) ((word)__L4_##name##Link + ((other) ? SPACE_KIP - L4_INITIAL_KIP : 0))

enum {
	REGS = 8, UNDEFINED = 2, TRAP_BYTES = 2, TWIN_LINE = 4,
	FLAG_STATUS = 0x8d5,		/* CF PF AF ZF SF OF */
	FLAG_DF = 0x400,
};

#define TRAMPOLINE	0xfff01000ul

/* DF seldom: with it Ipc by SYSENTER does not take the fast path. */
static inline word draw_flags(word drawn)
{
	return 0x202 | (drawn & FLAG_STATUS) | (drawn >> 16 & 15 ? 0 : FLAG_DF);
}

static inline word *undefined(struct regs *r, unsigned n) { return n ? &r->edx : &r->ecx; }

/* SYSEXIT leads to TRAMPOLINE, by EDX: a thread that is interrupted there keeps this constant. */
static inline bool is_kernels(unsigned n, word value)
{
	return value >= KERNEL_MEMORY && !(n == 1 && value == TRAMPOLINE);
}

/* SYSENTER does not keep the status flags, INT does. */
static inline void clear_unequal(struct regs *r) { r->flags &= ~(word)FLAG_STATUS; }

#endif
