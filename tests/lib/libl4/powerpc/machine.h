/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * machine.h - see amd64/machine.h. The C library of the host needs r2, so that is the UTCB only in functions
 * that world_kept calls; they call nothing of that library. A test calls __L4_Init by world_kept.
 */
#ifndef MACHINE_H
#define MACHINE_H

#include <signal.h>
#include <stdbool.h>

/* As gateway.S stores them; a register's number is its own. */
struct regs { unsigned long r[32], ctr, lr; };

enum { MACHINE_REGISTERS = 32, CTR = 32 };

enum {
	AT_r0, AT_r1, AT_r2, AT_r3, AT_r4, AT_r5, AT_r6, AT_r7, AT_r8, AT_r9, AT_r10, AT_r11, AT_r12, AT_r13,
	AT_r14, AT_r15, AT_r16, AT_r17, AT_r18, AT_r19, AT_r30 = 30, AT_r31, AT_ctr = CTR,
};

struct trap {
	unsigned count;			/* trap executed */
	unsigned long r0, r3, answer_r3;	/* at the last of them; r3 after it */
	unsigned long behind[8];	/* what followed it */
};

#define MACHINE_FEATURES	"inspect\0"

enum { MACHINE_LINK_BASE = 0, MACHINE_API_FLAGS = 1, MACHINE_NEEDS_INIT = 1 };

static inline bool machine_keeps(unsigned n)
{
	return n == 1 || n == 2 || n >= 30;
}

/* The machine has no direction. */
static inline bool machine_upwards(const struct regs *r)
{
	(void)r;
	return true;
}

void machine_trap(int signal, siginfo_t *info, void *context);
void machine_start(void);

#endif
