/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * machine.h - the registers of amd64 for world.h. Each machine has a header of this name.
 */
#ifndef MACHINE_H
#define MACHINE_H

#include <signal.h>
#include <stdbool.h>

/* As gateway.S stores them; by number. */
struct regs {
	unsigned long rax, rbx, rcx, rdx, rsi, rdi, rbp, rsp;
	unsigned long r8, r9, r10, r11, r12, r13, r14, r15, flags;
};

enum { RAX, RBX, RCX, RDX, RSI, RDI, RBP, RSP, R8, R9, R10, R11, R12, R13, R14, R15, MACHINE_REGISTERS };

/* By the names of <arch/registers.h>, those that a call keeps. */
enum {
	AT_ax = RAX, AT_bx = RBX, AT_di = RDI, AT_sp = RSP, AT_r9 = R9, AT_r10 = R10, AT_r12 = R12, AT_r13 = R13,
	AT_r14 = R14, AT_r15 = R15,
};

/* The debugger's services. */
struct trap {
	unsigned count;			/* int3 executed */
	unsigned char code[8];		/* what followed the last of them */
	unsigned long al, answer_al;	/* RAX there, and after it */
};

#define MACHINE_FEATURES	"ioflexpages\0inspect\0tls\0"

/* What links are relative to; the flags of the interface; world_start does not call __L4_Init. */
enum { MACHINE_LINK_BASE = 0, MACHINE_API_FLAGS = 4, MACHINE_NEEDS_INIT = 0 };

/* True if the call keeps the register. */
static inline bool machine_keeps(unsigned n)
{
	return n == RSP;
}

/* True if string instructions go upwards, as the interface wants it at a call. */
static inline bool machine_upwards(const struct regs *r)
{
	return (r->flags & 0x400) == 0;
}

/* For world.c: the handler of the two traps; what world_start does last. */
void machine_trap(int signal, siginfo_t *info, void *context);
void machine_start(void);

/* Answers: a partner's message of 7 words, with RDI as it was; RAX = 1 and RDX = 0x77. */
void world_message(const struct regs *in, struct regs *out);
void world_two(const struct regs *in, struct regs *out);

#endif
