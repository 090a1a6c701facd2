/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * iret.S - leave by IRET, with the frame of 32-bit words that the argument points to.
 */
	.globl iret_long
iret_long:
	mov	4(%esp), %esp
	iretl

	.section .note.GNU-stack, "", @progbits
