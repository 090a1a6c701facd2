/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fast.S - SYSCALL, and the commonest Ipc (docs/decisions/fast-path.md).
 *
 * A message of 0 to 63 untyped words from a thread that then waits without a timeout: for the receiver's
 * answer only (a call), or for any thread (reply and wait). The receiver is READY (thread.h, T15), and the
 * one that self waited for last, or that began to wait for self last. All else leaves for core (ipc.c),
 * which does it from the beginning: until the last check nothing is written but RSP and RFLAGS, to where
 * entry_ipc wants them anyway.
 *
 *   RBP  &self->id, which is RSP0         RDI  &to->id           RCX  GATEWAY_IPC_RETURN, all the time
 *   RSP  free: interrupts are off, and NMI, #DB, #DF and #MC have stacks of their own
 *   RSI  to, then the sender's id as the receiver knows it       RDX  FromSpecifier      R8  timeouts
 *   R9 RAX RBX R10 R12..R15  MR0..MR7: never touched, but for those that the message has not
 *
 * Data of the CPU is addressed as it is: there is one CPU, and GS stays the users'.
 */
#include "offsets.h"
#include <arch/privileged.h>

#define TAG_REST 0xffc0		/* typed words and flags of a tag, in its low 16 bits */

	/*
	 * Leave unless RDI is READY and not below the floor of the CPU (S7), and no sender is queued at self
	 * that `mask` (T16) says its wait would have to look at: prio and recv are one number. RSP is destroyed.
	 */
	.macro check_ready mask
	movzwl	T_PRIO(%rdi), %esp
	and	\mask(%rbp), %esp
	cmp	cpu_locals + LOCAL_FLOOR(%rip), %esp
	jb	entry_ipc
	.endm

	/* Leave unless RSI is the local id of RDI, in self's space. RSP is destroyed. */
	.macro check_local
	cmp	T_LOCAL(%rdi), %rsi
	jne	entry_ipc
	mov	T_SPACE(%rdi), %rsp
	cmp	T_SPACE(%rbp), %rsp
	jne	entry_ipc
	.endm

	/* The beginning of each Ipc; of all else, leave. */
	.macro begin other
	cmp	$IPC_RETURN, %rcx	/* by the gateway's Ipc? RCX then is what SYSRET needs */
	jne	\other
	mov	cpu_locals + LOCAL_RSP0(%rip), %rbp	/* RBP may be destroyed (amd64 4) */
	mov	%rsp, T_RSP(%rbp)
	mov	%r11, T_RFLAGS(%rbp)
	read_gs %esp		/* a program that loaded GS has destroyed the base for all */
	cmp	$USER_GS, %esp
	jne	bad_gs
	.endm

	.text
	.balign 64
	.globl entry_syscall, entry_by_c, fast_leave
entry_syscall:
	begin	other
	test	%r8w, %r8w		/* receive timeout never; to send, no time is needed */
	jne	entry_ipc
	test	$TAG_REST, %r9d		/* untyped words only, and in its own name */
	jne	entry_ipc
	cmp	$-1, %rdx		/* then waits for any thread? */
	je	reply
	cmp	%rdx, %rsi		/* or for the one it sends to */
	jne	entry_ipc

	/* A call. */
	mov	T_WAIT_AT(%rbp), %rdi	/* on its list self is already */
	cmp	(%rdi), %rsi		/* the id, version and all */
	jne	call_local
	check_ready T_LONE_CLOSED
	mov	%rbp, T_CALLER(%rdi)	/* T3; is so even if C must go on */
	mov	(%rbp), %rsi		/* self's id for other spaces */
	cmpq	$-1, T_RECV_FROM(%rdi)	/* does it wait for any thread? */
	jne	from_self
go:	mov	T_SPACE(%rdi), %rsp
	cmp	T_SPACE(%rbp), %rsp
	je	beside
	mov	SPACE_DIRECT(%rsp), %rsp	/* what to load, or 0: only C may go there */
	test	%rsp, %rsp
	jz	back_out
	movzwl	%r9w, %r8d		/* words of the message: also hides self's timeouts */

	/* All checks are passed. */
	load_root %rsp
commit_beside:
	mov	%rdx, T_RECV_FROM(%rbp)
	movb	$READY, T_RECV(%rbp)	/* self waits: the rest of such a wait is so already (T15) */
	xor	%edx, %edx		/* hides self's FromSpecifier */
	mov	%dx, T_RECV(%rdi)	/* RECV_NONE, and not timed (T5) */
	mov	%rdi, cpu_locals + LOCAL_RSP0(%rip)	/* the receiver is the running thread */
	mov	T_UTCB(%rdi), %rsp
	jmp	*words(, %r8, 8)

	/* Registers that the message has not: the receiver's own. */
w0:	mov	8(%rsp), %rax
w1:	mov	16(%rsp), %rbx
w2:	mov	24(%rsp), %r10
w3:	mov	32(%rsp), %r12
w4:	mov	40(%rsp), %r13
w5:	mov	48(%rsp), %r14
w6:	mov	56(%rsp), %r15
w7:	mov	T_RFLAGS(%rdi), %r11
	mov	T_RSP(%rdi), %rsp
	mov	T_LOCAL(%rdi), %rdi	/* its UTCB, to RDI as it is promised, and to the cell */
	mov	%rdi, utcb_cells(%rip)
	xor	%ebp, %ebp		/* hides self */
	leave_to_user		/* to the stub's own RET: RCX */

	/* Reply and wait. */
reply:	mov	T_CALLER(%rbp), %rdi	/* waits for self, or did so last */
	cmp	(%rdi), %rsi
	jne	reply_local
1:	check_ready T_LONE_OPEN
	mov	(%rbp), %rsi
	cmp	T_RECV_FROM(%rdi), %rsi	/* does it wait for self? */
	je	go
	cmpq	$-1, T_RECV_FROM(%rdi)
	je	go
	jmp	back_out

from_self:
	cmp	T_RECV_FROM(%rdi), %rsi
	je	go
back_out:
	mov	(%rdi), %rsi		/* as self has named it */
	jmp	entry_ipc

bad_gs:	mov	T_RSP(%rbp), %rsp
	xor	%ebp, %ebp
	jmp	entry_call

	/* The same by local ids. */
reply_local:
	check_local
	jmp	1b
call_local:
	check_local
	check_ready T_LONE_CLOSED
	mov	%rbp, T_CALLER(%rdi)
	mov	(%rdi), %rdx		/* self waits for its global id (thread.recv_from) */
	mov	(%rbp), %rsi
	cmpq	$-1, T_RECV_FROM(%rdi)
	je	beside
	cmp	T_RECV_FROM(%rdi), %rsi
	je	beside
	mov	(%rdi), %rsi		/* the global id names it as well, twice */
	jmp	entry_ipc

beside:	mov	T_LOCAL(%rbp), %rsi	/* self's id there */
	movzwl	%r9w, %r8d
	jmp	commit_beside

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
	jmp	w7

	/* From core, to the thread in RAX, whose message is in its frame and UTCB (regs.h, R6). */
fast_leave:
	mov	%rax, %rdi
	mov	T_MR(%rdi), %r9
	mov	T_RSI(%rdi), %rsi
	mov	$IPC_RETURN, %rcx
	xor	%edx, %edx
	mov	T_UTCB(%rdi), %rsp
	mov	%r9d, %r8d
	and	$63, %r8d
	jz	w0
	.set at, T_MR + 8
	.irp reg, rax, rbx, r10, r12, r13, r14, r15
	mov	at(%rdi), %\reg
	.set at, at + 8
	.endr
	cmp	$7, %r8d
	jae	w7
	jmp	*words(, %r8, 8)

	/* SystemClock: no memory is written. */
other:	cmp	$CLOCK_RETURN, %rcx
	jne	fast_unmap
	read_gs %edx		/* as above; RDX may be destroyed */
	cmp	$USER_GS, %edx
	jne	entry_call
	read_clock
	xor	%edx, %edx
	leave_to_user

	/* Instead of entry_syscall, with fastpath=c. */
entry_by_c:
	begin	entry_call
	jmp	entry_ipc

	/* By the number of words. */
	.balign 64
words:	.quad	w0, w1, w2, w3, w4, w5, w6, w7
	.rept	56
	.quad	many
	.endr

	.section .note.GNU-stack, "", @progbits
