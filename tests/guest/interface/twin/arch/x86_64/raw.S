/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * raw.S - a system call with every register as wanted, and as found. Order of the fields: twin_arch.h.
 */
#include "../../../arch/x86_64/all_regs.h"

	.set	R_GS, 128
	.set	R_XMM_IN, 136
	.set	R_XMM_OUT, 144
	.set	R_CELL, 152

	.text
	.globl	raw_entry
raw_entry:
	pop	%rax
	pop	%rdi
	xor	%ebp, %ebp
	call	*%rax
	ud2

/* raw_call: the structure in RDI, the target in RSI. */
	.globl	raw_call
raw_call:
	all_regs_begin
	cmpq	$0, R_XMM_IN(%rdi)
	je	1f
	movq	R_XMM_IN(%rdi), %xmm3
1:	cmpq	$0, R_GS(%rdi)
	je	2f
	mov	R_GS(%rdi), %gs
2:	mov	%rdi, %rax
	pushq	R_FLAGS(%rax)
	all_regs_call
	mov	%gs:0, %rcx
	mov	%rcx, R_CELL(%rax)
	cmpq	$0, R_XMM_OUT(%rax)
	je	3f
	movq	%xmm3, R_XMM_OUT(%rax)
3:	all_regs_end

	.globl	raw_trap
raw_trap:
	ud2
	ret

	.section .note.GNU-stack, "", @progbits
