/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * exception_numbers.h - which exceptions user code can cause on x86 (SDM 3A, 6.3.1).
 */
#ifndef GUEST_EXCEPTION_NUMBERS_H
#define GUEST_EXCEPTION_NUMBERS_H

enum {
	EXCEPTION_DIVIDE = 0,
	EXCEPTION_DEBUG = 1,
	EXCEPTION_BREAKPOINT = 3,
	EXCEPTION_BOUND = 5,
	EXCEPTION_INVALID = 6,		/* no instruction */
	EXCEPTION_STACK = 12,
	EXCEPTION_PROTECTION = 13,	/* general protection, so also a privileged instruction */
	EXCEPTION_X87 = 16,
	EXCEPTION_ALIGNMENT = 17,
	EXCEPTION_SIMD = 19,
	EXCEPTION_FOREIGN = 256,	/* the kernel's: a system call that is not by a link of the KIP */
	EXCEPTION_PREEMPTION = 257,	/* the kernel's: a permitted delay was used up */
	ERROR_CAUSE = -1,		/* the bits of an error code that name a cause */
	INVALID_CODE = 0,		/* error code of EXCEPTION_INVALID */
};

#endif
