/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * world.h - as ../world.h, for powerpc. The C library of the host needs r2, so that is the UTCB only in
 * functions that world_kept calls; they call nothing of that library.
 */
#ifndef WORLD_H
#define WORLD_H

#include <l4/types.h>
#include <x2/kip.h>
#include <x2/utcb.h>

/* As gateway.S stores them. */
struct regs { unsigned long r[32], ctr, lr; };

#define POISON(n)	(0xdead0000ul + (n))

extern struct world {
	unsigned long utcb[L4_UTCB_WORDS];
	struct regs seen;		/* registers at the last call */
	unsigned calls;
	unsigned traps;			/* trap executed */
	unsigned long r0, r3, answer_r3;	/* at the last of them; r3 after it */
	unsigned long behind[8];	/* what followed it */
	void (*answer)(const struct regs *in, struct regs *out);	/* may be NULL */
} world;

extern struct world_page {
	struct l4_kip kip;
	unsigned long desc[4];
	char text[96];
} world_page;

/* Sets up all of it; every test begins with this, and with __L4_Init by world_kept. */
void world_start(void);

/* Calls f with r2 as a thread has it; returns true if r14 to r31 and CR come back as they were. */
bool world_kept(void (*f)(void));

static inline unsigned long *world_word(int n)
{
	return &world.utcb[L4_UTCB_MR0 + n];
}

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
