/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fpu_x86.S - x87 and SSE for the guest tests, on both x86 machines. Promises: machine.h.
 */
#include "fpu_func.h"
	.text

FUNC fpu_pend
	fninit
	fldcw	unmasked
	fld1
	fldz
	fdivrp
	ret

FUNC fpu_wait
	fld1
	fwait
	fninit
	ret

/* ---- traps: functions for regs_call ---- */

	TRAP	xgetbv, xgetbv
	TRAP	xsetbv, xsetbv
	TRAP	vex, vmovdqu %ymm0, %ymm0

FUNC trap_x87
	fninit
	fldcw	unmasked
	fld1
	fldz
	fdivrp
FUNC trap_x87_at
	fwait
FUNC trap_x87_next
	fninit
	ret

FUNC trap_xm
	ldmxcsr	unmasked_sse
	xorps	%xmm0, %xmm0
	movups	ones, %xmm1
FUNC trap_xm_at
	divps	%xmm0, %xmm1
FUNC trap_xm_next
	ldmxcsr	masked_sse
	ret

	.section .rodata
	.align	16
ones:	.float	1, 1, 1, 1
unmasked_sse:
	.long	0x1d80			/* all masked but division by zero */
masked_sse:
	.long	0x1f80
unmasked:
	.word	0x037b

	.section .note.GNU-stack, "", @progbits
