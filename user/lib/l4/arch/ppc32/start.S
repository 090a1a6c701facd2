/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * start.S - where a program begins. r2 is the local id; r1 is 0 (initial server: take the static stack) or
 * points to argc. main is called with r1 aligned as the ABI requires, and a frame whose back chain is 0.
 *
 * The file is a member of libl4.a: a program with a _start of its own does not get this one.
 */
	.set	SERVER_STACK, 0x10000
	.set	FRAME, 16

	.text; .cfi_sections .debug_frame
	.globl	_start
	.type	_start, @function
_start:
	.cfi_startproc
	.cfi_undefined lr			/* no caller: a backtrace ends */
	li	13, 0				/* no small data */
	mr.	3, 1
	bne	1f
	lis	3, server_args@ha
	la	3, server_args@l(3)
	mr	1, 3
1:	clrrwi	1, 1, 4
	li	0, 0
	stw	0, -FRAME(1)			/* the back chain; the word for LR is not used */
	addi	1, 1, -FRAME
	bl	__L4_Start
	.long	0				/* no instruction: it does not return */
	.cfi_endproc
	.size	_start, . - _start

	.bss
	.balign	4096
	.skip	SERVER_STACK - 16
server_args:					/* argc 0, argv[0] NULL */
	.skip	16

	.section .note.GNU-stack, "", @progbits
