/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fast_unmap.S - the short Unmap: one fpage, if core can complete it in one step (kernel_unmap_fast).
 */
#include <arch/privileged.h>

	/* Execute op for each of the registers. */
	.macro each op regs:vararg
	.irp	reg, \regs
	\op	%\reg
	.endr
	.endm

	.text; .cfi_sections .debug_frame; .cfi_startproc; .cfi_undefined rip	/* no caller: a backtrace ends */
	.globl fast_unmap
	/*
	 * Unmap: R9 is the fpage, RDX control. Self continues without the scheduler: no ready queue has
	 * changed. Other system calls, and an Unmap that is not complete, continue at entry_call.
	 */
fast_unmap:
	cmp	$UNMAP_RETURN, %rcx
	jne	entry_call
	read_gs %ebp		/* as in fast.S; RBP may be destroyed */
	cmp	$USER_GS, %ebp
	jne	entry_call
	mov	CPU(LOCAL_RSP0), %rbp
	mov	%rsp, T_RSP(%rbp)
	mov	CPU(LOCAL_STACK), %rsp
	each	push rax, rcx, rsi, r8, r10, r11, rdx, r9
	mov	%rbp, %rdi
	mov	%rsp, %rsi		/* address of the fpage; kernel_unmap_fast writes the status bits there */
	call	kernel_unmap_fast
	test	%al, %al
	each	pop r9, rdx, r11, r10, r8, rsi, rcx, rax
	mov	T_LOCAL(%rbp), %rdi	/* UTCB address: a result of each system call */
	mov	T_RSP(%rbp), %rsp
	mov	$0, %ebp		/* MOV: the flags of TEST are used below */
	jz	entry_call
	leave_to_user

	.cfi_endproc; .section .note.GNU-stack, "", @progbits
