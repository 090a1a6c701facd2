/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fpu.S - x87, SSE and AVX for the guest tests, whose C code has none of them. Promises: machine.h.
 */
#include "../x86/fpu_func.h"
	.text

/* struct fpu: XMM 16 x 16 bytes, upper halves of YMM 16 x 16, then 8 words, MXCSR, control word. */
	.set	F_HIGH, 256
	.set	F_MMX, 512
	.set	F_MXCSR, 576
	.set	F_CONTROL, 584

FUNC fpu_load
	fninit
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	movdqu	16 * \n(%rdi), %xmm\n
	.endr
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7
	movq	F_MMX + 8 * \n(%rdi), %mm\n
	.endr
	ldmxcsr	F_MXCSR(%rdi)
	fldcw	F_CONTROL(%rdi)
	call	avx_usable
	test	%eax, %eax
	jz	1f
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	vinsertf128 $1, F_HIGH + 16 * \n(%rdi), %ymm\n, %ymm\n
	.endr
1:	ret

FUNC fpu_store
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	movdqu	%xmm\n, 16 * \n(%rdi)
	.endr
	movq	$0, F_CONTROL(%rdi)
	fnstcw	F_CONTROL(%rdi)
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7
	movq	%mm\n, F_MMX + 8 * \n(%rdi)
	.endr
	movq	$0, F_MXCSR(%rdi)
	stmxcsr	F_MXCSR(%rdi)
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	movq	$0, F_HIGH + 16 * \n(%rdi)
	movq	$0, F_HIGH + 16 * \n + 8(%rdi)
	.endr
	call	avx_usable
	test	%eax, %eax
	jz	1f
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	vextractf128 $1, %ymm\n, F_HIGH + 16 * \n(%rdi)
	.endr
1:	ret

FUNC fpu_image
	fxsave64 (%rdi)
	ret

FUNC cpuid
	push	%rbx
	mov	%rdx, %r8
	mov	%edi, %eax
	mov	%esi, %ecx
	cpuid
	mov	%eax, (%r8)
	mov	%ebx, 4(%r8)
	mov	%ecx, 8(%r8)
	mov	%edx, 12(%r8)
	pop	%rbx
	ret

/* CPUID leaf 1, ECX: bit 27 OSXSAVE. */
FUNC xsave_usable
	push	%rbx
	mov	$1, %eax
	cpuid
	shr	$27, %ecx
	and	$1, %ecx
	mov	%ecx, %eax
	pop	%rbx
	ret

FUNC xcr0_read
	xor	%ecx, %ecx
	xgetbv
	shl	$32, %rdx
	or	%rdx, %rax
	ret

/* OSXSAVE, bit 28 AVX, XCR0 bits 1 and 2. */
FUNC avx_usable
	push	%rbx
	mov	$1, %eax
	cpuid
	xor	%eax, %eax
	and	$0x18000000, %ecx
	cmp	$0x18000000, %ecx
	jne	1f
	xor	%ecx, %ecx
	xgetbv
	and	$6, %eax
	cmp	$6, %eax
	sete	%al
	movzbl	%al, %eax
1:	pop	%rbx
	ret

FUNC xsave_all
	mov	$-1, %eax
	mov	$-1, %edx
	xsave64	(%rdi)
	ret

/* ---- traps: functions for regs_call ---- */

	TRAP	evex, .byte 0x62, 0xf1, 0xfe, 0x48, 0x6f, 0xc0	/* vmovdqu64 %zmm0, %zmm0 */

FUNC trap_xrstor
	mov	%rax, %rdi
	mov	$-1, %eax
	mov	$-1, %edx
FUNC trap_xrstor_at
	xrstor64 (%rdi)
FUNC trap_xrstor_next
	ret

	.section .note.GNU-stack, "", @progbits
