/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * __syscall_cp_asm(cancel, n, a1 .. a6): a system call that is a cancellation point. A signal is delivered at
 * the end of a system call, never between two instructions of a program: so a thread is cancelled before the
 * call or after it (EINTR), never between __cp_begin and __cp_end.
 */
	.text
	.globl	__cp_begin, __cp_end, __cp_cancel, __syscall_cp_asm
	.hidden	__cp_begin, __cp_end, __cp_cancel, __syscall_cp_asm, __cancel
	.type	__syscall_cp_asm, @function
__syscall_cp_asm:
__cp_begin:
	lwz	0, 0(3)
	cmpwi	0, 0
	bne	__cp_cancel
	mflr	0
	stw	0, 4(1)
	stwu	1, -32(1)
	stw	5, 8(1)			/* the six words */
	stw	6, 12(1)
	stw	7, 16(1)
	stw	8, 20(1)
	stw	9, 24(1)
	stw	10, 28(1)
	mr	3, 4
	addi	4, 1, 8
	bl	__pecan_syscall_point
	lwz	0, 36(1)
	addi	1, 1, 32
	mtlr	0
__cp_end:
	blr
__cp_cancel:
	b	__cancel

	.section .note.GNU-stack, "", @progbits
