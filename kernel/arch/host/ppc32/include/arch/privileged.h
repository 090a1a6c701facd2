/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * privileged.h - replaces the privileged instructions and the addresses of real mode in the .S files of
 * kernel/arch/ppc32, in host programs (enter.S). R29, which those files leave alone until the exit, is
 * destroyed.
 */
#include "offsets.h"

#define JUMP(label)	label

	.macro low_text
	.text
	.endm

	.macro jump_to_c label
	b	\label
	.endm

	.macro load_entry reg, table
	addis	\reg, \reg, \table@ha
	lwz	\reg, \table@l(\reg)
	.endm

	.macro load_local reg, offset
	lis	\reg, (host + \offset)@ha
	lwz	\reg, (host + \offset)@l(\reg)
	.endm

	/* Every address is the kernel's. */
	.macro to_physical reg
	.endm

	.macro to_virtual reg, physical
	mr	\reg, \physical
	.endm

	.macro get_self reg
	load_local \reg, LOCAL_SELF
	.endm

	.macro set_self reg
	lis	%r29, (host + LOCAL_SELF)@ha
	stw	\reg, (host + LOCAL_SELF)@l(%r29)
	.endm

	/* The word that the TLB model has for the space. */
	.macro load_root word, space
	lis	%r29, host_space@ha
	stw	\space, host_space@l(%r29)
	lis	%r29, host_segment@ha
	stw	\word, host_segment@l(%r29)
	mflr	\word
	bl	host_load_space
	mtlr	\word
	li	\word, 0
	.endm

	.macro set_exit ip, msr
	lis	%r29, host_exit_ip@ha
	stw	\ip, host_exit_ip@l(%r29)
	lis	%r29, host_exit_msr@ha
	stw	\msr, host_exit_msr@l(%r29)
	.endm

	.macro leave_to_user
	b	host_left_to_user
	.endm
