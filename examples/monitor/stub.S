/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stub.S - code that the child's thread executes for the monitor, in a page of its own. Each part ends with
 * UD2: an exception whose message has all registers.
 *
 * UTCB: gs:0; ExceptionHandler: api 2.1.
 */
	.set	EXCEPTION_HANDLER, -88
	.set	KIP_SET_TLS, 0x45 * 8		/* ArchSyscall1 */

/* bool has_osxsave(void): are there XSAVE and XRSTOR? CPUID 1, ECX. */
	.text
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

	.section .rodata
	.balign	4096
	.globl	stub, stub_end, stub_start, stub_tls, stub_xsave, stub_xrstor, stub_fxsave, stub_fxrstor
	.globl	stub_trap, stub_loop
stub:

/* The start message gives a thread no more than IP and SP: its handler is on the stack. */
stub_start:
	movq	%gs:0, %rax
	movq	(%rsp), %rcx
	movq	%rcx, EXCEPTION_HANDLER(%rax)
stub_trap:
	ud2

/* RDI: the base of FS; RCX: the KIP. */
stub_tls:
	movq	KIP_SET_TLS(%rcx), %rcx
	call	*%rcx
	ud2

/*
 * RDI: the place of the state, EDX:EAX: which. QEMU's XSAVE and XRSTOR raise no exception 7, by which the
 * kernel learns that the thread uses the registers: another instruction does.
 */
stub_xsave:
	movaps	%xmm0, %xmm0
	xsave64	(%rdi)
	ud2
stub_xrstor:
	movaps	%xmm0, %xmm0
	xrstor64 (%rdi)
	ud2
stub_fxsave:
	fxsave64 (%rdi)
	ud2
stub_fxrstor:
	fxrstor64 (%rdi)
	ud2

stub_loop:
	incq	%rax
	jmp	stub_loop
stub_end:

	.section .note.GNU-stack, "", @progbits
