/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * world.h - a machine for one thread without a kernel: the thread's UTCB is one of ours, the links of the
 * system calls lead to a gateway that records the registers and asks the test for an answer, and the traps of
 * KernelInterface and of the debugger's services are caught. What a machine has of this is in its folder:
 * machine.h, machine.c, gateway.S.
 *
 * What the answer does not set comes back as POISON: a binding that relies on a register that the
 * interface does not promise computes nonsense.
 */
#ifndef WORLD_H
#define WORLD_H

#include <stdbool.h>
#include <l4/types.h>
#include <x2/kip.h>
#include <x2/utcb.h>
#include "machine.h"

/* The value of the n-th register after a call. */
#define POISON(n)	(((L4_Word_t)0xdead << (8 * sizeof(L4_Word_t) - 16)) + (n))

extern struct world {
	unsigned long utcb[L4_UTCB_WORDS];	/* the first: gateway.S of powerpc */
	struct regs seen;		/* registers at the last call */
	unsigned calls;
	struct trap trap;
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

/* What world_page has as version of the interface and id of the kernel. */
enum { WORLD_KERNEL_ID = 0x04020000 };
#define WORLD_API_VERSION	0x84050000ul

/* Sets up all of it; every test that calls anything begins with this. */
void world_start(void);

/* Calls f as a thread does; returns true if the registers that a function keeps come back as they were. */
bool world_kept(void (*f)(void));

/* The same, and the test fails if they do not, or if its last call was made with the wrong direction. */
void world_run(void (*f)(void));

/* The n-th register of a structure. */
static inline unsigned long *world_register(struct regs *r, unsigned n)
{
	return (unsigned long *)r + n;
}

/* The n-th register at the last call. */
static inline unsigned long world_seen(unsigned n)
{
	return *world_register(&world.seen, n);
}

/* MRn, or a TCR by its negative index. */
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
