/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * start.S - where a program begins (amd64 10). Registers hold anything, but RSP is 0 (initial
 * server: take the static stack) or points to argc. main is called with RSP aligned as the ABI requires.
 *
 * The file is a member of libl4.a: a program with a _start of its own does not get this one.
 */
	.set	SERVER_STACK, 0x10000

	.text; .cfi_sections .debug_frame
	.globl	_start
	.type	_start, @function
_start:
	.cfi_startproc
	.cfi_undefined rip			/* no caller: a backtrace ends */
	xorl	%ebp, %ebp			/* end of the chain of frames */
	cld
	testq	%rsp, %rsp
	jnz	1f
	leaq	server_stack + SERVER_STACK(%rip), %rsp
	pushq	$0				/* argv[0] = NULL */
	pushq	$0				/* argc */
1:	movq	%rsp, %rdi
	andq	$-16, %rsp
	call	__L4_Start
	ud2
	.cfi_endproc
	.size	_start, . - _start

	.bss
	.balign	4096
server_stack:
	.skip	SERVER_STACK

	.section .note.GNU-stack, "", @progbits
