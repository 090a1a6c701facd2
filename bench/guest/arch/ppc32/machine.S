/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * machine.S - what C has no words for.
 *
 *	trap		an instruction that raises an exception: the handler steps over it
 *	vector_use	changes a register of the FPU
 */
	.text
	.globl	trap, vector_use
trap:	trap
	blr

vector_use:
	fadd	%f0, %f0, %f0
	blr

	.section .note.GNU-stack, "", @progbits
