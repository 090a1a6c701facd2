/* SPDX-License-Identifier: BSD-2-Clause */
/* There is none: ENOSYS. */
	.text
	.globl	vfork
	.type	vfork, @function
vfork:
	sub	$8, %esp		/* with the argument and the return address the stack is aligned */
	push	$-38
	call	__syscall_ret
	add	$12, %esp
	ret

	.section .note.GNU-stack, "", @progbits
