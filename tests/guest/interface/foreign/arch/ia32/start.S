/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * start.S - a root server starts with SP = 0; a thread of ours with its function on the stack.
 */
	.text
	.globl	_start
_start:
	movl	$first_stack_end, %esp
	xorl	%ebp, %ebp
	leal	kip, %edi
	lock; nop			/* KernelInterface changes EAX, ECX, EDX, ESI */
	movl	%eax, (%edi)
	call	main
1:	jmp	1b

	.globl	thread_start
thread_start:
	popl	%eax
	xorl	%ebp, %ebp
	call	*%eax
1:	jmp	1b

	.bss
	.balign	4096
	.skip	16384
first_stack_end:

	.section .note.GNU-stack, "", @progbits
