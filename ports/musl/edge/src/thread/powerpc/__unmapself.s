/* SPDX-License-Identifier: BSD-2-Clause */
/* The arguments are those of user/lib/posix. */
	.text
	.globl	__unmapself
	.type	__unmapself, @function
__unmapself:
	b	__pecan_unmapself

	.section .note.GNU-stack, "", @progbits
