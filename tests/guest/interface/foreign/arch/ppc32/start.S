/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * start.S - a root server starts with a stack of its own, r13 0, and r2 as its UTCB; a thread of ours with
 * its function on the stack. And loops of calls that use registers alone.
 */
	.text
	.globl	_start
_start:
	lis	1, first_stack_end@ha
	la	1, first_stack_end@l(1)
	addi	1, 1, -16
	li	13, 0
	lis	3, _l4_utcb@ha
	stw	2, _l4_utcb@l(3)
	bl	__L4_Init
	bl	main
1:	b	1b

	.globl	thread_start
thread_start:
	lwz	3, 0(1)
	mtctr	3
	clrrwi	1, 1, 4
	addi	1, 1, -16
	bctrl
1:	b	1b

/* link, times: calls as often; r3 counts down, CTR is the link all the time. Returns r3, 0 at the end. */
	.globl	null_calls
null_calls:
	mflr	0
	stw	0, 4(1)
	stwu	1, -16(1)
	mr	5, 3
	mr	3, 4
	mtctr	5
1:	bctrl
	addic.	3, 3, -1
	bne	1b
	addi	1, 1, 16
	lwz	0, 4(1)
	mtlr	0
	blr

/* id, times, link: calls that thread, with partner and timeouts loaded once. Returns how many failed. */
	.set	FRAME, 96
	.globl	calls_by_registers
calls_by_registers:
	mflr	0
	stw	0, 4(1)
	stwu	1, -FRAME(1)
	stmw	14, 16(1)
	mfcr	0
	stw	0, 12(1)
	mr	30, 5
	stw	4, 8(1)
	mr	16, 3
	li	17, 0
	li	31, 0
1:	mr	15, 16
	li	14, 0
	mtctr	30
	bctrl
	andi.	0, 14, 0x8000
	beq	2f
	addi	31, 31, 1
2:	lwz	3, 8(1)
	addic.	3, 3, -1
	stw	3, 8(1)
	bne	1b
	cmpwi	17, 0				/* r17 is what it was */
	beq	3f
	addi	31, 31, 1
3:	mr	3, 31
	lwz	0, 12(1)
	mtcr	0
	lmw	14, 16(1)
	addi	1, 1, FRAME
	lwz	0, 4(1)
	mtlr	0
	blr

/* word r[10], link: `sc` outside of the gateway with r[0] in r0 and r[1].. in r3..; what they are then. */
	.globl	system_call
system_call:
	stwu	1, -16(1)
	stw	3, 8(1)
	mr	11, 3
	lwz	0, 0(11)
	lwz	3, 4(11)
	lwz	4, 8(11)
	lwz	5, 12(11)
	lwz	6, 16(11)
	lwz	7, 20(11)
	lwz	8, 24(11)
	lwz	9, 28(11)
	lwz	10, 32(11)
	.globl	system_call_at
system_call_at:
	sc
	stw	0, 0(11)
	stw	3, 4(11)
	stw	4, 8(11)
	stw	10, 32(11)
	addi	1, 1, 16
	blr

	.globl	trap_here
trap_here:
	trap
	blr

	.bss
	.balign	4096
	.skip	16384
first_stack_end:

	.section .note.GNU-stack, "", @progbits
