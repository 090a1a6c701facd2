/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * switch.S - see job/switch.h. What a function must keep is on the stack that is left.
 */
	.text
	.globl	stack_begin, stack_switch

	.macro	leave_stack
	mov	4(%esp), %eax
	mov	8(%esp), %edx
	mov	12(%esp), %ecx
	push	%ebx
	push	%ebp
	push	%esi
	push	%edi
	mov	%esp, (%eax)
	mov	%edx, %esp
	.endm

stack_begin:
	leave_stack
	call	*%ecx
	ud2

stack_switch:
	leave_stack
	pop	%edi
	pop	%esi
	pop	%ebp
	pop	%ebx
	ret

	.section .note.GNU-stack, "", @progbits
