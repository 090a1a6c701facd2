/* SPDX-License-Identifier: BSD-2-Clause */
/* There is none: ENOSYS. */
	.text
	.globl	vfork
	.type	vfork, @function
vfork:
	mov	$-38, %rdi
	jmp	__syscall_ret

	.section .note.GNU-stack, "", @progbits
