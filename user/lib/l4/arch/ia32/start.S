/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * start.S - where a program begins. Registers hold anything, but ESP is 0 (initial server: take the static
 * stack) or points to argc. main is called with ESP aligned as the ABI requires.
 *
 * The file is a member of libl4.a: a program with a _start of its own does not get this one.
 */
	.set	SERVER_STACK, 0x10000

	.text; .cfi_sections .debug_frame
	.globl	_start
	.type	_start, @function
_start:
	.cfi_startproc
	.cfi_undefined eip			/* no caller: a backtrace ends */
	xorl	%ebp, %ebp			/* end of the chain of frames */
	cld
	testl	%esp, %esp
	jnz	1f
	movl	$server_stack + SERVER_STACK, %esp
	pushl	$0				/* argv[0] = NULL */
	pushl	$0				/* argc */
1:	movl	%esp, %eax
	andl	$-16, %esp
	subl	$12, %esp
	pushl	%eax
	call	__L4_Start
	ud2
	.cfi_endproc
	.size	_start, . - _start

	.bss
	.balign	4096
server_stack:
	.skip	SERVER_STACK

	.section .note.GNU-stack, "", @progbits
