/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * links.S - the system calls under the names that programs call (ia32 3): each jumps through a variable that
 * __L4_Init sets to the entry in the kernel interface page. Before that the variable points behind the jump,
 * where the first call of all runs __L4_Init, with all registers kept, and begins again.
 *
 * Pistachio's library rewrites the instruction instead; here code is never writable, and the path has as many
 * instructions.
 */
	.macro	LINK name
	.text
	.globl	__L4_\name
	.type	__L4_\name, @function
__L4_\name:
	jmp	*__L4_\name\()Link
1:	call	first_call
	jmp	__L4_\name
	.size	__L4_\name, . - __L4_\name

	.data
	.globl	__L4_\name\()Link
__L4_\name\()Link:
	.long	1b
	.endm

	LINK	Ipc
	LINK	Lipc
	LINK	Unmap
	LINK	ExchangeRegisters
	LINK	SystemClock
	LINK	ThreadSwitch
	LINK	Schedule
	LINK	SpaceControl
	LINK	ThreadControl
	LINK	ProcessorControl
	LINK	MemoryControl

	.text
	.globl	__L4_init_syscalls
	.type	__L4_init_syscalls, @function
__L4_init_syscalls:
	jmp	__L4_Init

first_call:
	pusha
	movl	%esp, %ebp
	andl	$-16, %esp			/* as the ABI of C wants it */
	call	__L4_Init
	movl	%ebp, %esp
	popa
	ret

	.section .note.GNU-stack, "", @progbits
