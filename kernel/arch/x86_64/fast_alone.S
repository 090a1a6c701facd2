/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fast_alone.S - a message without a wait, and a wait without a message (docs/decisions/fast-path.md).
 * Registers and rules are those of fast.S; R11 and RCX are free besides.
 *
 * Who gets a message alone is ready, and runs some time: meanwhile it is `ahead` (local.h, L5), in no queue.
 * Most often its sender waits next, and then it is found there; and C finds it there before anything else.
 */
#include "offsets.h"

	.text
	.globl fast_send, fast_wait, fast_wait_for, fast_next, fast_load

	/* RSI is sent to, RDX nil. Nothing of self changes: it goes on. */
fast_send:
	mov	T_WAIT_AT(%rbp), %rdi
	cmp	(%rdi), %rsi
	jne	send_other
1:	movzwl	T_PRIO(%rdi), %r11d	/* READY, and above all who are ready: so nobody's turn but its own */
	cmp	cpu_locals + LOCAL_FLOOR(%rip), %r11d
	jbe	entry_ipc
	cmpq	$0, cpu_locals + LOCAL_AHEAD(%rip)
	jne	entry_ipc
	mov	(%rbp), %rcx
	cmp	T_RECV_FROM(%rdi), %rcx
	je	2f
	cmpq	$-1, T_RECV_FROM(%rdi)
	jne	entry_ipc
2:	mov	T_SPACE(%rdi), %rsp
	cmp	T_SPACE(%rbp), %rsp
	jne	3f
	mov	T_LOCAL(%rbp), %rcx
3:	cmp	T_PRIO(%rbp), %r11b
	ja	entry_ipc		/* above self as well: runs at once */
	jb	5f
	mov	kernel + CPU_SLICE_END(%rip), %rsp
	cmp	kernel + CPU_TIMER_SET(%rip), %rsp	/* an equal waits for that: S4 */
	jb	entry_ipc

5:	inc	%r11d			/* who is called meanwhile must be above it: S3, and S4 */
	mov	%r11d, cpu_locals + LOCAL_FLOOR(%rip)
	mov	%rdi, cpu_locals + LOCAL_AHEAD(%rip)
	movq	$0, cpu_locals + LOCAL_AHEAD_FROM(%rip)
	movq	$0, kernel + CPU_CURRENT(%rip)
	movb	$NONE, T_RECV(%rdi)
	mov	%rcx, T_RSI(%rdi)
	mov	%r9, T_MR(%rdi)
	test	$63, %r9b
	jz	6f
	.set at, T_MR + 8
	.irp reg, rax, rbx, r10, r12, r13, r14, r15	/* those that the message has not, too: see fast_load */
	mov	%\reg, at(%rdi)
	.set at, at + 8
	.endr
	test	$0x38, %r9b		/* more words than registers? */
	jnz	send_many
6:	mov	T_RFLAGS(%rbp), %r11
	mov	T_LOCAL(%rbp), %rdi
	mov	T_RSP(%rbp), %rsp
	mov	$IPC_RETURN, %rcx
	xor	%ebp, %ebp
	sysretq

send_other: mov	$1b, %r11
	jmp	fast_find

send_many: mov	%rsi, %r11
	mov	%r9d, %ecx
	and	$63, %ecx
	sub	$7, %ecx
	mov	T_UTCB(%rdi), %rdi
	add	$64, %rdi
	mov	T_UTCB(%rbp), %rsi
	add	$64, %rsi
	rep movsq
	mov	%r11, %rsi
	jmp	6b

	/* RDX is waited for, one thread, and nothing sent. */
fast_wait_for:
	mov	T_WAIT_AT(%rbp), %rdi	/* on its list self is already */
	cmp	(%rdi), %rdx
	jne	1f
	cmpb	$DYING, T_LIFE(%rdi)
	je	entry_ipc
	cmpl	$0, T_LONE_OPEN(%rbp)	/* nobody is queued */
	je	entry_ipc
	mov	%rbp, T_CALLER(%rdi)
	jmp	2f
1:	cmp	$ANYLOCAL, %rdx
	jne	entry_ipc

	/* The same for anybody, or any local thread. */
fast_wait:
	cmpl	$0, T_LONE_OPEN(%rbp)
	je	entry_ipc
2:	mov	%rdx, T_RECV_FROM(%rbp)
	movb	$READY, T_RECV(%rbp)

	/* Self is blocked, all that is needed of it is saved. Who is ahead runs, if somebody is. */
fast_next:
	mov	cpu_locals + LOCAL_AHEAD(%rip), %rdi
	test	%rdi, %rdi
	jz	ask
	cmp	kernel + CPU_SLICE_OWNER(%rip), %rdi
	jne	own_slice
1:	mov	T_SPACE(%rdi), %rsp
	cmp	T_SPACE(%rbp), %rsp
	je	2f
	mov	SPACE_DIRECT(%rsp), %rsp	/* read now: an Unmap since the send may have made it 0 */
	test	%rsp, %rsp
	jz	ask
	mov	%rsp, %cr3
2:	movq	$0, cpu_locals + LOCAL_AHEAD(%rip)
	mov	kernel + CPU_FLOOR(%rip), %eax	/* as nobody is ahead any more */
	mov	%eax, cpu_locals + LOCAL_FLOOR(%rip)
	mov	%rdi, cpu_locals + LOCAL_RSP0(%rip)
	cmpq	$0, cpu_locals + LOCAL_AHEAD_FROM(%rip)
	jne	fast_take
	mov	T_RSI(%rdi), %rsi
	mov	%rdi, %rbp
	mov	T_MR(%rbp), %r9
	mov	%r9d, %r8d
	and	$63, %r8d
	cmp	$7, %r8d		/* the others are in its UTCB already */
	jbe	fast_load
	mov	$7, %r8d

	/* Registers of the message, R8 words, out of the frame of RBP; the rest, and the way out, is fast.S's. */
fast_load:
	test	%r8d, %r8d
	jz	3f
	.set at, T_MR + 8
	.irp reg, rax, rbx, r10, r12, r13, r14, r15
	mov	at(%rbp), %\reg
	.set at, at + 8
	.endr
3:	mov	$IPC_RETURN, %rcx
	xor	%edx, %edx
	mov	T_UTCB(%rdi), %rsp
	jmp	*fast_words(, %r8, 8)

	/* Another slice is charged; self's registers are saved, or of no interest. */
own_slice:
	mov	%rdi, %rbx
	mov	cpu_locals + LOCAL_STACK(%rip), %rsp
	call	kernel_slice
	mov	%rbx, %rdi
	test	%al, %al
	jnz	1b
ask:	mov	%rbp, %rdi
	mov	cpu_locals + LOCAL_STACK(%rip), %rsp
	call	trap_blocked
	jmp	leave_to

	.section .note.GNU-stack, "", @progbits
