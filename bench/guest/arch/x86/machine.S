/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * machine.S - what C has no words for.
 *
 *	trap		an instruction that raises an exception, two bytes long: the handler steps over it
 *	vector_use	changes a vector register
 */
	.text
	.globl	trap, vector_use
trap:	ud2
	ret

vector_use:
	addsd	%xmm0, %xmm0
	ret

	.section .note.GNU-stack, "", @progbits
