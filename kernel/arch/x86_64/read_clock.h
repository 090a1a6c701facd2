/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * read_clock.h - the clock as arch_time_now reads it, in RAX, for entry.S and fast.S; RDX is destroyed.
 */
	.macro read_clock
	rdtsc
	shl	$32, %rdx
	or	%rdx, %rax
	sub	time_clock + CLOCK_START(%rip), %rax
	mulq	time_clock + CLOCK_SCALE(%rip)
	shrd	$CLOCK_SHIFT, %rdx, %rax
	.endm
