/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * thread.S - the first instructions of a program and of a thread; the change to another stack. A function
 * wants r1 aligned to 16 bytes; the word there is 0 where a backtrace ends, and the next one the function's.
 */
	.set	FRAME, 16

	.text
	.globl	_start, px_thread_entry, px_switch_stack, px_on_stack

/* r1 points to argc. */
_start:
	mr	3, 1
	clrrwi	1, 1, 4
	addi	1, 1, -FRAME
	li	0, 0
	stw	0, 0(1)
	bl	px_start
	trap

/* r1 points to a struct start, which is aligned to 16 bytes. */
px_thread_entry:
	mr	3, 1
	addi	1, 1, -FRAME
	li	0, 0
	stw	0, 0(1)
	bl	px_thread_main
	trap

/* px_switch_stack(top, run): call run with this stack. */
px_switch_stack:
	mtctr	4
	addi	1, 3, -FRAME
	li	0, 0
	stw	0, 0(1)
	bctrl
	trap

/* px_on_stack(top, run, arg): call run(arg) on that stack. The word at its end leads back to this one. */
px_on_stack:
	mflr	0
	stw	0, 4(1)
	stw	1, -FRAME(3)
	addi	1, 3, -FRAME
	mtctr	4
	mr	3, 5
	bctrl
	lwz	1, 0(1)
	lwz	0, 4(1)
	mtlr	0
	blr

	.section .note.GNU-stack, "", @progbits
