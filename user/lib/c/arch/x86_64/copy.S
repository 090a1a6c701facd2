/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * copy.S - see ../../copy.h: an instruction for a word, and processors move whole cache lines by it.
 */
	.text

	.globl	copy_words
	.type	copy_words, @function
copy_words:
	movq	%rdx, %rcx
	rep movsq
	ret
	.size	copy_words, . - copy_words

	.section .note.GNU-stack, "", @progbits
