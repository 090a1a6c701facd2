/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fast.S - entry by SYSENTER, and the short path of Ipc (docs/decisions/fast-path.md, ia32.md).
 *
 * It does what kernel/arch/x86_64/fast.S does, by the same checks in the same order: a send phase of 0 to 63
 * untyped words, then a wait without a timeout. If a check fails, entry_ipc calls core. Before the last check
 * only self's SP is saved, and the receiver's caller is set, which is valid for core too.
 *
 *   ESP  &self->id, the value of ESP0: a scratch register, as in entry.S
 *   EBP  &to->id; before that self's SP       EAX  to, then the sender's id for the receiver's space
 *   EBX  EDI  scratch registers               EDX  FromSpecifier        ECX  timeouts
 *   ESI  MR0: unchanged. All other message registers are in the UTCB, MR1 and MR2 in EBX and EBP at the end
 *
 * DS and ES are the program's, so data is addressed by SS, which is the default for ESP and EBP. SYSENTER
 * keeps the program's flags; with FLAGS_ODD core does the Ipc.
 */
#include <arch/privileged.h>

#define TAG_REST 0xffc0		/* typed words and flags in a tag */

	/*
	 * Continue at entry_ipc unless EBP is RECV_READY, its prio and recv, as one number, are not below the
	 * CPU's floor (S7), and `mask` (T16) is all ones: no queued sender must be looked at. EBX is
	 * destroyed.
	 */
	.macro check_ready mask
	movzwl	T_PRIO(%ebp), %ebx
	and	\mask(%esp), %ebx
	cmp	%ss:CPU(LOCAL_FLOOR), %ebx
	jb	entry_ipc
	.endm

	/* Continue at entry_ipc unless EAX is the local id of EBP, in self's space. EBX is destroyed. */
	.macro check_local
	cmp	T_LOCAL(%ebp), %eax
	jne	entry_ipc
	mov	T_SPACE(%ebp), %ebx
	cmp	T_SPACE(%esp), %ebx
	jne	entry_ipc
	.endm

	/* The beginning of each Ipc. ESP is the top of sysenter_stack, EBP the user's SP. */
	.macro begin
	pushf
	testl	$FLAGS_ODD, (%esp)
	mov	%ss:CPU(LOCAL_ESP0), %esp
	mov	%ebp, T_ESP(%esp)
	jnz	entry_odd
	.endm

	.text; .cfi_sections .debug_frame; .cfi_startproc; .cfi_undefined eip	/* no caller: a backtrace ends */
	.balign 64
	.globl entry_sysenter, entry_by_c, fast_leave
entry_sysenter:
	begin
	read_gs %ebx			/* another selector may have the hidden part of another space */
	cmp	$USER_GS, %ebx
	jne	entry_ipc
	test	%cx, %cx		/* receive timeout: never. The send timeout has no effect here */
	jne	entry_ipc
	test	$TAG_REST, %esi		/* untyped words only, not propagated */
	jne	entry_ipc
	cmp	$-1, %edx		/* FromSpecifier: anythread */
	je	reply
	cmp	%edx, %eax		/* or the receiver */
	jne	any_local

	/* A call: EAX equals EDX. */
	mov	T_WAIT_AT(%esp), %ebp	/* self is on its list of waiters already */
	cmp	(%ebp), %eax		/* the whole id, version included */
	jne	call_local
	check_ready T_CLOSED_WAIT_MASK
	mov	%esp, T_CALLER(%ebp)	/* valid (T3) even if core does the Ipc */
	mov	(%esp), %eax		/* self's id for other spaces */
	cmpl	$-1, T_RECV_FROM(%ebp)	/* it waits for any thread */
	jne	from_self
go:	mov	T_SPACE(%ebp), %ebx
	cmp	T_SPACE(%esp), %ebx
	je	beside
	mov	%ss:SPACE_DIRECT(%ebx), %edi
	test	$DIRECT_SMALL, %edi	/* any page tables will do */
	jnz	commit
	cmp	%edi, %ss:LOADED_CR3
	je	commit
	test	%edi, %edi		/* 0: only core may switch to this space */
	jz	back_out
	load_root %edi, %ebx

	/* All checks have succeeded. */
commit:	mov	%ss:SPACE_SEG_HIGH(%ebx), %edi
	cmp	%edi, %ss:CPU(LOCAL_CODE + 4)
	je	1f
	mov	%edi, %ss:CPU(LOCAL_CODE + 4)
	xor	$SEG_CODE_NOT_DATA, %edi
	mov	%edi, %ss:CPU(LOCAL_DATA + 4)
	mov	%ss:SPACE_SEG_LOW(%ebx), %edi
	mov	%edi, %ss:CPU(LOCAL_CODE)
	mov	%edi, %ss:CPU(LOCAL_DATA)
1:	load_user_data %edi		/* also those of self may be unusual ones */
	mov	%ss:SPACE_IPC_RETURN(%ebx), %edi
	mov	%edi, %ss:UTCB_CELL + CELL_IP
	mov	%ss:SPACE_IOMAP(%ebx), %edi
	mov	%di, %ss:CPU(LOCAL_IOMAP)
commit_beside:
	mov	%edx, T_RECV_FROM(%esp)
	movb	$RECV_READY, T_RECV(%esp)	/* self waits; the other fields have their values already (T15) */
	mov	%cx, T_RECV(%ebp)	/* 0: RECV_NONE, and not timed (T5) */
	mov	%ebp, %ss:CPU(LOCAL_ESP0)	/* the receiver becomes the running thread */
	mov	T_UTCB(%ebp), %edi
	test	$63, %esi
	jnz	copy
last:	mov	T_ESP(%ebp), %ecx
	mov	T_LOCAL(%ebp), %edx	/* its UTCB address: the result in EDI, and the cell's value */
	mov	%edx, %ss:UTCB_CELL
	mov	%ss:4(%edi), %ebx
	mov	%ss:8(%edi), %ebp
	mov	%edx, %edi
	leave_to_user

	/* Reply and wait. */
reply:	mov	T_CALLER(%esp), %ebp	/* the thread that last began to wait for self */
	cmp	(%ebp), %eax
	jne	reply_local
	check_ready T_OPEN_WAIT_MASK
	mov	(%esp), %eax
from_self:
	cmp	T_RECV_FROM(%ebp), %eax	/* it waits for self, or for any thread */
	je	go
	cmpl	$ANYLOCAL, T_RECV_FROM(%ebp)
	ja	go
	jne	back_out
	mov	T_SPACE(%ebp), %ebx	/* or for any thread of its space */
	cmp	T_SPACE(%esp), %ebx
	je	beside
back_out:
	mov	(%ebp), %eax		/* `to` again, as a global id */
	jmp	entry_ipc

any_local:
	cmp	$ANYLOCAL, %edx		/* or any thread of self's space: the wait is as open as reply and wait */
	je	reply
	jmp	entry_ipc

	/*
	 * The same with local ids. They are in EAX and EDX until the last check has succeeded: core looks a
	 * FromSpecifier up when self begins to wait.
	 */
reply_local:
	check_local
	check_ready T_OPEN_WAIT_MASK
	mov	(%esp), %ebx
	cmp	T_RECV_FROM(%ebp), %ebx
	je	beside
	cmpl	$ANYLOCAL, T_RECV_FROM(%ebp)
	jae	beside
	jmp	entry_ipc
call_local:
	check_local
	check_ready T_CLOSED_WAIT_MASK
	mov	%esp, T_CALLER(%ebp)
	cmpl	$ANYLOCAL, T_RECV_FROM(%ebp)
	jae	1f
	mov	(%esp), %ebx
	cmp	T_RECV_FROM(%ebp), %ebx
	jne	entry_ipc
1:	mov	(%ebp), %edx		/* self waits for its global id (thread.recv_from) */

	/* The receiver is in self's space. */
beside:	mov	T_LOCAL(%esp), %eax	/* self's id in this space */
	jmp	commit_beside

	/* Copy MR1 and above from UTCB to UTCB, at their kernel addresses. ESP is not needed any more. */
copy:	mov	%esi, %ecx
	and	$63, %ecx
	mov	T_UTCB(%esp), %ebx
	jmp	*%ss:words(, %ecx, 4)
	.irp	n, 8, 7, 6, 5, 4, 3, 2, 1
w\n:	mov	%ss:4 * \n(%ebx), %ecx
	mov	%ecx, %ss:4 * \n(%edi)
	.endr
	jmp	last
many:	mov	%esi, %edx
	lea	4(%ebx), %esi
	add	$4, %edi
	load_es $KERNEL_SS, %ebx
	copy_words			/* FLAGS_ODD has DF */
	load_es $USER_DS, %ebx
	mov	%edx, %esi
	mov	T_UTCB(%ebp), %edi
	jmp	last

	/* The exit from core to the thread in EAX, whose message is in its frame and UTCB (regs.h, R6). */
fast_leave:
	push	$2			/* AC and ID of another thread */
	popf
	mov	%eax, %ebp
	mov	T_ESI(%ebp), %esi
	mov	T_EAX(%ebp), %eax
	mov	T_UTCB(%ebp), %edi
	jmp	last

	/* The SYSENTER entry with the option fastpath=c: core does each Ipc. */
entry_by_c:
	begin
	jmp	entry_ipc

	/* Jump table, indexed by the number of words. */
	.balign 64
words:	.long	last, w1, w2, w3, w4, w5, w6, w7, w8
	.rept	55
	.long	many
	.endr

	.cfi_endproc; .section .note.GNU-stack, "", @progbits
