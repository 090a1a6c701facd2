/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pages.S - a whole page is cleared or copied by one string instruction, other memory by two.
 */
#include <linux/linkage.h>

SYM_FUNC_START(pecan_clear_page)
	movl	$512, %ecx
	xorl	%eax, %eax
	rep stosq
	RET
SYM_FUNC_END(pecan_clear_page)

SYM_FUNC_START(pecan_copy_page)
	movl	$512, %ecx
	rep movsq
	RET
SYM_FUNC_END(pecan_copy_page)

/* void pecan_copy(void *to, const void *from, unsigned long bytes) */
SYM_FUNC_START(pecan_copy)
	movq	%rdx, %rcx
	shrq	$3, %rcx
	rep movsq
	movl	%edx, %ecx
	andl	$7, %ecx
	rep movsb
	RET
SYM_FUNC_END(pecan_copy)
