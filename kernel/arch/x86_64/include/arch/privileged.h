/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * privileged.h - the instructions of the fast path's .S files that are privileged or specific to the real
 * machine; load_tls is for entry.S too. The host machine has its own file of this name, so that its tests can
 * run those .S files.
 */
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
	movb	$1, cpu_locals + LOCAL_TLS(%rip)
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
