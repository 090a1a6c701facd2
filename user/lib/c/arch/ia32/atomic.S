/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * atomic.S - atomic loads and stores of 64 bits, which compilers call because the other instructions for them
 * use vector or floating-point registers: by CMPXCHG8B, so the memory that is read must be writable too.
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

	.section .note.GNU-stack, "", @progbits
