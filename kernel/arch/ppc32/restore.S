/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * restore.S - the ends of functions that gcc has optimised for size: _restgpr_N_x loads registers N to 31
 * from below r11, where the frame ends, frees the frame and returns (Power Architecture ABI supplement,
 * 3.3.4).
 */
	.macro	restore n
	.section .text.restore_\n, "ax"
	.globl	_restgpr_\n\()_x
_restgpr_\n\()_x:
	lmw	%r\n, 4 * \n - 128(%r11)
	lwz	%r0, 4(%r11)
	mr	%r1, %r11
	mtlr	%r0
	blr
	.endm

	.irp	n, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	restore	\n
	.endr

	.section .note.GNU-stack, "", @progbits
