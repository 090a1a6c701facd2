/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * odd_link.S - see odd_link.h. A system call keeps r1, r2, r30 and r31 only.
 */
	.set	FRAME, 96

	.text
	.globl	odd_link_call
odd_link_call:
	mflr	%r0
	stw	%r0, 4(%r1)
	stwu	%r1, -FRAME(%r1)
	stmw	%r13, 8(%r1)
	mfcr	%r0
	stw	%r0, FRAME - 8(%r1)
	lis	%r5, 1f@ha
	addi	%r5, %r5, 1f@l
	add	%r5, %r5, %r4
	mtlr	%r5
	mtctr	%r3
	li	%r0, 0
	.irp	n, 3, 4, 5, 6, 7, 8, 9, 10, 14, 15, 16, 17
	li	%r\n, 0
	.endr
	bctr
	trap
1:	li	%r3, 1
	lwz	%r0, FRAME - 8(%r1)
	mtcr	%r0
	lmw	%r13, 8(%r1)
	addi	%r1, %r1, FRAME
	lwz	%r0, 4(%r1)
	mtlr	%r0
	blr

	.section .note.GNU-stack, "", @progbits
