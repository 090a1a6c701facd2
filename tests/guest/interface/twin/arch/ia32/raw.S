/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * raw.S - a system call with every register as wanted, and as found. Order of the fields: twin_arch.h.
 */
#include "../../../arch/ia32/all_regs.h"

	.set	R_GS, 32
	.set	R_XMM_IN, 36
	.set	R_XMM_OUT, 40
	.set	R_CELL, 44

	.text
	.globl	raw_entry
raw_entry:
	pop	%eax
	pop	%ecx
	xor	%ebp, %ebp
	sub	$12, %esp		/* the stack is aligned at the call */
	push	%ecx
	call	*%eax
	ud2

	.globl	raw_call
raw_call:
	all_regs_begin
	cmpl	$0, R_XMM_IN(%eax)
	je	1f
	movd	R_XMM_IN(%eax), %xmm3
1:	cmpl	$0, R_GS(%eax)
	je	2f
	mov	R_GS(%eax), %gs
2:	pushl	R_FLAGS(%eax)
	all_regs_call
	mov	%gs:0, %ecx
	mov	%ecx, R_CELL(%eax)
	cmpl	$0, R_XMM_OUT(%eax)
	je	3f
	movd	%xmm3, R_XMM_OUT(%eax)
3:	all_regs_end

	.globl	raw_trap
raw_trap:
	ud2
	ret

	.section .note.GNU-stack, "", @progbits
