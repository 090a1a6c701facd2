/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * enter.S - where a loaded program begins: as after root's start code, with the entry point on the stack and
 * all other registers zero.
 */
	.text
	.globl	loader_enter
	.type	loader_enter, @function
loader_enter:					/* rdi: stack pointer, rsi: entry point */
	movq	%rdi, %rsp
	pushq	%rsi
	xorl	%eax, %eax
	xorl	%ebx, %ebx
	xorl	%ecx, %ecx
	xorl	%edx, %edx
	xorl	%esi, %esi
	xorl	%edi, %edi
	xorl	%ebp, %ebp
	xorl	%r8d, %r8d
	xorl	%r9d, %r9d
	xorl	%r10d, %r10d
	xorl	%r11d, %r11d
	xorl	%r12d, %r12d
	xorl	%r13d, %r13d
	xorl	%r14d, %r14d
	xorl	%r15d, %r15d
	ret
	.size	loader_enter, . - loader_enter

	.section .note.GNU-stack, "", @progbits
