/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * iret.S - leave by IRET, with the frame of 32-bit words at RDI.
 */
	.globl iret_long
iret_long:
	mov	%rdi, %rsp
	iretl

	.section .note.GNU-stack, "", @progbits
