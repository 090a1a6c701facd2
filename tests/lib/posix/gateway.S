/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * gateway.S - the targets of the links of the system calls: the registers of the calling thread go into its
 * struct regs, kernel_enter runs on a stack of its own, and the registers of the thread that kernel_regs
 * points to then come out of its struct.
 */
	.text
	.macro	link name, number
	.globl	\name
\name:	movq	$\number, kernel_call(%rip)
	jmp	gateway
	.endm

	link	link_ipc, 0
	link	link_clock, 1
	link	link_switch, 2
	link	link_tls, 3
	link	link_other, 4
	link	link_threads, 5
	link	link_spaces, 6
	link	link_registers, 7
	link	link_schedule, 8
	link	link_unmap, 9
	link	link_inspect, 10

gateway:
	movq	%rax, kept(%rip)
	movq	kernel_regs(%rip), %rax
	movq	%rbx, 8(%rax)
	movq	%rcx, 16(%rax)
	movq	%rdx, 24(%rax)
	movq	%rsi, 32(%rax)
	movq	%rdi, 40(%rax)
	movq	%rbp, 48(%rax)
	movq	%rsp, 56(%rax)
	movq	%r8, 64(%rax)
	movq	%r9, 72(%rax)
	movq	%r10, 80(%rax)
	movq	%r11, 88(%rax)
	movq	%r12, 96(%rax)
	movq	%r13, 104(%rax)
	movq	%r14, 112(%rax)
	movq	%r15, 120(%rax)
	fxsave64 128(%rax)
	movq	kept(%rip), %rbx
	movq	%rbx, (%rax)
	leaq	stack_end(%rip), %rsp
	cld
	call	kernel_enter
	movq	kernel_regs(%rip), %rax
	fxrstor64 128(%rax)
	movq	8(%rax), %rbx
	movq	16(%rax), %rcx
	movq	24(%rax), %rdx
	movq	32(%rax), %rsi
	movq	40(%rax), %rdi
	movq	48(%rax), %rbp
	movq	56(%rax), %rsp
	movq	64(%rax), %r8
	movq	72(%rax), %r9
	movq	80(%rax), %r10
	movq	88(%rax), %r11
	movq	96(%rax), %r12
	movq	104(%rax), %r13
	movq	112(%rax), %r14
	movq	120(%rax), %r15
	movq	(%rax), %rax
	ret

	.bss
	.globl	kernel_call
	.balign	16
kernel_call:	.skip	8
kept:	.skip	8
	.balign	64
	.skip	0x40000
stack_end:

	.section .note.GNU-stack, "", @progbits
