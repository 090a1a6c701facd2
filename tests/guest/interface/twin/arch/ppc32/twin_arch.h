/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * twin_arch.h - see arch/x86_64/twin_arch.h. The fast path sets the registers that Ipc may change to 0, or
 * R11 to the return address; without it they keep what they had.
 */
#ifndef TWIN_ARCH_H
#define TWIN_ARCH_H

#define SHARED		WINDOW

/* In the order of arch/ppc32/all_regs.h, up to lr. */
struct regs {
	word r0, r3, r4, r5, r6, r7, r8, r9, r10, r11, r12, r13, r14, r15, r16, r17, r18, r19, r20, r21, r22, r23;
	word r24, r25, r26, r27, r28, r29, r30, r31, ctr, cr;
	word flags;			/* XER */
	word sp, lr;
	word gs;			/* not used */
	word xmm_in, xmm_out;		/* the two words of a register of the FPU */
	word cell;			/* out: R2 */
	word utcb;			/* not used */
};

#define REG_TO		r15
#define REG_FROM	r16
#define REG_TIMEOUTS	r17
#define REG_TAG		r14
#define REG_UTCB	utcb
#define REG_SENDER	r16
#define REG_SWITCH	r3

#define ENTRY(name, other)	((void)(other), (word)__L4_##name)

enum { REGS = 33, UNDEFINED = 20, TRAP_BYTES = 4, TWIN_LINE = 16 };

/* The bits that XER has. */
static inline word draw_flags(word drawn) { return drawn & 0xe000007f; }

static inline word *undefined(struct regs *r, unsigned n)
{
	return (word *[UNDEFINED]){
		&r->r11, &r->r12, &r->r13, &r->r15, &r->r17, &r->r18, &r->r19, &r->r20, &r->r21, &r->r22, &r->r23,
		&r->r24, &r->r25, &r->r26, &r->r27, &r->r28, &r->r29, &r->ctr, &r->cr, &r->flags }[n];
}

static inline bool is_kernels(unsigned n, word value) { return (void)n, value >= KERNEL_MEMORY; }

static inline void clear_unequal(struct regs *r) { (void)r; }

#endif
