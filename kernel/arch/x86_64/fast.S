/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fast.S - SYSCALL, and all of the commonest Ipc: no more than this file (docs/decisions/fast-path.md).
 *
 * A message of 0 to 63 untyped words from a thread that then waits without a timeout: for the receiver's
 * answer only (a call), or for anybody (reply and wait). The receiver is READY (thread.h, T15), and the one
 * that self waited for last, or that began to wait for self last; for another one, and for local ids and
 * waits for any local thread, see fast_other.S; for one phase without the other, fast_alone.S; for one who
 * is busy, and when others wait to send, fast_queue.S. Whatever is not exactly so leaves for the C path,
 * which does it all from the beginning: until the last check nothing is written but RSP and RFLAGS, to where
 * C wants them anyway, and registers that C gets back.
 *
 *   RBP  &self->id, which is RSP0         RDI  &to->id           RCX  GATEWAY_IPC_RETURN, all the time
 *   RSP  whatever is in hand: interrupts are off, and NMI, #DB, #DF and #MC have stacks of their own
 *   RSI  to, then the sender's id as the receiver knows it       RDX  FromSpecifier      R8  timeouts
 *   R9 RAX RBX R10 R12..R15  MR0..MR7: never touched, but for those that the message has not
 *
 * Data of the CPU is addressed as it is: there is one CPU, and GS stays the users'.
 */
#include "offsets.h"
#include "read_clock.h"

#define TAG_REST 0xffc0		/* typed words and flags of a tag, in its low 16 bits */

	.text
	.balign 64
	.globl entry_syscall, fast_wait_open, fast_reply, fast_go, fast_go_beside, fast_back_out
	.globl fast_commit, fast_commit_beside, fast_arrive
	.globl fast_words, fast_no_words, fast_two_words, fast_words_done
entry_syscall:
	cmp	$IPC_RETURN, %rcx	/* by the gateway's Ipc? RCX then is what SYSRET needs */
	jne	other
	mov	cpu_locals + LOCAL_RSP0(%rip), %rbp	/* RBP may be destroyed (amd64 4) */
	mov	%rsp, T_RSP(%rbp)
	mov	%r11, T_RFLAGS(%rbp)
	mov	%gs, %esp		/* who has loaded GS has destroyed the base for everybody */
	cmp	$USER_GS, %esp
	jne	bad_gs
	test	%r8w, %r8w		/* receive timeout never; to send, no time is needed */
	jne	entry_ipc
	test	$TAG_REST, %r9d	/* untyped words only, and in its own name; or perhaps an item */
	jne	fast_item
	cmp	$-1, %rdx		/* then waits for anybody? */
	je	fast_wait_open
	cmp	%rdx, %rsi		/* or for whom it sends to */
	jne	fast_wait_other

	/* A call. */
	mov	T_WAIT_AT(%rbp), %rdi	/* on its list self is already */
	cmp	(%rdi), %rsi		/* the id, version and all */
	jne	fast_call_other
	movzwl	T_PRIO(%rdi), %esp	/* READY and not below whoever could run instead: one number */
	and	T_LONE_CLOSED(%rbp), %esp	/* 0 if somebody speaks for the one that self waits for */
	cmp	cpu_locals + LOCAL_FLOOR(%rip), %esp
	jb	fast_queue
	mov	%rbp, T_CALLER(%rdi)	/* T3; is so even if C must go on */
	mov	(%rbp), %rsi		/* self's id for other spaces */
	cmpq	$-1, T_RECV_FROM(%rdi)	/* does it wait for anybody? */
	jne	from_self
fast_go:mov	T_SPACE(%rdi), %rsp
	cmp	T_SPACE(%rbp), %rsp
	je	fast_go_beside
	mov	SPACE_DIRECT(%rsp), %rsp	/* what to load, or 0: only C may go there */
	test	%rsp, %rsp
	jz	fast_back_out
	movzwl	%r9w, %r8d		/* words of the message: also hides self's timeouts */

	/* Nothing can go wrong any more. */
fast_commit:
	mov	%rsp, %cr3
fast_commit_beside:
	mov	%rdx, T_RECV_FROM(%rbp)
	movb	$READY, T_RECV(%rbp)	/* self waits: the rest of such a wait is so already (T15) */
fast_arrive:
	movb	$NONE, T_RECV(%rdi)
	mov	%rdi, cpu_locals + LOCAL_RSP0(%rip)	/* the receiver is the running thread */
	xor	%edx, %edx		/* hides self's FromSpecifier */
	mov	T_UTCB(%rdi), %rsp
	jmp	*fast_words(, %r8, 8)

	/* Registers that the message has not: the receiver's own. */
fast_no_words:
w0:	mov	8(%rsp), %rax
w1:	mov	16(%rsp), %rbx
fast_two_words:
w2:	mov	24(%rsp), %r10
w3:	mov	32(%rsp), %r12
w4:	mov	40(%rsp), %r13
w5:	mov	48(%rsp), %r14
w6:	mov	56(%rsp), %r15
fast_words_done:
	mov	T_RFLAGS(%rdi), %r11
	mov	T_RSP(%rdi), %rsp
	mov	T_LOCAL(%rdi), %rdi	/* its UTCB, to RDI as it is promised, and to the cell */
	mov	%rdi, utcb_cells(%rip)
	xor	%ebp, %ebp		/* self is nobody's business */
	sysretq				/* to the stub's own RET: RCX */

	/* Reply and wait. */
fast_wait_open:
	mov	T_CALLER(%rbp), %rdi	/* waits for self, or did so last */
	cmp	(%rdi), %rsi
	jne	fast_reply_other
fast_reply:
	movzwl	T_PRIO(%rdi), %esp	/* as above */
	and	T_LONE_OPEN(%rbp), %esp	/* 0 if somebody is queued at self already */
	cmp	cpu_locals + LOCAL_FLOOR(%rip), %esp
	jb	fast_reply_queued
	mov	(%rbp), %rsi
	cmp	T_RECV_FROM(%rdi), %rsi	/* does it wait for self? */
	je	fast_go
	cmpq	$-1, T_RECV_FROM(%rdi)
	je	fast_go
	jmp	fast_from_local

from_self:
	cmp	T_RECV_FROM(%rdi), %rsi
	je	fast_go
	jmp	fast_from_local

fast_back_out:				/* after all: whom self has named */
	mov	(%rdi), %rsi
	jmp	entry_ipc

bad_gs:	mov	T_RSP(%rbp), %rsp
	xor	%ebp, %ebp
	jmp	entry_call

fast_go_beside:
	mov	T_LOCAL(%rbp), %rsi	/* self's id there */
	movzwl	%r9w, %r8d
	jmp	fast_commit_beside

	/* 8 to 63 words: the others from UTCB to UTCB, by the kernel's addresses. */
many:	lea	-7(%r8), %ecx
	mov	%rsi, %r11
	mov	%rdi, %rdx
	mov	T_UTCB(%rbp), %rsi
	add	$64, %rsi
	lea	64(%rsp), %rdi
	rep movsq			/* DF is clear: SYSCALL has seen to that */
	mov	%r11, %rsi
	mov	%rdx, %rdi
	mov	$IPC_RETURN, %rcx
	xor	%edx, %edx
	jmp	fast_words_done

	/* SystemClock: no memory is written. */
other:	cmp	$CLOCK_RETURN, %rcx
	jne	fast_unmap
	mov	%gs, %edx		/* as above; RDX may be destroyed */
	cmp	$USER_GS, %edx
	jne	entry_call
	read_clock
	xor	%edx, %edx
	sysretq

	/* By the number of words. */
	.balign 64
fast_words:
	.quad	w0, w1, w2, w3, w4, w5, w6, fast_words_done
	.rept	56
	.quad	many
	.endr

	.section .note.GNU-stack, "", @progbits
