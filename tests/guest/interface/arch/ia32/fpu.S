/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fpu.S - x87, SSE and AVX for the guest tests, whose C code has none of them. Promises: machine.h.
 */
#include "../x86/fpu_func.h"
	.text

/* struct fpu: XMM 8 x 16 bytes, upper halves of YMM 8 x 16, MMX 8 x 8, MXCSR, control word. */
	.set	F_HIGH, 128
	.set	F_MMX, 256
	.set	F_MXCSR, 320
	.set	F_CONTROL, 324

FUNC fpu_load
	push	%edi
	mov	8(%esp), %edi
	fninit
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7
	movdqu	16 * \n(%edi), %xmm\n
	.endr
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7
	movq	F_MMX + 8 * \n(%edi), %mm\n
	.endr
	ldmxcsr	F_MXCSR(%edi)
	fldcw	F_CONTROL(%edi)
	call	avx_usable
	test	%eax, %eax
	jz	1f
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7
	vinsertf128 $1, F_HIGH + 16 * \n(%edi), %ymm\n, %ymm\n
	.endr
1:	pop	%edi
	ret

FUNC fpu_store
	push	%edi
	mov	8(%esp), %edi
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7
	movdqu	%xmm\n, 16 * \n(%edi)
	.endr
	movl	$0, F_CONTROL(%edi)
	fnstcw	F_CONTROL(%edi)
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7
	movq	%mm\n, F_MMX + 8 * \n(%edi)
	.endr
	stmxcsr	F_MXCSR(%edi)
	lea	F_HIGH(%edi), %edx
	mov	$F_MMX - F_HIGH, %ecx
2:	movl	$0, -4(%edx, %ecx)
	sub	$4, %ecx
	jnz	2b
	call	avx_usable
	test	%eax, %eax
	jz	1f
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7
	vextractf128 $1, %ymm\n, F_HIGH + 16 * \n(%edi)
	.endr
1:	pop	%edi
	ret

FUNC fpu_image
	mov	4(%esp), %eax
	fxsave	(%eax)
	ret

/* cpuid(leaf, sub, out) */
FUNC cpuid
	push	%ebx
	push	%edi
	mov	12(%esp), %eax
	mov	16(%esp), %ecx
	mov	20(%esp), %edi
	cpuid
	mov	%eax, (%edi)
	mov	%ebx, 4(%edi)
	mov	%ecx, 8(%edi)
	mov	%edx, 12(%edi)
	pop	%edi
	pop	%ebx
	ret

/* CPUID leaf 1, ECX: bit 27 OSXSAVE. */
FUNC xsave_usable
	push	%ebx
	mov	$1, %eax
	cpuid
	shr	$27, %ecx
	and	$1, %ecx
	mov	%ecx, %eax
	pop	%ebx
	ret

/* Its lower half. */
FUNC xcr0_read
	xor	%ecx, %ecx
	xgetbv
	ret

/* OSXSAVE, bit 28 AVX, XCR0 bits 1 and 2. */
FUNC avx_usable
	push	%ebx
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
1:	pop	%ebx
	ret

FUNC xsave_all
	push	%edi
	mov	8(%esp), %edi
	mov	$-1, %eax
	mov	$-1, %edx
	xsave	(%edi)
	pop	%edi
	ret

/* ---- traps: functions for regs_call ---- */

FUNC trap_xrstor
	mov	%eax, %edi
	mov	$-1, %eax
	mov	$-1, %edx
FUNC trap_xrstor_at
	xrstor	(%edi)
FUNC trap_xrstor_next
	ret

	.section .note.GNU-stack, "", @progbits
