/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fpu.S - save and load the registers of the FPU: void fpu_save(struct arch_extra *to),
 * void fpu_load(const struct arch_extra *from).
 */
#include "offsets.h"

	/* Change MSR.FP; r4 is the MSR without it. */
	.macro	fpu_on
	mfmsr	%r4
	ori	%r5, %r4, MSR_FP
	mtmsr	%r5
	isync
	.endm

	.macro	fpu_off
	mtmsr	%r4
	isync
	.endm

	.text
	.globl	fpu_save, fpu_load
fpu_save:
	fpu_on
	.set	at, 0
	.rept	32
	stfd	at, EXTRA_FPR + 8 * at(%r3)
	.set	at, at + 1
	.endr
	mffs	%f0
	stfd	%f0, EXTRA_FPSCR(%r3)
	fpu_off
	blr

fpu_load:
	fpu_on
	lfd	%f0, EXTRA_FPSCR(%r3)
	mtfsf	0xff, %f0
	.set	at, 0
	.rept	32
	lfd	at, EXTRA_FPR + 8 * at(%r3)
	.set	at, at + 1
	.endr
	fpu_off
	blr

	.section .note.GNU-stack, "", @progbits
