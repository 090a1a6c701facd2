/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wild_stack.S - see wild_places.h.
 */
	.text
	.globl	wild_use_stack
	.type	wild_use_stack, @function
wild_use_stack:
	lwz	0, 0(1)
	blr

	.section .note.GNU-stack, "", @progbits
