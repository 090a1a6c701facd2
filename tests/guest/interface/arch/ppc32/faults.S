/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * faults.S - instructions that user code must not execute, with their exceptions. Promises: instructions.h.
 * Each does nothing if it is skipped.
 */
	.set	PROGRAM, 0x700
	.set	ILLEGAL, 0x80000
	.set	PRIVILEGED, 0x40000
	.set	TRAP, 0x20000

	.macro	CASE code, insn:vararg
	.text
1:	\insn
	blr
	.section .rodata
	.long	1b, PROGRAM, \code
	.text
	.endm

	.section .rodata
	.balign	4
	.globl	faults_program
faults_program:
	CASE	PRIVILEGED, rfi
	CASE	PRIVILEGED, mfmsr 0
	CASE	PRIVILEGED, mtmsr 0
	CASE	PRIVILEGED, mtsr 0, 0
	CASE	PRIVILEGED, mtsrin 0, 0
	CASE	PRIVILEGED, mfsr 0, 0
	CASE	PRIVILEGED, mfsrin 0, 0
	CASE	PRIVILEGED, tlbie 0
	CASE	PRIVILEGED, tlbsync
	CASE	PRIVILEGED, dcbi 0, 3
	CASE	PRIVILEGED, mfspr 0, 18		/* DSISR */
	CASE	PRIVILEGED, mfspr 0, 19		/* DAR */
	CASE	PRIVILEGED, mtspr 22, 0		/* DEC */
	CASE	PRIVILEGED, mtspr 25, 0		/* SDR1 */
	CASE	PRIVILEGED, mtspr 26, 0		/* SRR0 */
	CASE	PRIVILEGED, mfspr 0, 272	/* SPRG0 */
	CASE	PRIVILEGED, mtspr 272, 0
	CASE	PRIVILEGED, mfspr 0, 287	/* PVR */
	CASE	PRIVILEGED, mtspr 284, 0	/* the time base, low half */
	CASE	PRIVILEGED, mfspr 0, 528	/* IBAT0U */
	CASE	PRIVILEGED, mtspr 536, 0	/* DBAT0U */
	CASE	PRIVILEGED, mfspr 0, 1008	/* HID0 */
	CASE	ILLEGAL, .long 0
	CASE	ILLEGAL, .long 0x00000001
	CASE	ILLEGAL, .long 0xec000000	/* opcode 59 without such an operation */
	CASE	ILLEGAL, .long 0x7c0003fe	/* opcode 31 without such an operation */
	CASE	TRAP, trap
	CASE	TRAP, tweq 3, 3
	CASE	TRAP, twgei 3, -32768
	.section .rodata
	.long	0

	.section .note.GNU-stack, "", @progbits
