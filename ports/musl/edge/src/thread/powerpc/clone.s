/* SPDX-License-Identifier: BSD-2-Clause */
/* The arguments are those of user/lib/posix. */
	.text
	.globl	__clone
	.hidden	__clone
	.type	__clone, @function
__clone:
	b	__pecan_clone

	.section .note.GNU-stack, "", @progbits
