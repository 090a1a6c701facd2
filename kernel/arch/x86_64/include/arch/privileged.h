/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * privileged.h - what .S files need of the real machine: the data of the CPU, and the instructions that are
 * privileged or specific to it. The host machine has its own file of this name, so that its tests can run the
 * fast path's files.
 */
#include "offsets.h"

/* A field of the executing CPU's struct cpu_local, and its UTCB cell, as operands. There is one CPU. */
#define CPU(offset)	cpu_locals + offset(%rip)
#define UTCB_CELL	utcb_cells(%rip)

	.macro load_root reg		/* RSP must not be used as a stack after it */
	mov	\reg, %cr3
	.endm

	.macro leave_to_user		/* to RCX, with the flags of R11 */
	sysretq
	.endm

	/* Load the FS base of `thread`. Destroys RAX, RCX and RDX. */
	.macro load_tls thread
	mov	T_TLS + 4(\thread), %edx
	mov	T_TLS(\thread), %eax
	mov	$MSR_FS_BASE, %ecx
	wrmsr
	movb	$1, CPU(LOCAL_TLS)
	.endm

	.macro read_gs reg
	mov	%gs, \reg
	.endm

	/* Sets RAX to arch_time_now; destroys RDX. */
	.macro read_clock
	rdtsc
	shl	$32, %rdx
	or	%rdx, %rax
	sub	time_clock + CLOCK_START(%rip), %rax
	mulq	time_clock + CLOCK_SCALE(%rip)
	shrd	$CLOCK_SHIFT, %rdx, %rax
	.endm
