/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * gateway.S - the target of all links: registers into `frame`, gateway_enter on another stack,
 * registers out of `frame`, return. Vector registers survive, as in the real call.
 */
	.text
	.globl	gateway
gateway:
	movq	%rax, frame(%rip)
	movq	%rbx, frame+8(%rip)
	movq	%rcx, frame+16(%rip)
	movq	%rdx, frame+24(%rip)
	movq	%rsi, frame+32(%rip)
	movq	%rdi, frame+40(%rip)
	movq	%rbp, frame+48(%rip)
	movq	%rsp, frame+56(%rip)
	movq	%r8, frame+64(%rip)
	movq	%r9, frame+72(%rip)
	movq	%r10, frame+80(%rip)
	movq	%r11, frame+88(%rip)
	movq	%r12, frame+96(%rip)
	movq	%r13, frame+104(%rip)
	movq	%r14, frame+112(%rip)
	movq	%r15, frame+120(%rip)
	leaq	stack+0x10000(%rip), %rsp
	pushfq
	popq	frame+128(%rip)
	cld
	fxsave64 vectors(%rip)
	leaq	frame(%rip), %rdi
	call	gateway_enter
	fxrstor64 vectors(%rip)
	movq	frame(%rip), %rax
	movq	frame+8(%rip), %rbx
	movq	frame+16(%rip), %rcx
	movq	frame+24(%rip), %rdx
	movq	frame+32(%rip), %rsi
	movq	frame+40(%rip), %rdi
	movq	frame+48(%rip), %rbp
	movq	frame+56(%rip), %rsp
	movq	frame+64(%rip), %r8
	movq	frame+72(%rip), %r9
	movq	frame+80(%rip), %r10
	movq	frame+88(%rip), %r11
	movq	frame+96(%rip), %r12
	movq	frame+104(%rip), %r13
	movq	frame+112(%rip), %r14
	movq	frame+120(%rip), %r15
	ret

/* bool world_kept(void (*f)(void)) */
	.globl	world_kept
world_kept:
	pushq	%rbx
	pushq	%rbp
	pushq	%r12
	pushq	%r13
	pushq	%r14
	pushq	%r15
	subq	$8, %rsp
	movl	$0x0badb001, %ebx
	movl	$0x0badb002, %ebp
	movl	$0x0badb003, %r12d
	movl	$0x0badb004, %r13d
	movl	$0x0badb005, %r14d
	movl	$0x0badb006, %r15d
	call	*%rdi
	addq	$8, %rsp
	subq	$0x0badb001, %rbx
	subq	$0x0badb002, %rbp
	subq	$0x0badb003, %r12
	subq	$0x0badb004, %r13
	subq	$0x0badb005, %r14
	subq	$0x0badb006, %r15
	orq	%rbp, %rbx
	orq	%r12, %rbx
	orq	%r13, %rbx
	orq	%r14, %rbx
	orq	%r15, %rbx
	setz	%al
	popq	%r15
	popq	%r14
	popq	%r13
	popq	%r12
	popq	%rbp
	popq	%rbx
	ret

	.bss
	.balign	64
frame:	.skip	17 * 8
	.balign	64
vectors:
	.skip	512
stack:	.skip	0x10000

	.section .note.GNU-stack, "", @progbits
