/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * all_regs.h - a call with every register as a structure has it, and as it leaves them there. For .S files.
 *
 * all_regs_begin: in a function of two arguments, the structure and the target; keeps what a function must,
 * the structure comes in EAX. Then the caller pushes the flags to begin with, with the structure in EAX.
 * all_regs_call: comes back with it in EAX.
 */
	.set	R_EAX, 0
	.set	R_EBX, 4
	.set	R_ECX, 8
	.set	R_EDX, 12
	.set	R_ESI, 16
	.set	R_EDI, 20
	.set	R_EBP, 24
	.set	R_FLAGS, 28

	.macro all_regs_begin
	push	%ebx
	push	%ebp
	push	%esi
	push	%edi
	mov	20(%esp), %eax
	push	24(%esp)		/* target at 4(%esp) below */
	push	%eax			/* the structure at (%esp) */
	.endm

	.macro all_regs_call
	mov	R_EBX(%eax), %ebx
	mov	R_ECX(%eax), %ecx
	mov	R_EDX(%eax), %edx
	mov	R_ESI(%eax), %esi
	mov	R_EDI(%eax), %edi
	mov	R_EBP(%eax), %ebp
	mov	R_EAX(%eax), %eax
	popfl
	call	*4(%esp)
	pushfl
	push	%eax
	mov	8(%esp), %eax
	mov	%ebx, R_EBX(%eax)
	mov	%ecx, R_ECX(%eax)
	mov	%edx, R_EDX(%eax)
	mov	%esi, R_ESI(%eax)
	mov	%edi, R_EDI(%eax)
	mov	%ebp, R_EBP(%eax)
	popl	R_EAX(%eax)
	popl	R_FLAGS(%eax)
	cld
	.endm

	.macro all_regs_end
	add	$8, %esp
	pop	%edi
	pop	%esi
	pop	%ebp
	pop	%ebx
	ret
	.endm
