/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * divide.S - uint64_t __udivmoddi4(uint64_t n, uint64_t d, uint64_t *rest): what compilers call to divide
 * numbers of 64 bits, by the instruction that divides 64 bits by 32 (SDM 2A, DIV). rest may be NULL; d = 0 is
 * exception 0. With it programs need no library of the compiler: gcc for amd64 has none for ia32 unless
 * another package is installed, and clang another one.
 */
	.set	N_LOW, 20			/* arguments, with four registers pushed */
	.set	N_HIGH, 24
	.set	D_LOW, 28
	.set	D_HIGH, 32
	.set	REST, 36

	.text
	.globl	__udivmoddi4
	.type	__udivmoddi4, @function
__udivmoddi4:
	pushl	%ebp
	pushl	%edi
	pushl	%esi
	pushl	%ebx
	movl	D_HIGH(%esp), %ecx
	testl	%ecx, %ecx
	jnz	1f

	/* d < 2^32: long division in two digits. */
	movl	D_LOW(%esp), %ecx
	xorl	%edx, %edx
	movl	N_HIGH(%esp), %eax
	divl	%ecx
	movl	%eax, %ebx
	movl	N_LOW(%esp), %eax
	divl	%ecx
	movl	%edx, %esi
	xorl	%edi, %edi
	movl	%ebx, %edx
	jmp	4f

	/*
	 * The quotient has one digit. s = zeros before d; (n / 2) / (the 32 highest bits of d << s), shifted
	 * right by 31 - s, is the quotient or one more: one is taken off, and added if the rest is too large.
	 */
1:	bsrl	%ecx, %ecx
	xorl	$31, %ecx
	movl	D_HIGH(%esp), %ebx
	movl	D_LOW(%esp), %eax
	shldl	%cl, %eax, %ebx
	movl	N_HIGH(%esp), %edx
	movl	N_LOW(%esp), %eax
	shrl	$1, %edx
	rcrl	$1, %eax
	divl	%ebx
	xorl	$31, %ecx
	shrl	%cl, %eax
	testl	%eax, %eax
	jz	2f
	decl	%eax
2:	movl	%eax, %ebp
	mull	D_LOW(%esp)
	movl	D_HIGH(%esp), %ebx
	imull	%ebp, %ebx
	addl	%ebx, %edx
	movl	N_LOW(%esp), %esi
	movl	N_HIGH(%esp), %edi
	subl	%eax, %esi
	sbbl	%edx, %edi			/* edi:esi = n - quotient * d */
	movl	%esi, %eax
	movl	%edi, %edx
	subl	D_LOW(%esp), %eax
	sbbl	D_HIGH(%esp), %edx
	jb	3f
	movl	%eax, %esi
	movl	%edx, %edi
	incl	%ebp
3:	movl	%ebp, %eax
	xorl	%edx, %edx

4:	movl	REST(%esp), %ecx
	testl	%ecx, %ecx
	jz	5f
	movl	%esi, (%ecx)
	movl	%edi, 4(%ecx)
5:	popl	%ebx
	popl	%esi
	popl	%edi
	popl	%ebp
	ret
	.size	__udivmoddi4, . - __udivmoddi4

	.section .note.GNU-stack, "", @progbits
