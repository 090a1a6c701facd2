/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * enter.S - where a loaded program begins: as after root's start code, with the stack that root made, the
 * entry point in CTR and all other registers but r1 and r2 zero.
 */
	.text
	.globl	loader_enter
	.type	loader_enter, @function
loader_enter:					/* r3: stack pointer, r4: entry point */
	mr	1, 3
	mtctr	4
	li	0, 0
	.set	n, 3
	.rept	29
	li	n, 0
	.set	n, n + 1
	.endr
	mtlr	0
	mtcr	0
	mtxer	0
	bctr
	.size	loader_enter, . - loader_enter

	.section .note.GNU-stack, "", @progbits
