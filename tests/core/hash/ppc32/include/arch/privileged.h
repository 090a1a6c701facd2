/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * privileged.h - replaces kernel/arch/ppc32/include/arch/privileged.h for refill.S in a host program: macros
 * in place of privileged instructions, with their names. Special registers are words in low memory, where RAM
 * is; what concerns the TLB calls the model (cpu.h).
 */
#include "offsets.h"
#include "../../host.h"

#define CPU(offset)	(CPU_LOCAL + offset)(0)
#define HOST(offset)	(HOST_PA + offset)(0)

#define SPRG_THREAD	0
#define SPRG_R11	1
#define SPRG_CR		2
#define SPRG_R12	3

	.macro low_text
	.text
	.endm

	.macro to_physical reg
	clrlwi	\reg, \reg, 2
	.endm

	.macro mtsprg n, reg
	stw	\reg, HOST(HOST_SPRG + 4 * \n)
	.endm

	.macro mfsprg reg, n
	lwz	\reg, HOST(HOST_SPRG + 4 * \n)
	.endm

	.macro mfsrr0 reg
	lwz	\reg, HOST(HOST_SRR0)
	.endm

	.macro mfsrr1 reg
	lwz	\reg, HOST(HOST_SRR1)
	.endm

	.macro mfdsisr reg
	lwz	\reg, HOST(HOST_DSISR)
	.endm

	.macro mfdar reg
	lwz	\reg, HOST(HOST_DAR)
	.endm

	/* Calls a function of C with the word HOST_ARGUMENT; all registers stay as they are. */
	.macro call_model function
	.set	n, 0
	.irp	reg, r0, r1, r2, r3, r4, r5, r6, r7, r8, r9, r10, r11, r12, r13
	stw	%\reg, HOST(HOST_SAVED + 4 * n)
	.set	n, n + 1
	.endr
	mflr	%r3
	mfctr	%r4
	mfcr	%r5
	mfxer	%r6
	stw	%r3, HOST(HOST_SAVED + 4 * 14)
	stw	%r4, HOST(HOST_SAVED + 4 * 15)
	stw	%r5, HOST(HOST_SAVED + 4 * 16)
	stw	%r6, HOST(HOST_SAVED + 4 * 17)
	lwz	%r1, HOST(HOST_R1)
	lwz	%r2, HOST(HOST_R2)
	lwz	%r13, HOST(HOST_R13)
	lwz	%r3, HOST(HOST_ARGUMENT)
	bl	\function
	lwz	%r3, HOST(HOST_SAVED + 4 * 14)
	lwz	%r4, HOST(HOST_SAVED + 4 * 15)
	lwz	%r5, HOST(HOST_SAVED + 4 * 16)
	lwz	%r6, HOST(HOST_SAVED + 4 * 17)
	mtlr	%r3
	mtctr	%r4
	mtcr	%r5
	mtxer	%r6
	.set	n, 0
	.irp	reg, r0, r1, r2, r3, r4, r5, r6, r7, r8, r9, r10, r11, r12, r13
	lwz	%\reg, HOST(HOST_SAVED + 4 * n)
	.set	n, n + 1
	.endr
	.endm

	.macro sync
	call_model cpu_sync
	.endm

	.macro eieio
	call_model cpu_eieio
	.endm

	.macro tlbie reg
	stw	\reg, HOST(HOST_ARGUMENT)
	call_model cpu_tlbie
	.endm

	.macro rfi
	b	host_resumed
	.endm

	/* Only entry_vector. */
	.macro jump_to_c label
	b	host_general
	.endm
