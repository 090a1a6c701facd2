/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * privileged.h - replaces the privileged instructions in the .S files of kernel/arch/x86_64, and the names of
 * the CPU's data, in host programs (enter.S).
 */
#include "offsets.h"

#define CPU(offset)	host + offset(%rip)
#define UTCB_CELL	CPU(HOST_UTCB_CELL)

	/* Calls the model of the TLB. All registers are preserved except RSP, which points at no stack then. */
	.macro load_root reg
	mov	\reg, host_root(%rip)
	mov	CPU(LOCAL_STACK), %rsp
	call	host_load_root
	mov	host_root(%rip), %rsp
	.endm

	.macro leave_to_user
	jmp	host_left_to_user
	.endm

	/* ECX is destroyed too, as by the real one. */
	.macro load_tls thread
	mov	T_TLS + 4(\thread), %edx
	mov	T_TLS(\thread), %eax
	mov	%eax, CPU(HOST_FS_BASE)
	mov	%edx, CPU(HOST_FS_BASE + 4)
	mov	$-1, %ecx
	movb	$1, CPU(LOCAL_TLS)
	.endm

	.macro read_gs reg
	mov	CPU(HOST_GS), \reg
	.endm

	.macro read_clock
	mov	CPU(HOST_NOW), %rax
	.endm
