/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * all_regs.h - a call with every register as a structure has it, and as it leaves them there. For .S files.
 *
 * all_regs_begin: the structure in RDI, the target in RSI; keeps what a function must. Then the caller
 * pushes the flags to begin with, with the structure in RAX. all_regs_call: comes back with it in RAX.
 */
	.set	R_RAX, 0
	.set	R_RBX, 8
	.set	R_RCX, 16
	.set	R_RDX, 24
	.set	R_RSI, 32
	.set	R_RDI, 40
	.set	R_RBP, 48
	.set	R_R8, 56
	.set	R_R9, 64
	.set	R_R10, 72
	.set	R_R11, 80
	.set	R_R12, 88
	.set	R_R13, 96
	.set	R_R14, 104
	.set	R_R15, 112
	.set	R_FLAGS, 120

	.macro all_regs_begin
	push	%rbx
	push	%rbp
	push	%r12
	push	%r13
	push	%r14
	push	%r15
	push	%rsi			/* target at 8(%rsp) below */
	push	%rdi			/* the structure at (%rsp) */
	.endm

	.macro all_regs_call
	mov	R_RBX(%rax), %rbx
	mov	R_RCX(%rax), %rcx
	mov	R_RDX(%rax), %rdx
	mov	R_RSI(%rax), %rsi
	mov	R_RDI(%rax), %rdi
	mov	R_RBP(%rax), %rbp
	mov	R_R8(%rax), %r8
	mov	R_R9(%rax), %r9
	mov	R_R10(%rax), %r10
	mov	R_R11(%rax), %r11
	mov	R_R12(%rax), %r12
	mov	R_R13(%rax), %r13
	mov	R_R14(%rax), %r14
	mov	R_R15(%rax), %r15
	mov	R_RAX(%rax), %rax
	popfq
	call	*8(%rsp)
	pushfq
	push	%rax
	mov	16(%rsp), %rax
	mov	%rbx, R_RBX(%rax)
	mov	%rcx, R_RCX(%rax)
	mov	%rdx, R_RDX(%rax)
	mov	%rsi, R_RSI(%rax)
	mov	%rdi, R_RDI(%rax)
	mov	%rbp, R_RBP(%rax)
	mov	%r8, R_R8(%rax)
	mov	%r9, R_R9(%rax)
	mov	%r10, R_R10(%rax)
	mov	%r11, R_R11(%rax)
	mov	%r12, R_R12(%rax)
	mov	%r13, R_R13(%rax)
	mov	%r14, R_R14(%rax)
	mov	%r15, R_R15(%rax)
	popq	R_RAX(%rax)
	popq	R_FLAGS(%rax)
	cld
	.endm

	.macro all_regs_end
	add	$16, %rsp
	pop	%r15
	pop	%r14
	pop	%r13
	pop	%r12
	pop	%rbp
	pop	%rbx
	ret
	.endm
