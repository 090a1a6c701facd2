/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * privileged.h - replaces the privileged instructions in the .S files of kernel/arch/ia32, and the names of
 * the CPU's data, in host programs (enter.S). Loads of segment registers copy what the CPU would keep of the
 * descriptor: enter.c checks it.
 */
#include "offsets.h"

#define CPU(offset)	host + offset
#define UTCB_CELL	CPU(HOST_UTCB_CELL)
#define LOADED_CR3	CPU(HOST_TLB_WORD)

	/* The value for CR3 that the TLB model has is that of the space. All registers are preserved. */
	.macro load_root reg, space
	mov	\space, host_space
	mov	%esp, host_sp
	mov	CPU(LOCAL_STACK), %esp
	call	host_load_space
	mov	host_sp, %esp
	.endm

	.macro read_gs reg
	mov	CPU(HOST_GS), \reg
	.endm

	.macro load_user_data reg
	mov	CPU(LOCAL_DATA), \reg
	mov	\reg, CPU(HOST_HIDDEN)
	mov	CPU(LOCAL_DATA + 4), \reg
	mov	\reg, CPU(HOST_HIDDEN + 4)
	mov	$USER_DS, \reg
	mov	\reg, CPU(HOST_ES)
	.endm

	.macro load_es selector, reg
	mov	\selector, \reg
	mov	\reg, CPU(HOST_ES)
	.endm

	/* User segments do not contain UTCBs at the kernel's addresses. */
	.macro copy_words
	cmpl	$HOST_FLAT, CPU(HOST_ES)
	je	1f
	ud2
1:	rep movsl
	.endm

	/* The code behind SYSEXIT leaves this in EDX. */
	.macro leave_to_user
	mov	$USER_DS, %edx
	jmp	host_left_to_user
	.endm
