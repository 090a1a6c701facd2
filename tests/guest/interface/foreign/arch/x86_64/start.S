/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * start.S - a root server starts with SP = 0; a thread of ours with its function on the stack.
 */
	.text
	.globl	_start
_start:
	leaq	first_stack_end, %rsp
	xorl	%ebp, %ebp
	call	__L4_Init
	call	main
1:	jmp	1b

	.globl	thread_start
thread_start:
	popq	%rax
	xorl	%ebp, %ebp
	call	*%rax
1:	jmp	1b

	.bss
	.balign	4096
	.skip	16384
first_stack_end:

	.section .note.GNU-stack, "", @progbits
