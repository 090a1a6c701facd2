/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * enter.S - where a loaded program begins: as after root's start code, with the entry point on the stack and
 * all other registers zero.
 */
	.text
	.globl	loader_enter
	.type	loader_enter, @function
loader_enter:					/* arguments: stack pointer, entry point */
	movl	8(%esp), %eax
	movl	4(%esp), %esp
	pushl	%eax
	xorl	%eax, %eax
	xorl	%ebx, %ebx
	xorl	%ecx, %ecx
	xorl	%edx, %edx
	xorl	%esi, %esi
	xorl	%edi, %edi
	xorl	%ebp, %ebp
	ret
	.size	loader_enter, . - loader_enter

	.section .note.GNU-stack, "", @progbits
