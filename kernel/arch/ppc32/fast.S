/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fast.S - the short path of Ipc, in real mode (docs/decisions/fast-path.md).
 *
 * It does what kernel/arch/x86_64/fast.S does, by the same checks in the same order: a send phase of 0 to 63
 * untyped words, then a wait without a timeout. If a check fails, entry_ipc calls core. Before the last check
 * only registers of self are saved, as entry_ipc requires, and the receiver's caller is set, which is valid
 * for core too.
 *
 * The code is at a physical address below 32 KiB: a conditional branch of the vector 0xC00 reaches it, and
 * 16 bits address its data. It uses no BAT and no entry of the TLB: pointers in TCBs become physical ones.
 *
 *   R12  self: its TCB            R15  to            R16  FromSpecifier, at the end the sender's id
 *   R19  the receiver's TCB       R17  timeouts, at the end 0        R18  0 after the first check
 *   R14 R3..R10 R0  MR0..MR9: unchanged; after the checks those beyond the message are loaded
 *   R11 R13 R20..R29, CR, CTR  scratch registers of any Ipc: the exit sets them
 */
#include <arch/privileged.h>

	/*
	 * Continue at core unless R19 is RECV_READY, its prio and recv, as one number, are not below the CPU's
	 * floor (S7), and `mask` (T16) is all ones: no queued sender must be looked at. R21 and R22 are
	 * destroyed.
	 */
	.macro check_ready mask
	li	%r21, T_PRIO
	lhbrx	%r21, %r19, %r21	/* prio is the first byte */
	lwz	%r22, \mask(%r12)
	and	%r21, %r21, %r22
	load_local %r22, LOCAL_FLOOR
	cmplw	%r21, %r22
	blt	core
	.endm

	/* Continue at core unless R15 is the local id of R19, in self's space. R21 and R22 are destroyed. */
	.macro check_local
	lwz	%r21, T_LOCAL(%r19)
	cmplw	%r21, %r15
	bne	core
	lwz	%r21, T_SPACE(%r19)
	lwz	%r22, T_SPACE(%r12)
	cmplw	%r21, %r22
	bne	core
	.endm

	/* self becomes the caller of R19. R21 is destroyed. */
	.macro set_caller
	to_virtual %r21, %r12
	stw	%r21, T_CALLER(%r19)
	.endm

	/* The beginning of each Ipc. What it saves is valid during the whole Ipc (regs.h, R2). */
	.macro begin
	get_self %r12
	mflr	%r11
	stw	%r1, T_R1(%r12)
	stw	%r2, T_R2(%r12)
	stw	%r30, T_R30(%r12)
	stw	%r31, T_R31(%r12)
	stw	%r11, T_IP(%r12)
	.endm

	low_text
	.globl	entry_fast, entry_by_c
	/* Ipc or Lipc, from the vector 0xC00: R11, R12 and CR are destroyed already. */
	.balign	32
entry_fast:
	begin
	clrlwi	%r18, %r17, 16		/* receive timeout: never. The send timeout has no effect here */
	rlwimi.	%r18, %r14, 16, 0, 9	/* untyped words only, not propagated: bits 15..6 of the tag */
	bne	core
	cmpwi	%r16, -1		/* FromSpecifier: anythread */
	beq	reply
	cmplw	%r15, %r16		/* or the receiver */
	bne	any_local

	/* A call: R15 equals R16. */
	lwz	%r19, T_WAIT_AT(%r12)	/* self is on its list of waiters already */
	to_physical %r19
	lwz	%r20, 0(%r19)
	cmplw	%r20, %r15		/* the whole id, version included */
	bne	call_local
	check_ready T_CLOSED_WAIT_MASK
	set_caller			/* valid (T3) even if core does the Ipc */
	lwz	%r24, 0(%r12)		/* self's id for other spaces */
	lwz	%r25, T_RECV_FROM(%r19)
	cmpwi	%r25, -1		/* it waits for any thread */
	bne	from_self
go:	lwz	%r26, T_SPACE(%r19)
	lwz	%r27, T_SPACE(%r12)
	cmplw	%r26, %r27
	bne	across

	/* The receiver is in self's space: the last check has succeeded. */
beside:	stw	%r16, T_RECV_FROM(%r12)
	lwz	%r16, T_LOCAL(%r12)	/* self's id in this space */

	/* R20 is the receiver's id. */
commit:	li	%r17, RECV_READY
	stb	%r17, T_RECV(%r12)	/* self waits; the other fields have their values already (T15) */
	sth	%r18, T_RECV(%r19)	/* RECV_NONE, and not timed (T5) */
	set_self %r19			/* the receiver becomes the running thread */
	stwcx.	%r20, 0, %r19		/* self's reservation ends; if this stores, it is what is there */
	lwz	%r22, T_UTCB(%r19)
	to_physical %r22
	rlwinm	%r20, %r14, 2, 24, 29
	load_entry %r20, words
	mtctr	%r20
	bctr

	/* Load the message registers that are not part of the message from the receiver's UTCB. */
w0:	lwz	%r3, 4(%r22)
w1:	lwz	%r4, 8(%r22)
w2:	lwz	%r5, 12(%r22)
w3:	lwz	%r6, 16(%r22)
w4:	lwz	%r7, 20(%r22)
w5:	lwz	%r8, 24(%r22)
w6:	lwz	%r9, 28(%r22)
w7:	lwz	%r10, 32(%r22)
w8:	lwz	%r0, 36(%r22)

	/* To R19. No register keeps what self or the kernel had in it. */
last:	lwz	%r11, T_IP(%r19)
	lwz	%r12, T_MSR(%r19)
	lwz	%r1, T_R1(%r19)
	lwz	%r2, T_R2(%r19)
	lwz	%r30, T_R30(%r19)
	lwz	%r31, T_R31(%r19)
	set_exit %r11, %r12
	mtlr	%r11
	mtctr	%r18
	mtxer	%r18
	mtcr	%r18
	.irp	n, 12, 13, 15, 17, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29
	li	%r\n, 0
	.endr
	leave_to_user

any_local:
	cmpwi	%r16, ANYLOCAL		/* or any thread of self's space: the wait is as open as reply and wait */
	bne	core

	/* Reply and wait. */
reply:	lwz	%r19, T_CALLER(%r12)	/* the thread that last began to wait for self */
	to_physical %r19
	lwz	%r20, 0(%r19)
	cmplw	%r20, %r15
	bne	reply_local
	check_ready T_OPEN_WAIT_MASK
	lwz	%r24, 0(%r12)
	lwz	%r25, T_RECV_FROM(%r19)
from_self:
	cmplw	%r25, %r24		/* it waits for self, or for any thread */
	beq	go
	cmpwi	%r25, -1
	beq	go
	cmpwi	%r25, ANYLOCAL
	bne	core
	lwz	%r26, T_SPACE(%r19)	/* or for any thread of its space */
	lwz	%r27, T_SPACE(%r12)
	cmplw	%r26, %r27
	beq	beside
core:	jump_to_c entry_ipc

	/* The same with a local id. R16 becomes the global one. */
call_local:
	check_local
	check_ready T_CLOSED_WAIT_MASK
	set_caller
	mr	%r16, %r20		/* self waits for its global id (thread.recv_from) */
	lwz	%r25, T_RECV_FROM(%r19)
	cmpwi	%r25, -1
	beq	beside
	b	from_beside
reply_local:
	check_local
	check_ready T_OPEN_WAIT_MASK
	lwz	%r25, T_RECV_FROM(%r19)
from_beside:
	lwz	%r24, 0(%r12)
	cmplw	%r25, %r24
	beq	beside
	cmpwi	%r25, -1
	beq	beside
	cmpwi	%r25, ANYLOCAL
	beq	beside
	cmplw	%r16, %r20
	bne	core
	mr	%r16, %r15		/* of a call, as it came: core looks it up when self begins to wait */
	b	core

	/* The receiver is in another space. */
across:	to_physical %r26
	lwz	%r28, SPACE_DIRECT + 4(%r26)	/* the lower word: for segment register 0 */
	cmpwi	%r28, 0			/* 0: only core may switch to this space */
	beq	core
	load_root %r28, %r26
	stw	%r16, T_RECV_FROM(%r12)
	mr	%r16, %r24
	b	commit

	/* 10 to 63 words: copy MR10 and above from UTCB to UTCB. */
many:	clrlwi	%r20, %r14, 26
	addi	%r20, %r20, -9
	mtctr	%r20
	lwz	%r23, T_UTCB(%r12)
	to_physical %r23
	addi	%r23, %r23, 36
	addi	%r22, %r22, 36
1:	lwzu	%r20, 4(%r23)
	stwu	%r20, 4(%r22)
	bdnz	1b
	b	last

	/* Ipc with the option fastpath=c: core does each. */
entry_by_c:
	begin
	b	core

	/* Jump table, indexed by the number of words. */
	.balign	4
words:	.long	JUMP(w0), JUMP(w1), JUMP(w2), JUMP(w3), JUMP(w4), JUMP(w5), JUMP(w6), JUMP(w7), JUMP(w8)
	.long	JUMP(last)
	.rept	54
	.long	JUMP(many)
	.endr

	.section .note.GNU-stack, "", @progbits
