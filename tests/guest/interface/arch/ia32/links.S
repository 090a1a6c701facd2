/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * links.S - the system calls, in place of those of libl4: the tests run in this space and in spaces that have
 * the page at SPACE_KIP, with the same data. A thread of this space has its UTCB at 0xBF000000 or above
 * (ia32 1), others have it below. __L4_Init sets the links of this space.
 */
	.set	OWN_UTCBS, 0xbf000000
	.set	OWN_KIP, 0xbff00000
	.set	SPACE_KIP, 0x1e00000		/* places.h */

	.macro	LINK name
	.text
	.globl	__L4_\name
	.type	__L4_\name, @function
__L4_\name:
	cmpl	$OWN_UTCBS, %gs:0
	jb	1f
	jmp	*__L4_\name\()Link
1:	push	%eax
	mov	__L4_\name\()Link, %eax
	add	$SPACE_KIP - OWN_KIP, %eax
	xchg	%eax, (%esp)
	ret

	.bss
	.globl	__L4_\name\()Link
__L4_\name\()Link:
	.skip	4
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

	.section .note.GNU-stack, "", @progbits
