/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * privileged.h - what .S files need of the real machine: the data of the CPU, and the instructions that are
 * privileged or specific to real mode. The host machine has its own file of this name, so that its tests can
 * run the short path's file.
 */
#include "offsets.h"

/* A field of struct cpu_local in real mode, as the operand of a load or store. */
#define CPU(offset)	(CPU_LOCAL + offset)(0)

/* The physical address of a symbol of the kernel's image. */
#define PHYSICAL(symbol) (symbol - KERNEL_BASE)

/* A label of low_text as a word of data. */
#define JUMP(label)	label

/* SPRGs: SPRG0 is L1 in local.h. The others are free between an entry and the save of the registers. */
#define SPRG_THREAD	0
#define SPRG_R11	1
#define SPRG_CR		2
#define SPRG_R12	3

	/* Code that kernel.ld links to its physical address, below 32 KiB. */
	.macro low_text
	.section .low, "ax", @progbits
	.endm

	/* Continue at a label of the kernel's image, at its physical address. */
	.macro jump_to_c label
	ba	PHYSICAL(\label)
	.endm

	/* Loads the word of `table`, which is in low_text, at the offset that is in `reg`. */
	.macro load_entry reg, table
	lwz	\reg, \table(\reg)
	.endm

	/* r13 of C code: the kernel's variables are within 32 KiB of it. */
	.macro load_data_base
	lis	%r13, _SDA_BASE_@ha
	addi	%r13, %r13, _SDA_BASE_@l
	.endm

	.macro load_local reg, offset
	lwz	\reg, CPU(\offset)
	.endm

	/* The kernel's address of RAM to the physical one, and back. */
	.macro to_physical reg
	clrlwi	\reg, \reg, 2
	.endm

	.macro to_virtual reg, physical
	oris	\reg, \physical, (KERNEL_BASE >> 16) & 0xffff
	.endm

	/* The running thread. */
	.macro get_self reg
	mfsprg	\reg, SPRG_THREAD
	.endm

	.macro set_self reg
	mtsprg	SPRG_THREAD, \reg
	.endm

	/* `word` is for segment register 0; it is destroyed. The RFI of the exit makes the loads effective. */
	.macro load_root word, space
	mtsr	0, \word
	.irp	n, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
	addi	\word, \word, 1
	mtsr	\n, \word
	.endr
	.endm

	/* Where leave_to_user goes, and with which MSR. */
	.macro set_exit ip, msr
	mtsrr0	\ip
	mtsrr1	\msr
	.endm

	.macro leave_to_user
	rfi
	.endm
