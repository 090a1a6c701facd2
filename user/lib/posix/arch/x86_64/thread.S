/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * thread.S - the first instructions of a program and of a thread; the change to another stack.
 */
	.text
	.globl	_start, px_thread_entry, px_switch_stack, px_on_stack

/* RSP points to argc. */
_start:
	xor	%ebp, %ebp
	cld
	mov	%rsp, %rdi
	and	$-16, %rsp
	call	px_start
	ud2

/* RSP points to a struct start, which is aligned to 16 bytes. */
px_thread_entry:
	xor	%ebp, %ebp
	cld
	mov	%rsp, %rdi
	call	px_thread_main
	ud2

/* px_switch_stack(top, run): call run with this stack. */
px_switch_stack:
	xor	%ebp, %ebp
	mov	%rdi, %rsp
	call	*%rsi
	ud2

/* px_on_stack(top, run, arg): call run(arg) on that stack. */
px_on_stack:
	push	%rbp
	mov	%rsp, %rbp
	mov	%rdi, %rsp
	mov	%rdx, %rdi
	call	*%rsi
	leave
	ret

	.section .note.GNU-stack, "", @progbits
