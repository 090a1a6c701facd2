/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * enter.S - enters the short path of ppc32 as the vector of system calls does, and has the labels at which it
 * leaves (enter.c). host_registers contains the registers of entry and exit: R0 to R31, LR, CTR, CR, XER. The
 * registers of host_enter's caller are on its stack, whose address is in host.cpu.
 */
#include "offsets.h"
#include <arch/privileged.h>

	.set	FRAME, 96		/* back chain, LR of the callee, R2, a word, R13 to R31, CR */
	.set	FRAME_R2, 8
	.set	FRAME_R13, 16
	.set	FRAME_CR, 92
	.set	FRAME_LR, FRAME + 4	/* in the frame of the caller */
	.set	SAVED, 160		/* back chain, LR of the callee, R0 to R31, LR, CTR, CR, XER */
	.set	SAVED_R0, 8

	.macro set_address reg, symbol
	lis	\reg, (\symbol)@ha
	addi	\reg, \reg, (\symbol)@l
	.endm

	/* R1 and R13 to R31, R2 and CR of host_enter's caller. R29 is destroyed first. */
	.macro to_stack_of_caller
	lis	%r29, (host + LOCAL_STACK)@ha
	lwz	%r1, (host + LOCAL_STACK)@l(%r29)
	.endm

	.text
	.globl	host_enter, host_load_space, host_left_to_user, entry_ipc
host_enter:
	stwu	%r1, -FRAME(%r1)
	mflr	%r0
	stw	%r0, FRAME_LR(%r1)
	stw	%r2, FRAME_R2(%r1)
	stmw	%r13, FRAME_R13(%r1)
	mfcr	%r0
	stw	%r0, FRAME_CR(%r1)
	lis	%r29, (host + LOCAL_STACK)@ha
	stw	%r1, (host + LOCAL_STACK)@l(%r29)
	set_address %r31, host_registers
	lwz	%r0, 4 * 32(%r31)
	mtlr	%r0
	lwz	%r0, 4 * 33(%r31)
	mtctr	%r0
	lwz	%r0, 4 * 34(%r31)
	mtcr	%r0
	lwz	%r0, 4 * 35(%r31)
	mtxer	%r0
	.set	n, 0
	.irp	reg, r0, r1, r2, r3, r4, r5, r6, r7, r8, r9, r10, r11, r12, r13, r14, r15, r16, r17, r18, r19, \
		r20, r21, r22, r23, r24, r25, r26, r27, r28, r29, r30, r31
	lwz	%\reg, 4 * n(%r31)
	.set	n, n + 1
	.endr
	b	entry_fast

host_left_to_user:
	twnei	%r29, 0			/* the exit has set it to 0 */
	lis	%r29, host_registers@ha
	stw	%r28, host_registers@l + 4 * 28(%r29)
	li	%r28, HOST_TO_USER
	b	leave
entry_ipc:
	lis	%r29, host_registers@ha
	stw	%r28, host_registers@l + 4 * 28(%r29)
	li	%r28, HOST_TO_IPC
leave:	lis	%r29, host_exit@ha
	stw	%r28, host_exit@l(%r29)
	set_address %r29, host_registers
	.set	n, 0
	.irp	reg, r0, r1, r2, r3, r4, r5, r6, r7, r8, r9, r10, r11, r12, r13, r14, r15, r16, r17, r18, r19, \
		r20, r21, r22, r23, r24, r25, r26, r27
	stw	%\reg, 4 * n(%r29)
	.set	n, n + 1
	.endr
	stw	%r30, 4 * 30(%r29)
	stw	%r31, 4 * 31(%r29)
	mflr	%r0
	stw	%r0, 4 * 32(%r29)
	mfctr	%r0
	stw	%r0, 4 * 33(%r29)
	mfcr	%r0
	stw	%r0, 4 * 34(%r29)
	mfxer	%r0
	stw	%r0, 4 * 35(%r29)
	to_stack_of_caller
	lwz	%r0, FRAME_CR(%r1)
	mtcr	%r0
	lwz	%r2, FRAME_R2(%r1)
	lmw	%r13, FRAME_R13(%r1)
	lwz	%r0, FRAME_LR(%r1)
	mtlr	%r0
	addi	%r1, %r1, FRAME
	blr

	/* Calls host_load_root on the stack of host_enter's caller, with its R2 and R13. Destroys R29. */
host_load_space:
	lis	%r29, (host + LOCAL_STACK)@ha
	lwz	%r29, (host + LOCAL_STACK)@l(%r29)
	stw	%r29, -SAVED(%r29)	/* the back chain */
	addi	%r29, %r29, -SAVED
	.set	at, SAVED_R0
	.irp	reg, r0, r1, r2, r3, r4, r5, r6, r7, r8, r9, r10, r11, r12, r13
	stw	%\reg, at(%r29)
	.set	at, at + 4
	.endr
	mflr	%r3
	stw	%r3, SAVED_R0 + 4 * 32(%r29)
	mfctr	%r3
	stw	%r3, SAVED_R0 + 4 * 33(%r29)
	mfcr	%r3
	stw	%r3, SAVED_R0 + 4 * 34(%r29)
	mfxer	%r3
	stw	%r3, SAVED_R0 + 4 * 35(%r29)
	mr	%r1, %r29
	lwz	%r2, SAVED + FRAME_R2(%r1)
	lwz	%r13, SAVED + FRAME_R13(%r1)
	bl	host_load_root
	mr	%r29, %r1
	lwz	%r3, SAVED_R0 + 4 * 32(%r29)
	mtlr	%r3
	lwz	%r3, SAVED_R0 + 4 * 33(%r29)
	mtctr	%r3
	lwz	%r3, SAVED_R0 + 4 * 34(%r29)
	mtcr	%r3
	lwz	%r3, SAVED_R0 + 4 * 35(%r29)
	mtxer	%r3
	.set	at, SAVED_R0
	.irp	reg, r0, r1, r2, r3, r4, r5, r6, r7, r8, r9, r10, r11, r12, r13
	lwz	%\reg, at(%r29)
	.set	at, at + 4
	.endr
	blr

	.section .note.GNU-stack, "", @progbits
