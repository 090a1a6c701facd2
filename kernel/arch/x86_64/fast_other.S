/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fast_other.S - the part of fast.S that goes to other partners: those that no pointer of self's leads to,
 * and those named, or waiting, as one does inside a space. Registers and rules are those of fast.S.
 */
#include "offsets.h"

	.text
	.globl fast_wait_other, fast_reply_other, fast_call_other, fast_from_local, fast_find

	/* Self waits neither for anybody nor for whom it sends to. */
fast_wait_other:
	test	%rdx, %rdx
	jz	fast_send
	test	%rsi, %rsi
	jz	fast_wait_for
	cmp	$ANYLOCAL, %rdx
	je	fast_wait_open
	jmp	entry_ipc

	/* The receiver RDI waits neither for anybody nor for self, but perhaps for anybody of self's space. */
fast_from_local:
	cmpq	$ANYLOCAL, T_RECV_FROM(%rdi)
	jne	fast_back_out
	mov	T_SPACE(%rdi), %rsp
	cmp	T_SPACE(%rbp), %rsp
	je	fast_go_beside
	jmp	fast_back_out

	/* A reply, if to anybody, to one whose id is not that of RDI, self's last client. */
fast_reply_other:
	test	%rsi, %rsi
	jz	fast_wait
	cmp	T_LOCAL(%rdi), %rsi	/* its name in its own space: is that self's too? */
	jne	another
	mov	T_SPACE(%rdi), %rsp
	cmp	T_SPACE(%rbp), %rsp
	je	fast_reply
	jmp	entry_ipc

	/* A call of one whose id is not that of RDI, whom self waited for last. */
fast_call_other:
	cmp	T_LOCAL(%rdi), %rsi
	jne	another
	mov	T_SPACE(%rdi), %rsp
	cmp	T_SPACE(%rbp), %rsp
	jne	entry_ipc
	movzwl	T_PRIO(%rdi), %esp	/* as in fast.S */
	and	T_LONE_CLOSED(%rbp), %esp
	cmp	cpu_locals + LOCAL_FLOOR(%rip), %esp
	jb	entry_ipc
	mov	%rbp, T_CALLER(%rdi)	/* T3; is so even if C must go on */
	mov	(%rdi), %rdx		/* it is known by its id for other spaces (thread.recv_from) */
	mov	(%rbp), %rsi
	cmp	T_RECV_FROM(%rdi), %rsi
	je	fast_go_beside
	cmpq	$-1, T_RECV_FROM(%rdi)
	je	fast_go_beside
	cmpq	$ANYLOCAL, T_RECV_FROM(%rdi)
	je	fast_go_beside
	mov	T_LOCAL(%rdi), %rsi	/* after all: whom self has named, twice */
	mov	%rsi, %rdx
	jmp	entry_ipc

	/* RSI, by its number, as thread_find does it, to RDI; then to R11. A local id finds nobody. */
fast_find:
	mov	%rsi, %rdi
	shr	$VERSION_BITS, %rdi
	and	$THREAD_NUMBERS - 1, %edi
	mov	%edi, %ecx
	shr	$THREAD_LEAF_LOG2, %ecx
	and	$(1 << THREAD_LEAF_LOG2) - 1, %edi
	mov	kernel + KERNEL_TABLE(, %rcx, 8), %rsp
	mov	$IPC_RETURN, %rcx
	test	%rsp, %rsp
	jz	entry_ipc
	mov	(%rsp, %rdi, 8), %rdi
	test	%rdi, %rdi
	jz	entry_ipc
	cmp	(%rdi), %rsi		/* the id, version and all */
	jne	entry_ipc
	jmp	*%r11

	/* One that no pointer leads to. */
another:mov	$1f, %r11
	jmp	fast_find
1:	cmp	%rdx, %rsi		/* after a reply self stays on the list that it is on */
	jne	fast_reply

	/* A call: self goes over to its list, and until that is certain nothing is written. */
	movzwl	T_PRIO(%rdi), %esp
	and	T_LONE_CLOSED(%rbp), %esp
	cmp	cpu_locals + LOCAL_FLOOR(%rip), %esp
	jb	entry_ipc
	mov	(%rbp), %rsp
	cmp	T_RECV_FROM(%rdi), %rsp
	je	1f
	cmpq	$-1, T_RECV_FROM(%rdi)
	jne	entry_ipc
1:	mov	T_SPACE(%rdi), %rsp
	cmp	T_SPACE(%rbp), %rsp
	je	2f
	cmpq	$0, SPACE_DIRECT(%rsp)	/* only C may go there: fast_go will not say so any more */
	je	entry_ipc

	/* As ipc_wait_at does: who is told first when a thread goes away, the order of its list says. */
2:	mov	T_WAIT_AT(%rbp), %rcx
	cmp	%rbp, T_CALLER(%rcx)
	jne	3f
	movq	$thread_nobody, T_CALLER(%rcx)
3:	mov	T_WAIT_LINK(%rbp), %rcx
	mov	T_WAIT_LINK + 8(%rbp), %rsp
	mov	%rsp, 8(%rcx)		/* out of where it is; if nowhere, it is next to itself */
	mov	%rcx, (%rsp)
	lea	T_WAITERS(%rdi), %rcx	/* at the end, before its head */
	lea	T_WAIT_LINK(%rbp), %rsi
	mov	8(%rcx), %rsp
	mov	%rcx, (%rsi)
	mov	%rsp, 8(%rsi)
	mov	%rsi, (%rsp)
	mov	%rsi, 8(%rcx)
	mov	%rdi, T_WAIT_AT(%rbp)
	mov	%rbp, T_CALLER(%rdi)
	mov	(%rbp), %rsi
	mov	$IPC_RETURN, %rcx
	jmp	fast_go

	.section .note.GNU-stack, "", @progbits
