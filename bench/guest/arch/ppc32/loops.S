/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * loops.S - see loops.h. An Ipc takes the partners in R15 and R16, timeouts in R17 and MR0 in R14; of these
 * only R16, the sender, and R14 have a value after it, and R17 is 0. R1, R2, R30 and R31 stay (ppc32 5).
 */
#include "loops.h"
#include "../../../scope/marks.h"

	.set	ERROR, 1 << 15		/* in MR0 */

	.macro MARK kind, id
	.long	SCOPE_MARK_WORD | \kind << 16 | \id
	.endm

	.macro FUNC name
	.globl	\name
\name:
	.endm

/* An empty message to R15 and a receive from R16. */
	.macro IPC
	mtctr	%r31
	bctrl
	.endm

/* What comes before the window needs no instruction in it: R30 is the partner. */
	.macro CLIENT name, window
FUNC \name
	lwz	%r31, LOOP_LINK(%r1)
	lwz	%r30, LOOP_TO(%r1)
1:	lwz	%r14, LOOP_TAG(%r1)
	MARK	SCOPE_MARK_BEGIN, \window
	mr	%r15, %r30
	mr	%r16, %r30
	li	%r17, 0
	IPC
	MARK	SCOPE_MARK_END, \window
	andi.	%r18, %r14, ERROR
	bne	failed
	lwz	%r18, LOOP_COUNT(%r1)
	addic.	%r18, %r18, -1
	stw	%r18, LOOP_COUNT(%r1)
	bne	1b
	b	finish
	.endm

	.text
	CLIENT	loop_bare_0, W_BARE_0
	CLIENT	loop_bare_9, W_BARE_9
	CLIENT	loop_bare_63, W_BARE_63
	CLIENT	loop_bare_same, W_BARE_SAME

finish:	lwz	%r15, LOOP_DONE(%r1)
	mr	%r16, %r15
	li	%r17, 0
	li	%r14, 0
	IPC
failed:	bl	loop_failed
	trap

FUNC loop_server
	lwz	%r31, LOOP_LINK(%r1)
	li	%r16, 0
1:	mr	%r15, %r16
	li	%r16, -1
	li	%r17, 0
	IPC
	b	1b

/* void loop_null_calls(link in R3, count in R4): the call keeps all registers but LR. */
FUNC loop_null_calls
	mflr	%r0
	mtctr	%r3
1:	MARK	SCOPE_MARK_BEGIN, W_NULL_CALL
	bctrl
	MARK	SCOPE_MARK_END, W_NULL_CALL
	addic.	%r4, %r4, -1
	bne	1b
	mtlr	%r0
	blr

/* The loads of a member of the circle; R30 has the partner meanwhile. */
	.macro TOUCH
	lwz	%r18, LOOP_DATA(%r1)
	lwz	%r19, LOOP_STEP(%r1)
	lwz	%r20, LOOP_PAGES(%r1)
	mtctr	%r20
2:	lwz	%r20, 0(%r18)
	add	%r18, %r18, %r19
	bdnz	2b
	.endm

	.balign	32
FUNC loop_circle
FUNC loop_member
	lwz	%r31, LOOP_LINK(%r1)
	li	%r15, 0
1:	lwz	%r16, LOOP_FROM(%r1)
	li	%r17, 0
	li	%r14, 0
	IPC
FUNC loop_circle_mark
	.long	0
	TOUCH
	lwz	%r15, LOOP_TO(%r1)
	b	1b

FUNC loop_first
	lwz	%r31, LOOP_LINK(%r1)
1:	MARK	SCOPE_MARK_OP, W_CIRCLE_SPREAD
	lwz	%r15, LOOP_TO(%r1)
	lwz	%r16, LOOP_FROM(%r1)
	li	%r17, 0
	li	%r14, 0
	IPC
FUNC loop_circle_mark_first
	.long	0
	TOUCH
	lwz	%r18, LOOP_COUNT(%r1)
	addic.	%r18, %r18, -1
	stw	%r18, LOOP_COUNT(%r1)
	bne	1b
	MARK	SCOPE_MARK_END, W_CIRCLE_SPREAD
	lwz	%r15, LOOP_DONE(%r1)
	mr	%r16, %r15
	li	%r17, 0
	li	%r14, 0
	IPC
	trap
FUNC loop_circle_end

	.section .note.GNU-stack, "", @progbits
