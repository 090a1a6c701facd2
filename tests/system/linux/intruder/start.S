/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * start.S - see intruder.h.
 */
	.text
	.globl	_start, linux_call, linux_call5, linux_thread
_start:
	movq	(%rsp), %rdi
	leaq	8(%rsp), %rsi
	andq	$-16, %rsp
	call	intruder

linux_call:
	movq	%rdi, %rax
	movq	%rsi, %rdi
	movq	%rdx, %rsi
	movq	%rcx, %rdx
	syscall
	ret

linux_call5:
	movq	%r9, %rax
	movq	%rcx, %r10
	xorl	%r9d, %r9d
	syscall
	ret

linux_thread:
	movq	%rdx, %r8
	movl	$56, %eax		/* clone */
	syscall
	testq	%rax, %rax
	jnz	1f
	call	*%r8
1:	ret

	.section .note.GNU-stack, "", @progbits
