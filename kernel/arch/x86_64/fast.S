/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fast.S - entry by SYSCALL, and the fast path of Ipc (docs/decisions/fast-path.md).
 *
 * The fast path does a send phase of 0 to 63 untyped words, followed by a wait without a timeout: for the
 * receiver only (a call), or for any thread, or any of self's space (reply and wait). The receiver must be
 * RECV_READY (T15); for a call it must be self's wait_at, for reply and wait self's caller. If a check fails,
 * entry_ipc calls core (ipc.c), which does the whole Ipc. Before the last check only self's RSP and RFLAGS
 * are saved, as entry_ipc requires, and the receiver's caller is set, which is valid for core too.
 *
 * The recv_from of a RECV_READY thread is the id of a thread that exists (T15), anythread, or anylocalthread,
 * which is ANYLOCAL: as numbers, those two are not below ANYLOCAL, and ids of threads are.
 *
 *   RBP  &self->id, the value of RSP0     RDI  &to->id           RCX  GATEWAY_IPC_RETURN, unchanged
 *   RSP  a scratch register: interrupts are off, and NMI, #DB, #DF and #MC have stacks of their own
 *   RSI  to, then the sender's id for the receiver's space       RDX  FromSpecifier      R8  timeouts
 *   R9 RAX RBX R10 R12..R15  MR0..MR7: unchanged; after the checks those beyond the message are loaded
 *
 * Data of the CPU has fixed addresses (CPU in <arch/privileged.h>): the kernel does not use GS.
 */
#include <arch/privileged.h>

#define TAG_REST 0xffc0		/* typed words and flags in a tag */

	/*
	 * Continue at entry_ipc unless RDI is RECV_READY, its prio and recv, as one number, are not below the
	 * CPU's floor (S7), and `mask` (T16) is all ones: no queued sender must be looked at. RSP is
	 * destroyed.
	 */
	.macro check_ready mask
	movzwl	T_PRIO(%rdi), %esp
	and	\mask(%rbp), %esp
	cmp	CPU(LOCAL_FLOOR), %esp
	jb	entry_ipc
	.endm

	/* Continue at entry_ipc unless RSI is the local id of RDI, in self's space. RSP is destroyed. */
	.macro check_local
	cmp	T_LOCAL(%rdi), %rsi
	jne	entry_ipc
	mov	T_SPACE(%rdi), %rsp
	cmp	T_SPACE(%rbp), %rsp
	jne	entry_ipc
	.endm

	/*
	 * The beginning of each Ipc: RBP is self, RSP and RFLAGS are saved. Other system calls jump to
	 * `other`.
	 */
	.macro begin other
	cmp	$IPC_RETURN, %rcx	/* the gateway's Ipc: RCX has the value for SYSRET already */
	jne	\other
	mov	CPU(LOCAL_RSP0), %rbp	/* RBP may be destroyed (amd64 4) */
	mov	%rsp, T_RSP(%rbp)
	mov	%r11, T_RFLAGS(%rbp)
	read_gs %esp		/* another selector means that the program has destroyed the GS base */
	cmp	$USER_GS, %esp
	jne	bad_gs
	.endm

	.text; .cfi_sections .debug_frame; .cfi_startproc; .cfi_undefined rip	/* no caller: a backtrace ends */
	.balign 64
	.globl entry_syscall, entry_by_c, fast_leave
entry_syscall:
	begin	other
	test	%r8w, %r8w		/* receive timeout: never. The send timeout has no effect here */
	jne	entry_ipc
	test	$TAG_REST, %r9d		/* untyped words only, not propagated */
	jne	entry_ipc
	cmp	$-1, %rdx		/* FromSpecifier: anythread */
	je	reply
	cmp	%rdx, %rsi		/* or the receiver */
	jne	any_local

	/* A call: RSI equals RDX. */
	mov	T_WAIT_AT(%rbp), %rdi	/* self is on its list of waiters already */
	cmp	(%rdi), %rsi		/* the whole id, version included */
	jne	call_local
	check_ready T_CLOSED_WAIT_MASK
	mov	%rbp, T_CALLER(%rdi)	/* valid (T3) even if core does the Ipc */
	mov	(%rbp), %rsi		/* self's id for other spaces */
	cmpq	$-1, T_RECV_FROM(%rdi)	/* it waits for any thread */
	jne	from_self
go:	mov	T_SPACE(%rdi), %rsp
	cmp	T_SPACE(%rbp), %rsp
	je	beside
	mov	SPACE_DIRECT(%rsp), %rsp	/* value for CR3; 0: only core may switch to this space */
	test	%rsp, %rsp
	jz	back_out
	movzbl	%r9b, %r8d		/* number of words; the receiver does not see self's timeouts */

	/* All checks have succeeded. */
	load_root %rsp
commit_beside:
	mov	%rdx, T_RECV_FROM(%rbp)
	movb	$RECV_READY, T_RECV(%rbp)	/* self waits; the other fields have their values already (T15) */
	xor	%edx, %edx		/* the receiver does not see self's FromSpecifier */
	mov	%dx, T_RECV(%rdi)	/* RECV_NONE, and not timed (T5) */
	mov	%rdi, CPU(LOCAL_RSP0)	/* the receiver becomes the running thread */
	mov	T_UTCB(%rdi), %rsp
	jmp	*words(, %r8, 8)

	/* Load the message registers that are not part of the message from the receiver's UTCB. */
w0:	mov	8(%rsp), %rax
w1:	mov	16(%rsp), %rbx
w2:	mov	24(%rsp), %r10
w3:	mov	32(%rsp), %r12
w4:	mov	40(%rsp), %r13
w5:	mov	48(%rsp), %r14
w6:	mov	56(%rsp), %r15
w7:	cmpq	$0, T_TLS(%rdi)
	jne	set_tls
last:	mov	T_RFLAGS(%rdi), %r11
	mov	T_RSP(%rdi), %rsp
	mov	T_LOCAL(%rdi), %rdi	/* its UTCB address: the result in RDI, and the cell's value */
	mov	%rdi, UTCB_CELL
	xor	%ebp, %ebp		/* user code does not see self's kernel address */
	leave_to_user		/* to RCX, the RET of the gateway's stub */

any_local:
	cmp	$ANYLOCAL, %rdx		/* or any thread of self's space: the wait is as open as reply and wait */
	jne	entry_ipc

	/* Reply and wait. */
reply:	mov	T_CALLER(%rbp), %rdi	/* the thread that last began to wait for self */
	cmp	(%rdi), %rsi
	jne	reply_local
	check_ready T_OPEN_WAIT_MASK
	mov	(%rbp), %rsi
from_self:
	cmp	T_RECV_FROM(%rdi), %rsi	/* it waits for self, or for any thread */
	je	go
	cmpq	$ANYLOCAL, T_RECV_FROM(%rdi)
	ja	go
	jne	back_out
	mov	T_SPACE(%rdi), %rsp	/* or for any thread of its space */
	cmp	T_SPACE(%rbp), %rsp
	je	beside
back_out:
	mov	(%rdi), %rsi		/* `to` again, as a global id */
	jmp	entry_ipc

	/* The next thread has an FS base. */
set_tls:
	mov	%rax, %rsp
	load_tls %rdi
	mov	%rsp, %rax
	xor	%edx, %edx
	mov	$IPC_RETURN, %rcx
	jmp	last

	/* GS was changed: entry_call handles the Ipc. */
bad_gs:	mov	T_RSP(%rbp), %rsp
	xor	%ebp, %ebp
	jmp	entry_call

	/*
	 * The same with local ids. They are in RSI and RDX until the last check has succeeded: core looks a
	 * FromSpecifier up when self begins to wait.
	 */
reply_local:
	check_local
	check_ready T_OPEN_WAIT_MASK
	mov	(%rbp), %rsp
	cmp	T_RECV_FROM(%rdi), %rsp
	je	beside
	cmpq	$ANYLOCAL, T_RECV_FROM(%rdi)
	jae	beside
	jmp	entry_ipc
call_local:
	check_local
	check_ready T_CLOSED_WAIT_MASK
	mov	%rbp, T_CALLER(%rdi)
	cmpq	$ANYLOCAL, T_RECV_FROM(%rdi)
	jae	1f
	mov	(%rbp), %rsp
	cmp	T_RECV_FROM(%rdi), %rsp
	jne	entry_ipc
1:	mov	(%rdi), %rdx		/* self waits for its global id (thread.recv_from) */

	/* The receiver is in self's space. */
beside:	mov	T_LOCAL(%rbp), %rsi	/* self's id in this space */
	movzbl	%r9b, %r8d
	jmp	commit_beside

	/* 8 to 63 words: copy MR8 and above from UTCB to UTCB, at their kernel addresses. */
many:	lea	-7(%r8), %ecx
	mov	%rsi, %r11
	mov	%rdi, %rdx
	mov	T_UTCB(%rbp), %rsi
	add	$64, %rsi
	lea	64(%rsp), %rdi
	rep movsq			/* SYSCALL has cleared DF */
	mov	%r11, %rsi
	mov	%rdx, %rdi
	mov	$IPC_RETURN, %rcx
	xor	%edx, %edx
	jmp	w7

	/* The exit from core to the thread in RAX, whose message is in its frame and UTCB (regs.h, R6). */
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

	/* SystemClock; no memory is written. Other system calls continue at fast_unmap. */
other:	cmp	$CLOCK_RETURN, %rcx
	jne	fast_unmap
	read_gs %edx		/* as in begin; RDX may be destroyed */
	cmp	$USER_GS, %edx
	jne	entry_call
	read_clock
	xor	%edx, %edx
	leave_to_user

	/* The SYSCALL entry with the option fastpath=c: core does each Ipc. */
entry_by_c:
	begin	entry_call
	jmp	entry_ipc

	/*
	 * Jump table, indexed by the number of words. A CPU that predicts the test of the tag wrongly may have
	 * any byte there: what it then takes for an address is this table or the code behind it, which no
	 * program can choose.
	 */
	.balign 64
words:	.quad	w0, w1, w2, w3, w4, w5, w6, w7
	.rept	56
	.quad	many
	.endr

	.cfi_endproc; .section .note.GNU-stack, "", @progbits
