/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * exception_message.h - the messages of exceptions (ppc32 8.1) and of system calls outside of the gateway
 * (8.2): places of registers, MR numbers; and the exceptions that user code can cause.
 */
#ifndef GUEST_EXCEPTION_MESSAGE_H
#define GUEST_EXCEPTION_MESSAGE_H

enum {
	M_IP = 1, M_SP, M_FLAGS, M_NUMBER, M_ERROR, M_LOCAL_ID,
	M_WORDS = 6,
	S_R3 = 1, S_R0 = 9, S_IP, S_SP, S_FLAGS,
	S_WORDS = 12,
};

enum {
	EXCEPTION_DATA = 0x300, EXCEPTION_FETCH = 0x400,
	EXCEPTION_ALIGNMENT = 0x600,
	EXCEPTION_PROGRAM = 0x700, EXCEPTION_INVALID = EXCEPTION_PROGRAM,
	EXCEPTION_TRACE = 0xd00, EXCEPTION_VECTORS = 0xf20,
	EXCEPTION_PREEMPTION = 0x10000,	/* the kernel's: a permitted delay was used up */
};

/* The code of a program exception. */
enum { CODE_FP = 0x100000, CODE_ILLEGAL = 0x80000, CODE_PRIVILEGED = 0x40000, CODE_TRAP = 0x20000 };
/* The code is SRR1, so it has the bits of MSR besides; that of an alignment is DSISR, and names registers. */
#define ERROR_CAUSE	0x783f0000ul
#define INVALID_CODE	CODE_ILLEGAL
/* MSR of user code without FLAGS; RI is either. */
enum { USER_MSR = 0xd030, RI = 2 };

#endif
