/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * restore.S - what gcc calls at the ends of functions that are optimised for size, and at the beginnings of
 * those with many floating-point registers: registers N to 31, at the addresses below r11 (Power Architecture
 * ABI supplement, 3.3.4). The ends with _x also free the frame, and return. Only programs of musl have
 * floating-point registers.
 */
	.macro	word_x n
	.globl	_restgpr_\n\()_x
_restgpr_\n\()_x:
	lwz	\n, 4 * \n - 128(11)
	.endm

	.macro	save n
	.globl	_savefpr_\n
_savefpr_\n:
	stfd	\n, 8 * \n - 256(11)
	.endm

	.macro	load n
	.globl	_restfpr_\n
_restfpr_\n:
	lfd	\n, 8 * \n - 256(11)
	.endm

	.macro	load_x n
	.globl	_restfpr_\n\()_x
_restfpr_\n\()_x:
	lfd	\n, 8 * \n - 256(11)
	.endm

	.macro	each what
	.irp	n, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	\what	\n
	.endr
	.endm

	.macro	leave
	lwz	0, 4(11)
	mr	1, 11
	mtlr	0
	blr
	.endm

	.text
	each	word_x
	leave
	each	save
	blr
	each	load
	blr
	each	load_x
	leave

	.section .note.GNU-stack, "", @progbits
