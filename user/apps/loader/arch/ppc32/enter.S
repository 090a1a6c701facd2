/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * enter.S - where a loaded program begins: as after root's start code, with the stack that root made, the entry
 * point in CTR and all other registers but r1 and r2 zero.
 */
	.text
	.globl	loader_enter
	.type	loader_enter, @function
loader_enter:					/* r3: stack pointer, r4: entry point */
	mr	1, 3
	mtctr	4
	li	0, 0
	.irp	n, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	li	\n, 0
	.endr
	mtlr	0
	mtcr	0
	mtxer	0
	bctr
	.size	loader_enter, . - loader_enter

	.section .note.GNU-stack, "", @progbits
