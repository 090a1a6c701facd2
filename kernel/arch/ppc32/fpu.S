/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fpu.S - save and load the registers of the FPU: void fpu_save(struct arch_extra *to),
 * void fpu_load(const struct arch_extra *from).
 */
#include "offsets.h"

	/* `op`, stfd or lfd, of all registers. */
	.macro	each_fpr op
	.set	at, 0
	.rept	32
	\op	at, EXTRA_FPR + 8 * at(%r3)
	.set	at, at + 1
	.endr
	.endm

	/* r4 is the MSR without FP. */
	.macro	fpu_on
	mfmsr	%r4
	ori	%r5, %r4, MSR_FP
	mtmsr	%r5
	isync
	.endm

	.text
	.globl	fpu_save, fpu_load
fpu_save:
	fpu_on
	each_fpr stfd
	mffs	%f0
	stfd	%f0, EXTRA_FPSCR(%r3)
fpu_off: mtmsr	%r4
	isync
	blr

fpu_load:
	fpu_on
	lfd	%f0, EXTRA_FPSCR(%r3)
	mtfsf	0xff, %f0
	each_fpr lfd
	b	fpu_off

	.section .note.GNU-stack, "", @progbits
