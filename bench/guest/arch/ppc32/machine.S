/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * machine.S - what C has no words for.
 *
 *	trap		an instruction that raises an exception: the handler steps over it
 *	vector_use	changes a register of the FPU
 *	code_written	void code_written(const char *line): 32 bytes were written that will be executed
 */
	.text
	.globl	trap, vector_use, code_written
trap:	trap
	blr

vector_use:
	fadd	%f0, %f0, %f0
	blr

code_written:
	dcbst	0, %r3
	sync
	icbi	0, %r3
	sync
	isync
	blr

	.section .note.GNU-stack, "", @progbits
