/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fast_queue.S - a call of somebody who is busy, and an answer by somebody for whom others wait already
 * (docs/decisions/fast-path.md). Registers and rules are those of fast.S; R11 and RCX are free besides.
 */
#include "offsets.h"

	.text
	.globl fast_queue, fast_reply_queued, fast_take

	/* A call of RDI, whose id is RSI and RDX, not to be delivered now. Self is queued if RDI is busy. */
fast_queue:
	test	%r8d, %r8d		/* no timeout to send either */
	jnz	entry_ipc
	cmpl	$NOBODY, cpu_locals + LOCAL_FLOOR(%rip)	/* a redirector? */
	jae	entry_ipc
	mov	T_PRIO(%rdi), %esp
	and	$0xff00ff00, %esp
	cmp	$ACTIVE << 24 | NONE << 8, %esp	/* waits for nobody, goes not away; no interrupt is ACTIVE */
	jne	entry_ipc

	/* As ipc_start_slowly, block_sending and ipc_enqueue do it. */
	mov	%r9, T_MR(%rbp)
	mov	%r9, T_TAG(%rbp)
	test	$63, %r9b
	jz	1f
	.set at, T_MR + 8
	.irp reg, rax, rbx, r10, r12, r13, r14, r15
	mov	%\reg, at(%rbp)
	.set at, at + 8
	.endr
1:	movq	$0, T_ROUTE_FLAGS(%rbp)
	mov	%rdx, T_RECV_FROM(%rbp)
	movb	$CALLING, T_SEND(%rbp)
	mov	%rdi, T_PARTNER(%rbp)
	incq	kernel + KERNEL_SEND_ORDERS(%rip)
	mov	kernel + KERNEL_SEND_ORDERS(%rip), %rax
	mov	%rax, T_SEND_ORDER(%rbp)
	lea	T_SENDERS(%rdi), %rcx
	mov	T_SPACE(%rbp), %rax
	cmp	T_SPACE(%rdi), %rax
	sete	T_QUEUED_LOCAL(%rbp)
	jne	1f
	add	$16, %rcx		/* the queue of its own space */
1:	lea	T_SEND_LINK(%rbp), %rsi
	mov	8(%rcx), %rdx
	mov	%rcx, (%rsi)
	mov	%rdx, 8(%rsi)
	mov	%rsi, (%rdx)
	mov	%rsi, 8(%rcx)
	movl	$0, T_LONE_OPEN(%rdi)
	jmp	fast_next

	/* RDI is answered, and self waits; but somebody is queued, or RDI does not wait, or has to. */
fast_reply_queued:
	movzwl	T_PRIO(%rdi), %esp
	cmp	cpu_locals + LOCAL_FLOOR(%rip), %esp
	jb	not_ready
	cmp	$-1, %rdx
	jne	entry_ipc
	cmpq	$0, cpu_locals + LOCAL_AHEAD(%rip)
	jne	entry_ipc
	movzbl	T_PRIO(%rbp), %ecx
	cmp	%ecx, kernel + CPU_HIGHEST(%rip)	/* RDI runs at once, and self, above all others, is ahead */
	jge	entry_ipc
	add	$(READY << 8) + 1, %ecx
	cmp	%ecx, %esp
	jb	entry_ipc

	/* The first who is queued; as a rule one of both queues is empty. */
	lea	T_SENDERS(%rbp), %rsp
	mov	(%rsp), %r11
	cmp	%rsp, %r11
	je	own_queue
	add	$16, %rsp
	cmp	%rsp, (%rsp)
	jne	both_queues
1:	cmpb	$CALLING, T_SEND - T_SEND_LINK(%r11)
	jne	entry_ipc
	cmpl	$0, T_LONE_CLOSED - T_SEND_LINK(%r11)
	je	entry_ipc
	mov	(%rbp), %rsi		/* does RDI wait for self? */
	cmp	T_RECV_FROM(%rdi), %rsi
	jne	from_any
2:	mov	T_SPACE(%rdi), %rsp
	cmp	T_SPACE(%rbp), %rsp
	je	beside
	mov	SPACE_DIRECT(%rsp), %rsp
	test	%rsp, %rsp
	jz	fast_back_out

	mov	%rsp, %cr3
3:	mov	%r11, cpu_locals + LOCAL_AHEAD_FROM(%rip)
	mov	%rbp, cpu_locals + LOCAL_AHEAD(%rip)
	mov	%ecx, cpu_locals + LOCAL_FLOOR(%rip)
	movq	$0, kernel + CPU_CURRENT(%rip)
	mov	$IPC_RETURN, %rcx
	movzwl	%r9w, %r8d
	jmp	fast_arrive

own_queue:				/* nobody of another space */
	add	$16, %rsp
	mov	(%rsp), %r11
	cmp	%rsp, %r11
	jne	1b
	jmp	entry_ipc
both_queues:
	mov	(%rsp), %rsp
	mov	T_SEND_ORDER - T_SEND_LINK(%rsp), %rsi
	cmp	T_SEND_ORDER - T_SEND_LINK(%r11), %rsi
	cmovb	%rsp, %r11
	mov	(%rdi), %rsi		/* whom self has named */
	jmp	1b
from_any:
	cmpq	$-1, T_RECV_FROM(%rdi)
	je	2b
	jmp	fast_back_out
beside:	mov	T_LOCAL(%rbp), %rsi
	jmp	3b
not_ready:
	test	%rsi, %rsi		/* nothing is sent, and nobody was self's client */
	jz	fast_wait
	jmp	entry_ipc

	/* RDI runs now, and takes the message that it found when it had answered: as take_plainly does it. */
fast_take:
	mov	cpu_locals + LOCAL_AHEAD_FROM(%rip), %rsi
	lea	-T_SEND_LINK(%rsi), %rbp
	mov	(%rsi), %rcx
	mov	8(%rsi), %rdx
	mov	%rcx, (%rdx)
	mov	%rdx, 8(%rcx)
	mov	%rsi, (%rsi)
	mov	%rsi, 8(%rsi)
	lea	T_SENDERS(%rdi), %rcx	/* are more queued? */
	cmp	%rcx, (%rcx)
	jne	1f
	add	$16, %rcx
	cmp	%rcx, (%rcx)
	jne	1f
	movl	$-1, T_LONE_OPEN(%rdi)
1:	movw	$READY, T_RECV(%rbp)	/* and send NONE */
	movq	$0, T_PARTNER(%rbp)
	mov	%rbp, T_CALLER(%rdi)
	mov	(%rbp), %rsi
	mov	T_SPACE(%rbp), %rcx
	cmp	T_SPACE(%rdi), %rcx
	jne	2f
	mov	T_LOCAL(%rbp), %rsi
2:	mov	T_MR(%rbp), %r9
	mov	%r9d, %r8d
	and	$63, %r8d
	jmp	fast_load

	.section .note.GNU-stack, "", @progbits
