/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fpu.S - the floating-point unit for the guest tests, whose C code has none of it. Promises: machine.h,
 * instructions.h.
 */
	.macro	FUNC name
	.globl	\name
	.type	\name, @function
\name:
	.endm

	.macro	ALL insn
	.set	n, 0
	.rept	32
	\insn	n, 8 * n(3)
	.set	n, n + 1
	.endr
	.endm

	.text

/* struct fpu: f0 to f31 of 8 bytes, FPSCR in the low word of 8 bytes. */
	.set	F_FPSCR, 256

FUNC fpu_load
	lfd	0, F_FPSCR(3)
	mtfsf	0xff, 0
	ALL	lfd
	blr

FUNC fpu_store
	ALL	stfd
	mffs	0
	stfd	0, F_FPSCR(3)
	lfd	0, 0(3)
	li	0, 0
	stw	0, F_FPSCR(3)
	blr

/* 1.0 / 0.0 with an exception for it, if MSR.FE0 or FE1 is set; then all of FPSCR is 0. */
FUNC fpu_divide
	lis	3, numbers@ha
	la	3, numbers@l(3)
	mtfsfi	7, 0
	mtfsb0	5				/* ZX */
	mtfsb1	27				/* ZE */
	lfd	1, 0(3)
	lfd	2, 8(3)
FUNC fpu_divide_at
	fdiv	1, 1, 2
FUNC fpu_divide_next
	mtfsb0	27
	mtfsb0	5
	blr

	.section .rodata
	.balign	8
numbers:
	.long	0x3ff00000, 0, 0, 0

	.section .note.GNU-stack, "", @progbits
