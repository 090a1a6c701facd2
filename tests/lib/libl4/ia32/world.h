/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * world.h - as ../world.h, for ia32. The C library of the host needs GS, so gs:0 is the UTCB only in
 * functions that world_kept calls; they call nothing of that library.
 */
#ifndef WORLD_H
#define WORLD_H

#include <l4/types.h>
#include <x2/kip.h>
#include <x2/utcb.h>

/* As gateway.S stores them. */
struct regs { unsigned long eax, ebx, ecx, edx, esi, edi, ebp, esp, flags; };

#define POISON(n)	(0xdead0000ul + (n))

extern struct world {
	unsigned long utcb[L4_UTCB_WORDS];
	struct regs seen;		/* registers at the last call */
	unsigned calls;
	unsigned breaks;		/* int3 executed */
	unsigned char code[8];		/* what followed the last of them */
	unsigned long al, answer_al;	/* EAX there, and after it */
	void (*answer)(const struct regs *in, struct regs *out);	/* may be NULL */
} world;

extern struct world_page {
	struct l4_kip kip;
	unsigned long desc[4];
	char text[96];
} world_page;

/* Sets up all of it but the links, which the first call finds; every test begins with this. */
void world_start(void);

/* Calls f with GS as a thread has it; returns true if EBX, ESI, EDI and EBP come back as they were. */
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
