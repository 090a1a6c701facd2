/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * switch.S - see job/switch.h. What a function must keep is on the stack that is left.
 */
	.text
	.globl	stack_begin, stack_switch

	.macro	leave_stack
	push	%rbx
	push	%rbp
	push	%r12
	push	%r13
	push	%r14
	push	%r15
	mov	%rsp, (%rdi)
	mov	%rsi, %rsp
	.endm

stack_begin:
	leave_stack
	call	*%rdx
	ud2

stack_switch:
	leave_stack
	pop	%r15
	pop	%r14
	pop	%r13
	pop	%r12
	pop	%rbp
	pop	%rbx
	ret

	.section .note.GNU-stack, "", @progbits
