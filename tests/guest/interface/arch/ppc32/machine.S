/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * machine.S - the instructions that the guest tests need by name. Promises: machine.h, instructions.h.
 */
#include "all_regs.h"

	.text

	.macro	FUNC name
	.globl	\name
	.type	\name, @function
\name:
	.endm

	.macro	LOAD reg, name
	lis	\reg, \name@ha
	la	\reg, \name@l(\reg)
	.endm

/* A new thread: r1 points at function and argument. */
FUNC guest_thread_entry
	lwz	3, 0(1)
	lwz	4, 4(1)
	clrrwi	1, 1, 4
	li	0, 0
	stw	0, -16(1)
	addi	1, 1, -16
	bl	guest_thread_main
	trap

/* ---- regs_call: struct regs, target ---- */

FUNC regs_call
	all_regs_begin
	stw	1, R_SP(3)
	all_regs_load
	blrl
	all_regs_store
	all_regs_end

/* The same with r2 as the third argument has it: r2 and that are exchanged. */
	.set	UTCB_FRAME, 16

FUNC regs_call_r2
	mflr	0
	stw	0, 4(1)
	stwu	1, -UTCB_FRAME(1)
	stw	2, 8(1)
	mr	2, 5
	bl	regs_call
	lwz	2, 8(1)
	addi	1, 1, UTCB_FRAME
	lwz	0, 4(1)
	mtlr	0
	blr

/* All but r1 and r2 into regs_found, by way of a word that the kernel leaves alone (ThreadWord0). */
FUNC regs_entry
	stw	3, -16(2)
	LOAD	3, regs_found
	stw	0, R_R0(3)
	stmw	4, R_R4(3)
	lwz	0, -16(2)
	stw	0, R_R3(3)
	mfctr	0
	stw	0, R_CTR(3)
	mfcr	0
	stw	0, R_CR(3)
	mfxer	0
	stw	0, R_FLAGS(3)
	mflr	0
	stw	0, R_LR(3)
	stw	1, R_SP(3)
	clrrwi	1, 1, 4
	addi	1, 1, -16
	bl	guest_wait

/* ---- traps ---- */

	.macro	FAULT name, insn:vararg
FUNC trap_\name
	\insn
FUNC trap_\name\()_next
	blr
	.endm

	FAULT	ud, .long 0
	FAULT	trap, trap
	FAULT	equal, tweq 0, 0
	FAULT	read, dcbst 0, 3		/* for the MMU a load; changes no register */
	FAULT	write, stb 3, 0(3)
	FAULT	zero, dcbz 0, 3
	FAULT	load_reserved, lwarx 0, 0, 3
	FAULT	load_multiple, lmw 31, 0(3)
	FAULT	sc, sc
	FAULT	vector, .long 0x10000484	/* vor v0, v0, v0 */

FUNC only_return
	blr

FUNC count_down
	mtctr	3
FUNC count_register
	nop
	bdnz	count_register
	blr

FUNC code_return
	lis	4, return_word@ha
	lwz	4, return_word@l(4)
	stw	4, 0(3)
	dcbst	0, 3
	sync
	icbi	0, 3
	sync
	isync
	blr

FUNC flags_read
	mfxer	3
	blr

FUNC flags_write
	mtxer	3
	blr

FUNC spin
	lwz	4, 0(3)
	addi	4, 4, 1
	stw	4, 0(3)
	b	spin

FUNC tlbia_only
	tlbia
	blr

/* ---- gateway ---- */

	.set	WAIT_FRAME, 96

/* to, from, timeouts, link; an empty message. */
FUNC wait_in_ipc
	mflr	0
	stw	0, 4(1)
	stwu	1, -WAIT_FRAME(1)
	stmw	14, 16(1)
	mfcr	0
	stw	0, 12(1)
	mtctr	6
	mr	15, 3
	mr	16, 4
	mr	17, 5
	li	14, 0
	LOAD	7, wait_sp
	stw	1, 0(7)
	bctrl
FUNC wait_return
	mr	3, 14
	lwz	0, 12(1)
	mtcr	0
	lmw	14, 16(1)
	addi	1, 1, WAIT_FRAME
	lwz	0, 4(1)
	mtlr	0
	blr

FUNC redirect_target
	LOAD	3, redirected_sp
	stw	1, 0(3)
	LOAD	3, redirected
	li	0, 1
	stw	0, 0(3)
	clrrwi	1, 1, 4
	addi	1, 1, -16
	bl	guest_wait

/* r3 = link, by `sc` of this page instead: SRR0 decides what the call is. */
FUNC sc_here
	sc
FUNC sc_here_next
	blr

/* ---- reservations ---- */

/* word *at, volatile word *go, word value: reserves, waits until *go, stores. Returns 1 if it stored. */
FUNC reserve_and_store
	lwz	7, 0(4)				/* so that it is not fetched in between */
	lwarx	6, 0, 3
1:	lwz	7, 0(4)
	cmpwi	7, 0
	beq	1b
	stwcx.	5, 0, 3
	li	3, 0
	bnelr
	li	3, 1
	blr

/* word *at, link, id: reserves, calls that thread with an empty message, stores. Returns 1 if it stored. */
FUNC reserve_over_ipc
	mflr	0
	stw	0, 4(1)
	stwu	1, -WAIT_FRAME(1)
	stmw	14, 16(1)
	mfcr	0
	stw	0, 12(1)
	mr	31, 3
	mtctr	4
	mr	15, 5
	mr	16, 5
	li	17, 0
	li	14, 0
	lwarx	30, 0, 31
	bctrl
	li	3, 0
	stwcx.	30, 0, 31
	bne	1f
	li	3, 1
1:	lwz	0, 12(1)
	mtcr	0
	lmw	14, 16(1)
	addi	1, 1, WAIT_FRAME
	lwz	0, 4(1)
	mtlr	0
	blr

/* ---- the debugger's traps ---- */

FUNC kdb_print				/* for regs_call: r0 is the service, r3 the character */
	trap
	blr

/* A service with a text behind a branch: the text is no code. */
FUNC kdb_enter
	trap
	b	1f
	.string	"KD# a text of the tests\n"
	.balign	4
1:	blr

/* ---- data ---- */

	.section .rodata
	.balign	4
return_word:
	blr

	.bss
	.balign	4
	.globl	regs_found, wait_sp, redirected, redirected_sp
regs_found:	.skip	R_BYTES
wait_sp:	.skip	4
redirected:	.skip	4
redirected_sp:	.skip	4

	.section .note.GNU-stack, "", @progbits
