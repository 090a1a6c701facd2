/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * trampoline.S - where the helper makes the server continue for an interrupt, while it runs code of Linux. On
 * the stack, below the 128 bytes that its code may use below RSP: flags, IP.
 */
	.text
	.globl	trampoline
trampoline:
	pushq	%rax
	pushq	%rcx
	pushq	%rdx
	pushq	%rsi
	pushq	%rdi
	pushq	%r8
	pushq	%r9
	pushq	%r10
	pushq	%r11
	pushq	%rbx
	pushq	%rbp
	cld
	movq	%rsp, %rbp
	andq	$-16, %rsp
	call	edge_interrupted
	movq	%rbp, %rsp
	popq	%rbp
	popq	%rbx
	popq	%r11
	popq	%r10
	popq	%r9
	popq	%r8
	popq	%rdi
	popq	%rsi
	popq	%rdx
	popq	%rcx
	popq	%rax
	popfq
	ret	$128

/* int has_osxsave(void): are there XSAVE and XRSTOR? CPUID 1, ECX. */
	.globl	has_osxsave
has_osxsave:
	pushq	%rbx
	movl	$1, %eax
	cpuid
	popq	%rbx
	xorl	%eax, %eax
	btl	$27, %ecx
	adcl	%eax, %eax
	ret

	.section .note.GNU-stack, "", @progbits
