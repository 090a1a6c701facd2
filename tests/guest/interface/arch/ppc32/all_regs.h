/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * all_regs.h - a call with every register as a structure has it, and as it leaves them there. For .S files.
 *
 * all_regs_begin: in a function of two arguments, the structure (r3) and the target (r4), which goes to LR;
 * keeps what a function must. Then all_regs_load, which ends with r3; blrl; and all_regs_store.
 */
	.set	R_R0, 0
	.set	R_R3, 4
	.set	R_R4, 8				/* to r31 at 116 */
	.set	R_CTR, 120
	.set	R_CR, 124
	.set	R_FLAGS, 128
	.set	R_SP, 132
	.set	R_LR, 136
	.set	R_BYTES, 140

	.set	ALL_FRAME, 112
	.set	ALL_STRUCT, 8
	.set	ALL_CR, 12
	.set	ALL_R13, 16			/* to r31 */
	.set	ALL_SCRATCH, 96

	.macro	all_regs_begin
	mflr	0
	stw	0, 4(1)
	stwu	1, -ALL_FRAME(1)
	stmw	13, ALL_R13(1)
	mfcr	0
	stw	0, ALL_CR(1)
	stw	3, ALL_STRUCT(1)
	mtlr	4
	.endm

	.macro	all_regs_load
	lwz	0, R_CTR(3)
	mtctr	0
	lwz	0, R_CR(3)
	mtcr	0
	lwz	0, R_FLAGS(3)
	mtxer	0
	lmw	4, R_R4(3)
	lwz	0, R_R0(3)
	lwz	3, R_R3(3)
	.endm

	.macro	all_regs_store
	stw	3, ALL_SCRATCH(1)
	lwz	3, ALL_STRUCT(1)
	stmw	4, R_R4(3)
	stw	0, R_R0(3)
	lwz	0, ALL_SCRATCH(1)
	stw	0, R_R3(3)
	mfctr	0
	stw	0, R_CTR(3)
	mfcr	0
	stw	0, R_CR(3)
	mfxer	0
	stw	0, R_FLAGS(3)
	mflr	0
	stw	0, R_LR(3)
	.endm

	.macro	all_regs_end
	lwz	0, ALL_CR(1)
	mtcr	0
	lmw	13, ALL_R13(1)
	addi	1, 1, ALL_FRAME
	lwz	0, 4(1)
	mtlr	0
	blr
	.endm
