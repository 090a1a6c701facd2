/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * patterns.S - register n of MMX, XMM and, if RDI says so, the upper half of YMM: 0x50 + n in each byte.
 */
	.text
	.globl	load_patterns, patterns_there, avx_usable, other_entry, raise

load_patterns:
	fninit
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7
	movq	pattern_\n, %mm\n
	.endr
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	movups	pattern_\n, %xmm\n
	.endr
	test	%edi, %edi
	jz	1f
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	vinsertf128 $1, pattern_\n, %ymm\n, %ymm\n
	.endr
1:	ret

/* EAX = 1 if all are still there. */
patterns_there:
	xor	%eax, %eax
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7
	movq	%mm\n, %rcx
	cmp	pattern_\n, %rcx
	jne	2f
	.endr
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	movups	%xmm\n, found
	mov	found, %rcx
	cmp	pattern_\n, %rcx
	jne	2f
	mov	found + 8, %rcx
	cmp	pattern_\n, %rcx
	jne	2f
	.endr
	test	%edi, %edi
	jz	1f
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	vextractf128 $1, %ymm\n, found
	mov	found, %rcx
	cmp	pattern_\n, %rcx
	jne	2f
	mov	found + 8, %rcx
	cmp	pattern_\n, %rcx
	jne	2f
	.endr
1:	mov	$1, %eax
2:	ret

/* CPUID leaf 1, ECX: bit 27 OSXSAVE, bit 28 AVX; XCR0 bit 2. */
avx_usable:
	push	%rbx
	mov	$1, %eax
	cpuid
	xor	%eax, %eax
	and	$0x18000000, %ecx
	cmp	$0x18000000, %ecx
	jne	1f
	xor	%ecx, %ecx
	xgetbv
	shr	$2, %eax
	and	$1, %eax
1:	pop	%rbx
	ret

other_entry:
	and	$-16, %rsp
	call	other
	ud2

raise:	ud2
	ret

	.section .rodata
	.set	byte, 0x50
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
pattern_\n:
	.fill	16, 1, byte
	.set	byte, byte + 1
	.endr

	.bss
	.balign	16
found:	.skip	16

	.section .note.GNU-stack, "", @progbits
