/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * stub.S - code that a thread of a child space executes for the server, in a page of its own at EDGE_STUB.
 * Each part ends with UD2: an exception whose message has all registers.
 *
 * RSP of stub_load: words in the page at EDGE_DATA (struct stub_words of child.c).
 *
 * QEMU's XSAVE and XRSTOR raise no exception 7, by which Pecan's kernel learns that a thread uses vector
 * registers: another instruction before them does.
 */
	.set	EXCEPTION_HANDLER, -88		/* of the UTCB, whose address is at gs:0 (api 2.1) */

	.section .text.stub, "ax"
	.balign	4096
	.globl	stub, stub_load, stub_save, stub_trap
stub:

/*
 * The words: exception handler; FS's base, or 0; SetTls; how to load the vector state: 0 not, 1 FXRSTOR,
 * 2 XRSTOR; its address.
 */
stub_load:
	movq	%gs:0, %rax
	movq	(%rsp), %rcx
	movq	%rcx, EXCEPTION_HANDLER(%rax)
	movq	8(%rsp), %rdi
	testq	%rdi, %rdi
	jz	1f
	movq	16(%rsp), %rcx
	call	*%rcx
1:	movq	32(%rsp), %rdi
	cmpq	$1, 24(%rsp)
	jb	stub_trap
	movaps	%xmm0, %xmm0
	je	2f
	movl	$7, %eax
	xorl	%edx, %edx
	xrstor64 (%rdi)
	ud2
2:	fxrstor64 (%rdi)
stub_trap:
	ud2

/* RAX: 0 for FXSAVE. RDI: where. */
stub_save:
	movaps	%xmm0, %xmm0
	testq	%rax, %rax
	jz	3f
	movl	$7, %eax
	xorl	%edx, %edx
	xsave64	(%rdi)
	ud2
3:	fxsave64 (%rdi)
	ud2
	.balign	4096

	.section .note.GNU-stack, "", @progbits
