/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fast_item.S - the part of fast.S for a message that is one item and nothing else: how memory is given away,
 * and data are passed on. Registers are those of fast.S. Whether it can be done at once C says
 * (ipc_item_at_once).
 */
#include "offsets.h"

#define ONE_ITEM 0x80		/* the low 16 bits of such a tag: two typed words */

	.text
	.globl fast_item
fast_item:
	cmp	$ONE_ITEM, %r9w
	jne	entry_ipc
	mov	cpu_locals + LOCAL_STACK(%rip), %rsp
	.irp	reg, rax, rdx, rsi, r8, r9, r10
	push	%\reg
	.endr
	mov	%rbp, %rdi
	mov	%rax, %rcx
	mov	%rbx, %r8
	mov	cpu_locals + LOCAL_FLOOR(%rip), %r9d
	call	ipc_item_at_once
	mov	%rax, %rdi		/* the receiver, or 0 */
	mov	%rdx, %rbx		/* MR2 as it arrives; of a string the receiver knows where it is */
	.irp	reg, r10, r9, r8, rsi, rdx, rax
	pop	%\reg
	.endr
	test	%rdi, %rdi
	jz	entry_ipc
	cmpb	$READY, T_RECV(%rdi)
	jne	fault
	mov	$IPC_RETURN, %rcx
	mov	$2, %r8d		/* words of an item */
	mov	T_SPACE(%rdi), %rsp
	cmp	T_SPACE(%rbp), %rsp
	je	1f
	mov	(%rbp), %rsi
	mov	SPACE_DIRECT(%rsp), %rsp
	jmp	fast_commit
1:	mov	T_LOCAL(%rbp), %rsi
	jmp	fast_commit_beside

	/* It was the answer to a page fault, and nobody reads it: the receiver goes on with what it had. */
fault:	mov	T_SPACE(%rdi), %rsp
	cmp	T_SPACE(%rbp), %rsp
	je	1f
	mov	SPACE_DIRECT(%rsp), %rsp
	mov	%rsp, %cr3
1:	mov	%rdx, T_RECV_FROM(%rbp)
	movb	$READY, T_RECV(%rbp)
	mov	%rdi, cpu_locals + LOCAL_RSP0(%rip)
	mov	T_LOCAL(%rdi), %rax
	mov	%rax, utcb_cells(%rip)
	mov	%rdi, %rax
	jmp	leave_to

	.section .note.GNU-stack, "", @progbits
