/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * gateway.S - the target of all links: registers into `frame`, gateway_enter on another stack with the C
 * library's r2, registers out of `frame`, return to LR.
 */
	.set	R_CTR, 128
	.set	R_LR, 132

	.text
	.globl	gateway
gateway:
	stw	3, -16(1)			/* below the stack: a signal leaves 224 bytes there alone */
	lis	3, frame@ha
	la	3, frame@l(3)
	stw	0, 0(3)
	stmw	4, 16(3)
	lwz	0, -16(1)
	stw	0, 12(3)
	stw	1, 4(3)
	stw	2, 8(3)
	mfctr	0
	stw	0, R_CTR(3)
	mflr	0
	stw	0, R_LR(3)
	lis	2, library_r2@ha
	lwz	2, library_r2@l(2)
	lis	1, stack_end@ha
	la	1, stack_end@l(1)
	addi	1, 1, -16
	bl	gateway_enter
	lis	3, frame@ha
	la	3, frame@l(3)
	lwz	0, R_LR(3)
	mtlr	0
	lis	0, 0x0bad			/* what a call may change besides */
	mtctr	0
	mtcr	0
	lwz	1, 4(3)
	lwz	2, 8(3)
	lwz	0, 0(3)
	lmw	4, 16(3)
	lwz	3, 12(3)
	blr

/* bool world_kept(void (*f)(void)) */
	.set	FRAME, 112
	.globl	world_kept
world_kept:
	mflr	0
	stw	0, 4(1)
	stwu	1, -FRAME(1)
	stmw	14, 16(1)
	mfcr	0
	stw	0, 12(1)
	stw	2, 8(1)
	lis	4, library_r2@ha
	stw	2, library_r2@l(4)
	lis	2, world + 256@ha		/* its UTCB, of which MR0 is in the middle */
	la	2, world + 256@l(2)
	.set	n, 14
	.rept	18
	li	n, 0x3100 + n
	.set	n, n + 1
	.endr
	mtctr	3
	bctrl
	li	3, 0
	.set	n, 14
	.rept	18
	xori	4, n, 0x3100 + n
	or	3, 3, 4
	.set	n, n + 1
	.endr
	cntlzw	3, 3
	srwi	3, 3, 5
	lwz	2, 8(1)
	lwz	0, 12(1)
	mtcr	0
	lmw	14, 16(1)
	addi	1, 1, FRAME
	lwz	0, 4(1)
	mtlr	0
	blr

	.bss
	.balign	64
library_r2:
	.skip	4
frame:	.skip	136
	.balign	64
	.skip	0x10000
stack_end:

	.section .note.GNU-stack, "", @progbits
