/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * thread_entry.S - where a thread of pecan_thread_start begins: what it is to run is a word above r1.
 */
	.set	FRAME, 16

	.text
	.globl	pecan_thread_entry
	.type	pecan_thread_entry, @function
pecan_thread_entry:
	addi	3, 1, 4
	clrrwi	1, 1, 4
	li	0, 0
	stw	0, -FRAME(1)			/* no caller: a backtrace ends */
	addi	1, 1, -FRAME
	b	pecan_thread_main
	.size	pecan_thread_entry, . - pecan_thread_entry

	.section .note.GNU-stack, "", @progbits
