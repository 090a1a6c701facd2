/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * switch.S - see job/switch.h. What a function must keep is on the stack that is left: r14 to r31, CR, LR.
 */
	.set	FRAME, 96
	.set	KEPT_CR, 8
	.set	KEPT_REGS, 16
	.set	KEPT_LR, FRAME + 4
	.set	FIRST_FRAME, 16

	.text
	.globl	stack_begin, stack_switch

	.macro	leave_stack
	stwu	1, -FRAME(1)
	mflr	0
	stw	0, KEPT_LR(1)
	mfcr	0
	stw	0, KEPT_CR(1)
	stmw	14, KEPT_REGS(1)
	stw	1, 0(3)
	.endm

stack_begin:
	leave_stack
	addi	1, 4, -FIRST_FRAME
	li	0, 0
	stw	0, 0(1)
	mtctr	5
	bctrl
	trap

stack_switch:
	leave_stack
	mr	1, 4
	lmw	14, KEPT_REGS(1)
	lwz	0, KEPT_CR(1)
	mtcrf	0xff, 0
	lwz	0, KEPT_LR(1)
	mtlr	0
	addi	1, 1, FRAME
	blr

	.section .note.GNU-stack, "", @progbits
