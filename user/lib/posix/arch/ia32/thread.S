/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * thread.S - the first instructions of a program and of a thread; the change to another stack.
 */
	.text
	.globl	_start, px_thread_entry, px_switch_stack, px_on_stack

/* ESP points to argc. */
_start:
	xor	%ebp, %ebp
	cld
	mov	%esp, %eax
	and	$-16, %esp
	sub	$12, %esp
	push	%eax
	call	px_start
	ud2

/* ESP points to a struct start, which is aligned to 16 bytes. */
px_thread_entry:
	xor	%ebp, %ebp
	cld
	mov	%esp, %eax
	sub	$12, %esp
	push	%eax
	call	px_thread_main
	ud2

/* px_switch_stack(top, run): call run with this stack. */
px_switch_stack:
	xor	%ebp, %ebp
	mov	8(%esp), %eax
	mov	4(%esp), %esp
	call	*%eax
	ud2

/* px_on_stack(top, run, arg): call run(arg) on that stack. */
px_on_stack:
	push	%ebp
	mov	%esp, %ebp
	mov	16(%ebp), %edx
	mov	12(%ebp), %eax
	mov	8(%ebp), %esp
	sub	$12, %esp
	push	%edx
	call	*%eax
	leave
	ret

	.section .note.GNU-stack, "", @progbits
