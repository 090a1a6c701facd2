/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fast_unmap.S - Unmap of one fpage that is done at once, as core says (unmap_at_once).
 */
#include "offsets.h"
#include <arch/privileged.h>

	.macro each op regs:vararg
	.irp	reg, \regs
	\op	%\reg
	.endr
	.endm

	.text
	.globl fast_unmap
	/* Unmap: R9 is the fpage, RDX control. Self runs on: nothing has changed that could end its turn. */
fast_unmap:
	cmp	$UNMAP_RETURN, %rcx
	jne	entry_call
	read_gs %ebp		/* as in fast.S; RBP may be destroyed */
	cmp	$USER_GS, %ebp
	jne	entry_call
	mov	cpu_locals + LOCAL_RSP0(%rip), %rbp
	mov	%rsp, T_RSP(%rbp)
	mov	cpu_locals + LOCAL_STACK(%rip), %rsp
	each	push rax, rcx, rsi, r8, r10, r11, rdx, r9
	mov	%rbp, %rdi
	mov	%rsp, %rsi		/* where it finds the fpage, and puts what becomes of it */
	call	unmap_at_once
	test	%al, %al
	each	pop r9, rdx, r11, r10, r8, rsi, rcx, rax
	mov	T_LOCAL(%rbp), %rdi	/* as it is promised */
	mov	T_RSP(%rbp), %rsp
	mov	$0, %ebp		/* the flags stay */
	jz	entry_call
	leave_to_user

	.section .note.GNU-stack, "", @progbits
