/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * world.h - a machine for one thread without a kernel: gs:0 points to a UTCB of ours, the links of
 * the system calls to a gateway that records the registers and asks the test for an answer, and
 * the traps of `lock; nop` and int3 are caught.
 *
 * What the answer does not set comes back as POISON: a binding that relies on a register that the
 * interface does not promise computes nonsense.
 */
#ifndef WORLD_H
#define WORLD_H

#include <l4/types.h>
#include <x2/kip.h>
#include <x2/utcb.h>

/* As gateway.S stores them. */
struct regs {
	unsigned long rax, rbx, rcx, rdx, rsi, rdi, rbp, rsp;
	unsigned long r8, r9, r10, r11, r12, r13, r14, r15, flags;
};

#define POISON(n)	(0xdead000000000000ul + (n))

extern struct world {
	unsigned long utcb[L4_UTCB_WORDS];
	struct regs seen;		/* registers at the last call */
	unsigned calls;
	unsigned breaks;		/* int3 executed */
	unsigned char code[8];		/* what followed the last of them */
	unsigned long al;		/* RAX there */
	unsigned long answer_al;	/* and after it */
	void (*answer)(const struct regs *in, struct regs *out);	/* may be NULL */
} world;

/* The page: its fixed part, the kernel descriptor, memory descriptors for tests to fill. */
extern struct world_page {
	struct l4_kip kip;
	unsigned long desc[4];
	char text[96];
	struct l4_memdesc memory[8];
	unsigned long processor[8];
} world_page;

#define world_kip	(world_page.kip)

/* Sets up all of it; every test that calls anything begins with this. */
void world_start(void);

/* MRn, or a TCR by its negative index. */
static inline unsigned long *world_word(int n)
{
	return &world.utcb[L4_UTCB_MR0 + n];
}

/* Answers: a partner's message of 7 words, with RDI as it was; RAX = 1 and RDX = 0x77. */
void world_message(const struct regs *in, struct regs *out);
void world_two(const struct regs *in, struct regs *out);

static inline L4_ThreadId_t world_id(L4_Word_t raw)
{
	L4_ThreadId_t t;

	t.raw = raw;
	return t;
}

static inline L4_Fpage_t world_page_of(L4_Word_t raw)
{
	L4_Fpage_t f;

	f.raw = raw;
	return f;
}

#endif
