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
	mov	4(%esp), %eax
	mov	(%eax), %eax
	test	%eax, %eax
	jnz	__cp_cancel
	lea	12(%esp), %eax		/* the six words */
	mov	8(%esp), %edx
	sub	$4, %esp		/* with these three words ESP is aligned to 16 bytes */
	push	%eax
	push	%edx
	call	__pecan_syscall_point
	add	$12, %esp
__cp_end:
	ret
__cp_cancel:
	jmp	__cancel

	.section .note.GNU-stack, "", @progbits
