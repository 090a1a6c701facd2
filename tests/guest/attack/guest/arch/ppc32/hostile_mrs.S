/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hostile_mrs.S - see hostile_arch.h: random code may have changed r2, and nothing else has the address.
 */
	.text
	.globl	hostile_mrs
	.type	hostile_mrs, @function
hostile_mrs:
	mr	2, 3
	blr

	.section .note.GNU-stack, "", @progbits
