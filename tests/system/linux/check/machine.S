/* SPDX-License-Identifier: BSD-2-Clause */
/* machine.S - see machine.h. */
	.macro	function name
	.globl	\name
	.type	\name, @function
	.balign	16
\name:
	.endm

	.text
	function vectors_store
	fxsave64 (%rdi)
	ret

	function vectors_call
	fxrstor64 (%rdi)
	push	%rsi
	mov	%rdx, %rax
	mov	%rcx, %rdi
	mov	%r8, %rsi
	mov	%r9, %rdx
	xor	%r10d, %r10d
	syscall
	pop	%rsi
	fxsave64 (%rsi)
	ret

	function vectors_spin
	fxrstor64 (%rdi)
1:	cmpl	$0, (%rdx)
	je	1b
	fxsave64 (%rsi)
	ret

	function vectors_touch
	fxrstor64 (%rdi)
	movb	$1, (%rdx)
	fxsave64 (%rsi)
	ret

	function registers_spin
	push	%rbx
	push	%rbp
	push	%r12
	push	%r13
	push	%r14
	push	%r15
	push	%rsi
	mov	%rdx, %r15
	mov	(%rdi), %rax
	mov	8(%rdi), %rbx
	mov	16(%rdi), %rcx
	mov	24(%rdi), %rdx
	mov	32(%rdi), %rsi
	mov	48(%rdi), %rbp
	mov	56(%rdi), %r8
	mov	64(%rdi), %r9
	mov	72(%rdi), %r10
	mov	80(%rdi), %r11
	mov	88(%rdi), %r12
	mov	96(%rdi), %r13
	mov	40(%rdi), %rdi
1:	cmpl	$0, (%r15)
	je	1b
	mov	(%rsp), %r14
	mov	%rax, (%r14)
	mov	%rbx, 8(%r14)
	mov	%rcx, 16(%r14)
	mov	%rdx, 24(%r14)
	mov	%rsi, 32(%r14)
	mov	%rdi, 40(%r14)
	mov	%rbp, 48(%r14)
	mov	%r8, 56(%r14)
	mov	%r9, 64(%r14)
	mov	%r10, 72(%r14)
	mov	%r11, 80(%r14)
	mov	%r12, 88(%r14)
	mov	%r13, 96(%r14)
	pop	%rsi
	pop	%r15
	pop	%r14
	pop	%r13
	pop	%r12
	pop	%rbp
	pop	%rbx
	ret

	function trap_int3
	int3
	ret

	function trap_undefined
	ud2
	ret

	function trap_divide
	xor	%ecx, %ecx
	mov	$1, %eax
	cltd
	idivl	%ecx
	ret

	function trap_privileged
	hlt
	ret

	function trap_port
	mov	$0x80, %edx
	in	%dx, %al
	ret

	function trap_step
	pushf
	orl	$0x100, (%rsp)		/* TF */
	popf
	nop
	ret

	function trap_aligned
	movaps	(%rdi), %xmm0
	ret

	function jump_to
	jmp	*%rdi

	function five_steps
	nop
	nop
	nop
	nop
	nop
	ret

	function five
	mov	$5, %eax
	.globl	five_second
five_second:
	nop
	ret

	.section .note.GNU-stack, "", @progbits
