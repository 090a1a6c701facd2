/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * raw.S - a system call with every register as wanted, and as found. Order of the fields: twin_arch.h.
 */
#include "../../../arch/ppc32/all_regs.h"

	.set	R_XMM_IN, 144
	.set	R_XMM_OUT, 148
	.set	R_CELL, 152
	.set	ENTRY_FRAME, 16

	.text
	.globl	raw_entry, raw_call, raw_trap
raw_entry:
	lwz	0, 0(1)
	lwz	3, 4(1)
	mtctr	0
	clrrwi	1, 1, 4
	li	0, 0
	stw	0, -ENTRY_FRAME(1)
	addi	1, 1, -ENTRY_FRAME
	bctrl
	trap

raw_call:
	all_regs_begin
	lwz	0, R_XMM_IN(3)
	cmpwi	0, 0
	beq	1f
	lfd	3, R_XMM_IN(3)
1:	all_regs_load
	blrl
	all_regs_store
	stw	2, R_CELL(3)
	lwz	0, R_XMM_OUT(3)
	cmpwi	0, 0
	beq	2f
	stfd	3, ALL_SCRATCH(1)
	lwz	0, ALL_SCRATCH(1)
	stw	0, R_XMM_OUT(3)
2:	all_regs_end

raw_trap:
	.long	0
	blr

	.section .note.GNU-stack, "", @progbits
