/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * atomic.S - atomic loads, stores and sums of 64 bits, which compilers call because the other instructions
 * for them use vector or floating-point registers: by CMPXCHG8B, so the memory that is read must be writable
 * too.
 */
	.text

/* uint64_t __atomic_load_8(volatile void *p, int order) */
	.globl	__atomic_load_8
	.type	__atomic_load_8, @function
__atomic_load_8:
	pushl	%ebx
	pushl	%esi
	movl	12(%esp), %esi
	movl	%ebx, %eax			/* if the word has this value, it gets the same */
	movl	%ecx, %edx
	lock cmpxchg8b (%esi)
	popl	%esi
	popl	%ebx
	ret
	.size	__atomic_load_8, . - __atomic_load_8

/* void __atomic_store_8(volatile void *p, uint64_t value, int order) */
	.globl	__atomic_store_8
	.type	__atomic_store_8, @function
__atomic_store_8:
	pushl	%ebx
	pushl	%esi
	movl	12(%esp), %esi
	movl	16(%esp), %ebx
	movl	20(%esp), %ecx
	movl	(%esi), %eax
	movl	4(%esi), %edx
1:	lock cmpxchg8b (%esi)
	jne	1b
	popl	%esi
	popl	%ebx
	ret
	.size	__atomic_store_8, . - __atomic_store_8

/* uint64_t __atomic_fetch_add_8(volatile void *p, uint64_t value, int order): what was there before */
	.globl	__atomic_fetch_add_8
	.type	__atomic_fetch_add_8, @function
__atomic_fetch_add_8:
	pushl	%ebx
	pushl	%esi
	movl	12(%esp), %esi
	movl	(%esi), %eax
	movl	4(%esi), %edx
1:	movl	%eax, %ebx
	movl	%edx, %ecx
	addl	16(%esp), %ebx
	adcl	20(%esp), %ecx
	lock cmpxchg8b (%esi)
	jne	1b
	popl	%esi
	popl	%ebx
	ret
	.size	__atomic_fetch_add_8, . - __atomic_fetch_add_8

	.section .note.GNU-stack, "", @progbits
