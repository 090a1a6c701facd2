/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hpet.S - the timer, armed to the instruction.
 *
 * Under -icount shift=0 an instruction takes one nanosecond, and the TSC counts them. The timer counts tens
 * of them from the moment at which it was switched on; that moment, as a TSC, is found by readings with a
 * constant number of instructions between RDTSC and the access: one here, HPET_ARM_DISTANCE in hpet_arm.
 *
 *	hpet_read(counter, &ticks)		returns the TSC
 *	hpet_arm(comparator, n, zero, pause)	compares equal 10 * n ns after the write, for a timer whose
 *						tick 0 began when the TSC was `zero`; returns after `pause`
 *						instructions, 9 at the most. hpet_armed is the TSC of the write
 */
	.text
	.globl	hpet_read, hpet_arm
hpet_read:
	rdtsc
	mov	(%rdi), %ecx
	mov	%ecx, (%rsi)
	shl	$32, %rdx
	or	%rdx, %rax
	ret

hpet_arm:
	mov	%rdx, %r8
	mov	%ecx, %r9d
	mov	$10, %ecx
	rdtsc
	shl	$32, %rdx
	or	%rdx, %rax
	add	$HPET_ARM_DISTANCE, %rax
	mov	%rax, hpet_armed(%rip)
	sub	%r8, %rax
	xor	%edx, %edx
	div	%rcx
	add	%esi, %eax
	mov	%eax, (%rdi)			/* the tenth instruction from RDTSC on */
	lea	1f(%rip), %rax
	sub	%r9, %rax
	jmp	*%rax
	.skip	9, 0x90
1:	ret

	.set	HPET_ARM_DISTANCE, 9

	.bss
	.balign	8
	.globl	hpet_armed
hpet_armed:
	.skip	8

	.section .note.GNU-stack, "", @progbits
