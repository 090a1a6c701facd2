/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * links.S - the labels that the bindings call, as such a library has them: code in a writable section. Each
 * is a jump of five bytes; the first call of all makes all of them jumps into the kernel interface page.
 */
	.macro	LINK name, offset
	.data
	.globl	__L4_\name
__L4_\name:
	.byte	0xe9
	.long	first_call_\name - . - 4
	.section .rodata
	.long	__L4_\name, \offset
	.text
first_call_\name:
	call	patch
	jmp	__L4_\name
	.endm

	.section .rodata
	.balign	4
links:
	LINK	SpaceControl, 0xd0
	LINK	ThreadControl, 0xd4
	LINK	ProcessorControl, 0xd8
	LINK	MemoryControl, 0xdc
	LINK	Ipc, 0xe0
	LINK	Lipc, 0xe4
	LINK	Unmap, 0xe8
	LINK	ExchangeRegisters, 0xec
	LINK	SystemClock, 0xf0
	LINK	ThreadSwitch, 0xf4
	LINK	Schedule, 0xf8
	.section .rodata
links_end:

	.text
patch:
	pusha
	lock; nop
	movl	%eax, %ebx
	movl	$links, %edi
1:	movl	(%edi), %edx			/* the label */
	movl	4(%edi), %ecx
	movl	(%ebx, %ecx), %ecx		/* its offset in the page */
	addl	%ebx, %ecx
	subl	%edx, %ecx
	subl	$5, %ecx
	movl	%ecx, 1(%edx)
	addl	$8, %edi
	cmpl	$links_end, %edi
	jb	1b
	popa
	ret

	.section .note.GNU-stack, "", @progbits
