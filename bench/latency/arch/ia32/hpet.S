/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hpet.S - the timer, armed to the instruction: see arch/x86_64/hpet.S, whose functions these are.
 */
	.text
	.globl	hpet_read, hpet_arm
hpet_read:
	mov	4(%esp), %ecx
	rdtsc
	mov	(%ecx), %ecx
	push	%ebx
	mov	12(%esp), %ebx
	mov	%ecx, (%ebx)
	pop	%ebx
	ret

/* 4(%esp) comparator, 8 n, 16 zero, 24 pause; behind the registers and one word: 20 more. */
hpet_arm:
	push	%ebx
	push	%esi
	push	%edi
	push	%ebp
	push	%ecx
	mov	24(%esp), %ebx
	mov	28(%esp), %esi
	mov	36(%esp), %edi
	mov	40(%esp), %ebp
	mov	$10, %ecx
	rdtsc
	add	$HPET_ARM_DISTANCE, %eax
	adc	$0, %edx
	mov	%eax, hpet_armed
	mov	%edx, hpet_armed + 4
	sub	%edi, %eax
	sbb	%ebp, %edx
	mov	%eax, (%esp)
	mov	%edx, %eax
	xor	%edx, %edx
	div	%ecx				/* the upper word: its remainder is the next one's */
	mov	(%esp), %eax
	div	%ecx
	add	%esi, %eax
	mov	%eax, (%ebx)			/* HPET_ARM_DISTANCE instructions after RDTSC */
	mov	$1f, %eax
	sub	44(%esp), %eax
	jmp	*%eax
	.skip	9, 0x90
1:	pop	%ecx
	pop	%ebp
	pop	%edi
	pop	%esi
	pop	%ebx
	ret

	.set	HPET_ARM_DISTANCE, 14

	.bss
	.balign	8
	.globl	hpet_armed
hpet_armed:
	.skip	8

	.section .note.GNU-stack, "", @progbits
