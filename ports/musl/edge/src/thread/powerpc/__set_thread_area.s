/* SPDX-License-Identifier: BSD-2-Clause */
/* The arguments are those of user/lib/posix. */
	.text
	.globl	__set_thread_area
	.hidden	__set_thread_area
	.type	__set_thread_area, @function
__set_thread_area:
	b	__pecan_set_thread_area

	.section .note.GNU-stack, "", @progbits
