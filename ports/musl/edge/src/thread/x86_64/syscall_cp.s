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
	mov	(%rdi), %eax
	test	%eax, %eax
	jnz	__cp_cancel
	sub	$56, %rsp		/* six words, and RSP is aligned to 16 bytes */
	mov	%rdx, (%rsp)
	mov	%rcx, 8(%rsp)
	mov	%r8, 16(%rsp)
	mov	%r9, 24(%rsp)
	mov	56 + 8(%rsp), %rax
	mov	%rax, 32(%rsp)
	mov	56 + 16(%rsp), %rax
	mov	%rax, 40(%rsp)
	mov	%rsi, %rdi
	mov	%rsp, %rsi
	call	__pecan_syscall_point
	add	$56, %rsp
__cp_end:
	ret
__cp_cancel:
	jmp	__cancel

	.section .note.GNU-stack, "", @progbits
