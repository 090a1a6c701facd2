/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * random.S - random numbers of the CPU.
 */
	.text
	.globl	pecan_random_word

#define CPUID_FEATURES	1
#define RDRAND_BIT	30
#define TRIES		10

/*
 * bool pecan_random_word(unsigned long *to): false without RDRAND. All ones, as some CPUs give after sleep,
 * are no number.
 */
pecan_random_word:
	push	%ebx
	mov	$CPUID_FEATURES, %eax
	cpuid
	pop	%ebx
	bt	$RDRAND_BIT, %ecx
	jnc	2f
	mov	$TRIES, %ecx
1:	rdrand	%edx
	lea	1(%edx), %eax
	jnc	3f
	test	%eax, %eax
	jz	3f
	mov	4(%esp), %ecx
	mov	%edx, (%ecx)
	mov	$1, %eax
	ret
3:	dec	%ecx
	jnz	1b
2:	xor	%eax, %eax
	ret

	.section .note.GNU-stack, "", @progbits
