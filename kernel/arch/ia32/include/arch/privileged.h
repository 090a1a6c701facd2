/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * privileged.h - what .S files need of the real machine: the data of the CPU, and the instructions that are
 * privileged or specific to it. The host machine has its own file of this name, so that its tests can run the
 * short path's file.
 */
#include "offsets.h"

/* A field of the executing CPU's struct cpu_local, and its UTCB cell, as operands. There is one CPU. */
#define CPU(offset)	cpu_locals + offset
#define UTCB_CELL	utcb_cells
#define LOADED_CR3	tlb_cr3

	/* `reg` has the word for CR3 of the space in `space` (arch_tlb_load, tlb_switch). */
	.macro load_root reg, space
	mov	\reg, %ss:LOADED_CR3
	mov	\space, %ss:mem + MEM_LOADED
	mov	\reg, %cr3
	.endm

	.macro read_gs reg
	mov	%gs, \reg
	.endm

	/* Load DS, ES and FS as user code has them. `reg` is destroyed. */
	.macro load_user_data reg
	mov	$USER_DS, \reg
	mov	\reg, %ds
	mov	\reg, %es
	mov	\reg, %fs
	.endm

	.macro load_es selector, reg
	mov	\selector, \reg
	mov	\reg, %es
	.endm

	/* Copy ECX words from SS:ESI to ES:EDI. */
	.macro copy_words
	rep movsl %ss:(%esi), (%edi)
	.endm

	/* By the code at TRAMPOLINE; ECX is the SP. The entry after next opens the interrupt window (STI). */
	.macro leave_to_user
	mov	$TRAMPOLINE, %edx
	sti				/* no interrupt before SYSEXIT: ESP is no stack (trap_nmi) */
	.globl	leave_sysexit; leave_sysexit: sysexit
	.endm
