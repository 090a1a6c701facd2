/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fast_item.S - the part of fast.S for a message that is one item and nothing else: how memory is given away,
 * and data are passed on. Registers are those of fast.S. Whether it can be done at once C says
 * (ipc_item_at_once). And the way back: Unmap of one fpage, likewise (unmap_at_once).
 */
#include "offsets.h"

	.macro each op regs:vararg
	.irp	reg, \regs
	\op	%\reg
	.endr
	.endm

#define ONE_ITEM 0x80		/* the low 16 bits of such a tag: two typed words */

	.text
	.globl fast_item, fast_unmap
fast_item:
	cmp	$ONE_ITEM, %r9w
	jne	entry_ipc
	mov	cpu_locals + LOCAL_STACK(%rip), %rsp
	each	push rax, rdx, rsi, r8, r9, r10
	mov	%rbp, %rdi
	mov	%rax, %rcx
	mov	%rbx, %r8
	mov	cpu_locals + LOCAL_FLOOR(%rip), %r9d
	call	ipc_item_at_once
	mov	%rax, %rdi		/* the receiver, or 0 */
	mov	%rdx, %rbx		/* MR2 as it arrives; of a string the receiver knows where it is */
	each	pop r10, r9, r8, rsi, rdx, rax
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

	/* Unmap: R9 is the fpage, RDX control. Self goes on; nothing has changed that would keep it from that. */
fast_unmap:
	cmp	$UNMAP_RETURN, %rcx
	jne	entry_call
	mov	%gs, %ebp		/* as in fast.S; RBP may be destroyed */
	cmp	$USER_GS, %ebp
	jne	entry_call
	mov	cpu_locals + LOCAL_RSP0(%rip), %rbp
	mov	%rsp, T_RSP(%rbp)
	mov	cpu_locals + LOCAL_STACK(%rip), %rsp
	each	push rax, rcx, rsi, r8, r10, r11, rdx, r9
	mov	%rbp, %rdi
	mov	%rsp, %rsi		/* where it finds the fpage, and puts what becomes of it */
	call	unmap_at_once
	test	%al, %al
	each	pop r9, rdx, r11, r10, r8, rsi, rcx, rax
	mov	T_LOCAL(%rbp), %rdi	/* as it is promised */
	mov	T_RSP(%rbp), %rsp
	mov	$0, %ebp		/* the flags stay */
	jz	entry_call
	sysretq

	.section .note.GNU-stack, "", @progbits
