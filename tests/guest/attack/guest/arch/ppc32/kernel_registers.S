/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kernel_registers.S - see kernel_registers.h.
 */
	.macro	READ insn:vararg
	\insn
	blr
	.endm

	.text
	.globl	kernel_registers_first
kernel_registers_first:
	READ	mfmsr 3
	.irp	sprg, 272, 273, 274, 275
	READ	mfspr 3, \sprg
	.endr
	READ	mfspr 3, 26			/* SRR0 */
	READ	mfspr 3, 27			/* SRR1 */
	READ	mfspr 3, 18			/* DSISR */
	READ	mfspr 3, 19			/* DAR */
	READ	mfspr 3, 25			/* SDR1 */
	READ	mfspr 3, 536			/* DBAT0U */
	READ	mfsr 3, 12

	.section .note.GNU-stack, "", @progbits
