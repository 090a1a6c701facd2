/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * privileged.h - what the .S files of the fast path do that only a kernel can do, or that only a machine
 * has. The host has another file of this name, by which its tests run those .S files.
 */
	.macro load_root reg		/* RSP is no stack afterwards */
	mov	\reg, %cr3
	.endm

	.macro leave_to_user		/* to RCX, with the flags of R11 */
	sysretq
	.endm

	.macro read_gs reg
	mov	%gs, \reg
	.endm

	/* The clock as arch_time_now reads it, in RAX; RDX is destroyed. */
	.macro read_clock
	rdtsc
	shl	$32, %rdx
	or	%rdx, %rax
	sub	time_clock + CLOCK_START(%rip), %rax
	mulq	time_clock + CLOCK_SCALE(%rip)
	shrd	$CLOCK_SHIFT, %rdx, %rax
	.endm
