/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tls.S - the call SetTls (<l4/ia32/tls.h>): EAX to the word of the UTCB, then EAX 1; ECX is lost.
 */
	.set	THREAD_POINTER, -8		/* ia32 9 */

	.text
	.globl	__L4_StoreTls
	.type	__L4_StoreTls, @function
__L4_StoreTls:
	movl	%gs:0, %ecx
	movl	%eax, THREAD_POINTER(%ecx)
	movl	$1, %eax
	ret
	.size	__L4_StoreTls, . - __L4_StoreTls

	.section .note.GNU-stack, "", @progbits
