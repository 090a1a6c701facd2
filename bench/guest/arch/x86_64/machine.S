/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * machine.S - a system call that is not the kernel's: RCX and R11 are changed.
 */
	.text
	.globl	foreign_call
foreign_call:
	syscall
	ret

	.section .note.GNU-stack, "", @progbits
