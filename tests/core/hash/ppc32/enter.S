/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * enter.S - enters refill.S as the vectors do, with the registers of HOST_REGISTERS, and has the labels at
 * which it leaves, with the registers written there.
 */
#include <arch/privileged.h>

	.set	FRAME, 96		/* back chain, LR of the callee, 8 bytes, R13 to R31, CR */
	.set	FRAME_R13, 16
	.set	FRAME_CR, 92
	.set	REG_LR, HOST_REGISTERS + 4 * 32

	.text
	.globl	host_refill_data, host_refill_code
	.macro	enter vector, label
	stwu	%r1, -FRAME(%r1)
	mflr	%r0
	stw	%r0, FRAME + 4(%r1)
	stmw	%r13, FRAME_R13(%r1)
	mfcr	%r0
	stw	%r0, FRAME_CR(%r1)
	stw	%r1, HOST(HOST_R1)
	stw	%r2, HOST(HOST_R2)
	stw	%r13, HOST(HOST_R13)
	lwz	%r3, HOST(REG_LR)
	lwz	%r4, HOST(REG_LR + 4)
	lwz	%r5, HOST(REG_LR + 8)
	lwz	%r6, HOST(REG_LR + 12)
	mtlr	%r3
	mtctr	%r4
	mtcr	%r5
	mtxer	%r6
	.set	n, 0
	.irp	reg, r0, r1, r2, r3, r4, r5, r6, r7, r8, r9, r10, r11, r12, r13, r14, r15, r16, r17, r18, r19, \
		r20, r21, r22, r23, r24, r25, r26, r27, r28, r29, r30, r31
	lwz	%\reg, HOST(HOST_REGISTERS + 4 * n)
	.set	n, n + 1
	.endr
	mtsprg	SPRG_R11, %r11
	mfcr	%r11
	mtsprg	SPRG_CR, %r11
	li	%r11, \vector
	b	\label
	.endm

host_refill_data:
	enter	0x300, entry_refill_data
host_refill_code:
	enter	0x400, entry_refill_code

	/* Write the registers, and return `result` from host_refill_*. */
	.macro	leave result
	.set	n, 0
	.irp	reg, r0, r1, r2, r3, r4, r5, r6, r7, r8, r9, r10, r11, r12, r13, r14, r15, r16, r17, r18, r19, \
		r20, r21, r22, r23, r24, r25, r26, r27, r28, r29, r30, r31
	stw	%\reg, HOST(HOST_REGISTERS + 4 * n)
	.set	n, n + 1
	.endr
	mflr	%r3
	mfctr	%r4
	mfcr	%r5
	mfxer	%r6
	stw	%r3, HOST(REG_LR)
	stw	%r4, HOST(REG_LR + 4)
	stw	%r5, HOST(REG_LR + 8)
	stw	%r6, HOST(REG_LR + 12)
	lwz	%r1, HOST(HOST_R1)
	lwz	%r2, HOST(HOST_R2)
	lwz	%r0, FRAME_CR(%r1)
	mtcr	%r0
	lmw	%r13, FRAME_R13(%r1)
	lwz	%r0, FRAME + 4(%r1)
	mtlr	%r0
	addi	%r1, %r1, FRAME
	li	%r3, \result
	blr
	.endm

	.globl	host_resumed, host_general
host_resumed:
	leave	1
host_general:
	leave	0

	.section .note.GNU-stack, "", @progbits
