/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * entry.S - into the kernel and out of it (docs/decisions/kernel-entry.md).
 *
 * Interrupts are off in the kernel but in idle and in cpu_window(). All user state is saved in the
 * struct arch_regs of the running thread, whose end is TSS.RSP0, where its struct thread begins: exceptions
 * and interrupts of user code land there by themselves, SYSCALL (fast.S) goes there by hand. Then C runs on
 * the CPU's one stack, from its top, and returns the thread to leave to. Nothing on the stack outlives a
 * kernel entry.
 *
 * GS: the base is that of the UTCB cell all the time, the kernel does not use it. The selector is 0x33; a
 * user who loaded another one has destroyed the base, and gs_repair mends that before the thread, or
 * another one, runs again.
 *
 * #DB, NMI, #DF and #MC have stacks of their own (IST), as they may come between SYSCALL and the
 * change of stacks, or between that back and SYSRET.
 */
#include "offsets.h"
#include "read_clock.h"

	.macro push_regs
	.irp reg, rdi, rsi, rdx, rcx, r8, r11, rbp, r15, r14, r13, r12, r10, rbx, rax, r9
	push %\reg
	.endr
	.endm

	.macro pop_regs
	.irp reg, r9, rax, rbx, r10, r12, r13, r14, r15, rbp, r11, r8, rcx, rdx, rsi, rdi
	pop %\reg
	.endr
	.endm

	/* RSP is the frame, complete: to the CPU's stack; RDI the thread; GS mended if need be. */
	.macro enter_c
	lea FRAME_BYTES(%rsp), %rdi
	mov cpu_locals + LOCAL_STACK(%rip), %rsp
	mov %gs, %eax
	cmp $USER_GS, %eax
	je 1f
	push %rdi
	push %rdi			/* twice: C wants RSP aligned to 16 */
	call gs_repair
	pop %rdi
	pop %rdi
1:
	.endm

	/*
	 * To the thread in RDI that was READY, as fast.S leaves: its message is that of an interrupt, nothing
	 * but a tag; of a page fault, MR0 to MR2 in its frame; or of an exception, MR0 to MR7 there, and the
	 * others in its UTCB.
	 */
	.macro leave_with words
	mov $IPC_RETURN, %rcx
	mov $\words, %r8d
	xor %edx, %edx
	mov T_UTCB(%rdi), %rsp
	.endm

	.text
	.balign 16
	.globl entry_ipc, leave_to
	/* Ipc, from fast.S: RBP is RSP0, RSP and RFLAGS are saved, GS is right; RDI, RBP, RCX, R11 are ours. */
entry_ipc:
	movq $IPC_RETURN, T_RIP(%rbp)
	movq $REGS_SYSCALL, T_ENTRY(%rbp)
	.set at, T_MR
	.irp reg, r9, rax, rbx, r10, r12, r13, r14, r15
	mov %\reg, at(%rbp)
	.set at, at + 8
	.endr
	mov %r8, T_R8(%rbp)
	mov %rdx, T_RDX(%rbp)
	mov %rsi, T_RSI(%rbp)
	mov %rbp, %rdi
	mov cpu_locals + LOCAL_STACK(%rip), %rsp
	call trap_ipc
	jmp leave_to

	/* All other SYSCALLs: nothing has been changed. */
	.balign 16
	.globl entry_call
entry_call:
	mov %rsp, cpu_locals + LOCAL_USER_SP(%rip)
	mov cpu_locals + LOCAL_RSP0(%rip), %rsp
	push $USER_SS
	push cpu_locals + LOCAL_USER_SP(%rip)
	push %r11			/* RFLAGS */
	push $USER_CS
	push %rcx			/* RIP */
	push $0
	push $REGS_SYSCALL
	push_regs
	enter_c
	call trap_syscall

/* Leave to the thread in RAX. */
leave_to:
	lea -FRAME_BYTES(%rax), %rsp
	pop_regs
	cmpl $REGS_SYSCALL, (%rsp)
	jne iret_to
	mov FRAME_RIP(%rsp), %rcx	/* in the gateway page, so canonical (R1) */
	mov FRAME_RFLAGS(%rsp), %r11
	mov FRAME_RSP(%rsp), %rsp
	sysretq
iret_to:
	add $FRAME_RIP, %rsp
	iretq

/* leave(thread): the first thread, from boot. */
	.globl leave_first
leave_first:
	mov %rdi, %rax
	jmp leave_to

/* Exceptions: vector, error code, RIP, CS.. on the stack. */
	.balign 16
entry_vector:
	testb $3, FRAME_CS(%rsp)
	jz no_user
save_user:
	cld				/* C, and the string instructions of <arch/words.h>, count on it */
	push_regs
	enter_c
	call trap_user
	jmp leave_to

/*
 * Interrupts. One of an edge-triggered line that is open, whose handler is READY above self and whoever else
 * could run, goes straight: nothing is written until that is sure, and all is done that irq_arrived and
 * sched_run of core would do then (docs/decisions/kernel-entry.md). kernel/arch/host/fast.c has it in C.
 *
 * It came from user mode if its frame ends at RSP0, where that of the running thread does. The upper half of
 * the flags is 0 as a rule; with VM in it GS is not the kernel's, whatever its selector is.
 *
 *   RBP  &self->id        RBX  &irq->id, of the line        RDI  &handler->id    RSI  the line's id
 *   RCX  self's priority  R10  the floor without the timer  R8   vector
 *   R9   its space        R14  what to load for that        RAX  now             RDX  what the slice has left
 */
	.balign 16
entry_irq:
	push_regs
	lea	FRAME_BYTES(%rsp), %rbp
	mov	T_RFLAGS(%rbp), %eax
	mov	%gs, %ax
	cmp	$USER_GS, %eax
	jne	irq_by_c
irq_again:
	cmp	%rbp, kernel + CPU_CURRENT(%rip)	/* has core to be told something first? */
	jne	irq_late
	movzbl	T_ENTRY(%rbp), %r8d
	mov	plat_irq_edge(, %r8, 8), %rbx
	test	%rbx, %rbx
	jz	irq_by_c
	mov	T_HANDLER(%rbx), %rdi
	movzbl	T_PRIO(%rbp), %ecx
	lea	READY << 8(%rcx), %r10d
	movzwl	T_PRIO(%rdi), %eax	/* READY and above self: one number */
	cmp	%r10d, %eax
	jbe	irq_by_c
	cmp	%ecx, kernel + CPU_HIGHEST(%rip)	/* nobody who is queued is above self, either */
	jg	irq_by_c
	mov	(%rbx), %rsi
	cmp	%rsi, T_RECV_FROM(%rdi)
	jne	irq_open
irq_heard:
	cmpl	$0, kernel + CPU_SPECIAL(%rip)	/* S9 */
	jne	irq_by_c
	cmpq	$0, T_SLICE_LEFT(%rdi)	/* then C gives it a new one */
	je	irq_by_c
	mov	T_UTCB(%rbp), %rax
	testb	$PREEMPT_FLAGS, TCR_FLAGS(%rax)	/* delayed, or to be told about? */
	jnz	irq_by_c
	mov	T_SPACE(%rdi), %r9
	mov	SPACE_DIRECT(%r9), %r14
	test	%r14, %r14
	jz	irq_by_c
	read_clock
	mov	kernel + CPU_SLICE_END(%rip), %rdx
	sub	%rax, %rdx
	jbe	irq_by_c		/* the slice is over: self goes behind its equals */

	/* Nothing can go wrong any more. The line: accepted, ended, its message delivered. */
	movq	$0, plat_irq_edge(, %r8, 8)
	mov	lapic_registers(%rip), %r12
	movl	$0, EOI(%r12)
	incq	T_IRQ_COUNT(%rbx)
	movb	$UNACKED, T_IRQ_STATE(%rbx)
	movb	$NONE, T_RECV(%rdi)

	/* The slice that runs is charged, the handler's begins. */
	mov	kernel + CPU_SLICE_OWNER(%rip), %r12
	mov	%rdx, T_SLICE_LEFT(%r12)
	mov	%rax, %rdx
	sub	kernel + CPU_SLICE_START(%rip), %rdx
	add	%rdx, T_TIME_USED(%r12)
	mov	%rax, kernel + CPU_SLICE_START(%rip)
	add	T_SLICE_LEFT(%rdi), %rax	/* the handler's may be the one that ran */
	mov	%rax, kernel + CPU_SLICE_END(%rip)
	mov	%rdi, kernel + CPU_SLICE_OWNER(%rip)

	/* Self goes before its equals (S1), and nobody above them is queued. */
	mov	%ecx, kernel + CPU_HIGHEST(%rip)
	bts	%rcx, kernel + CPU_READY_BITS(%rip)
	shl	$4, %ecx
	lea	kernel + CPU_READY(%rcx), %rcx
	lea	T_READY_LINK(%rbp), %rdx
	mov	(%rcx), %r12
	mov	%r12, (%rdx)
	mov	%rcx, 8(%rdx)
	mov	%rdx, 8(%r12)
	mov	%rdx, (%rcx)

	/* The handler runs. Nobody waits for the end of its slice, but an equal of self's would: S7. */
	cmp	kernel + CPU_TIMER_SET(%rip), %rax
	adc	$0, %r10d
	mov	%r10d, kernel + CPU_FLOOR(%rip)
	mov	%r10d, cpu_locals + LOCAL_FLOOR(%rip)
	mov	%rdi, kernel + CPU_CURRENT(%rip)
	mov	%rdi, cpu_locals + LOCAL_RSP0(%rip)
	cmp	%r9, mem + MEM_LOADED(%rip)
	je	irq_same
	mov	%r9, mem + MEM_LOADED(%rip)
	mov	%r14, %cr3
	mov	%ds, %eax		/* as switch.h has it */
	mov	%es, %ecx
	imul	%ecx, %eax
	mov	%fs, %ecx
	imul	%ecx, %eax
	cmp	$USUAL_SEGMENTS, %eax
	jne	irq_rest
irq_same:
	cmpq	$0, cpu_locals + LOCAL_FPU_OWNER(%rip)
	jne	irq_rest
irq_leave:
	leave_with 0
	mov	$IRQ_TAG, %r9
	jmp	fast_no_words

irq_open:
	cmpq	$-1, T_RECV_FROM(%rdi)
	je	irq_heard
irq_by_c:
	cld
	cmp	%rbp, cpu_locals + LOCAL_RSP0(%rip)
	jne	in_kernel
	enter_c
	call	trap_irq
	jmp	leave_to

irq_late:
	cld
	cmp	%rbp, cpu_locals + LOCAL_RSP0(%rip)
	jne	in_kernel
	mov	%rbp, %rdi
	mov	cpu_locals + LOCAL_STACK(%rip), %rsp
	call	trap_late
	lea	-FRAME_BYTES(%rbp), %rsp
	jmp	irq_again

irq_rest:
	cld
	mov	%rsi, %rbx
	mov	cpu_locals + LOCAL_STACK(%rip), %rsp
	call	switch_rest
	mov	%rax, %rdi
	mov	%rbx, %rsi
	jmp	irq_leave

	.globl leave_fault, leave_exception
leave_fault:
	leave_with 2
	mov T_RSI(%rdi), %rsi
	mov T_MR(%rdi), %r9
	mov T_MR + 8(%rdi), %rax
	mov T_MR + 16(%rdi), %rbx
	jmp fast_two_words

leave_exception:
	leave_with EXC_WORDS
	mov T_RSI(%rdi), %rsi
	.set at, T_MR
	.irp reg, r9, rax, rbx, r10, r12, r13, r14, r15
	mov at(%rdi), %\reg
	.set at, at + 8
	.endr
	jmp fast_words_done

/* An interrupt in idle or in cpu_window: what the kernel did is over, and all of it is in TCBs. */
in_kernel:
	movzbl T_ENTRY(%rbp), %edi
	mov cpu_locals + LOCAL_STACK(%rip), %rsp
	call trap_interrupt
	jmp leave_to

/* An exception in the kernel; or, with VM in the flags, of user code after all, whatever CS is. */
no_user:
	testb $RFLAGS_VM >> 16, FRAME_RFLAGS + 2(%rsp)
	jnz save_user
panic_frame:
	push_regs
	mov %rsp, %rdi
	and $-16, %rsp
	call trap_kernel
	ud2

/* #DB: of user code, to the thread's frame; of the kernel (MOV SS, then SYSCALL), as NMI. */
entry_debug:
	testb $3, FRAME_CS(%rsp)
	jz entry_nmi
	push %rax
	mov %rsp, %rax
	mov cpu_locals + LOCAL_RSP0(%rip), %rsp
	.irp field, FRAME_SS, FRAME_RSP, FRAME_RFLAGS, FRAME_CS, FRAME_RIP, FRAME_ERROR
	push \field + 8(%rax)
	.endr
	push 8(%rax)
	mov (%rax), %rax
	jmp save_user

/* NMI: noted, and back to wherever it was. */
entry_nmi:
	cld
	push_regs
	mov %rsp, %rdi
	call trap_aside
	pop_regs
	jmp iret_to

/* One stub for each exception: error code (0 where the CPU has none), vector. */
	.macro stub vector target
	.if (\vector != 8) && (\vector < 10 || \vector > 14) && (\vector != 17) && (\vector != 21) \
		&& (\vector != 29) && (\vector != 30)
	push $0
	.endif
	push $\vector
	jmp \target
	.endm

	.globl entry_stubs, entry_irqs
entry_stubs:
	.set vector, 0
	.rept FIRST_IRQ
	.if vector == 1
	stub vector entry_debug
	.elseif vector == 2
	stub vector entry_nmi
	.elseif vector == 8 || vector == 18
	stub vector panic_frame
	.else
	stub vector entry_vector
	.endif
	.set vector, vector + 1
	.org entry_stubs + vector * STUB_BYTES, 0xcc
	.endr

/*
 * Interrupts: four bytes each, push of a signed byte, whose low byte is the vector, and a short jump to the
 * end of its group, where it is pushed once more, in the place of an error code.
 */
entry_irqs:
	.rept (256 - FIRST_IRQ) / IRQ_GROUP
	.rept IRQ_GROUP
	.byte 0x6a, vector
	jmp 1f
	.set vector, vector + 1
	.endr
1:	push (%rsp)
	jmp entry_irq
	.org entry_irqs + (vector - FIRST_IRQ) / IRQ_GROUP * IRQ_GROUP_BYTES, 0xcc
	.endr

	.section .note.GNU-stack, "", @progbits
