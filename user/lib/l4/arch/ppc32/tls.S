/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tls.S - the call SetTls (<l4/powerpc/tls.h>): r3 to the word of the UTCB, then r3 1.
 */
	.set	THREAD_POINTER, -8		/* ppc32 12 */

	.text
	.globl	__L4_StoreTls
	.type	__L4_StoreTls, @function
__L4_StoreTls:
	stw	3, THREAD_POINTER(2)
	li	3, 1
	blr
	.size	__L4_StoreTls, . - __L4_StoreTls

	.section .note.GNU-stack, "", @progbits
