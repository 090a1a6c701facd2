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

	.text
	.balign 16
	.globl entry_ipc, leave_to
	/* Ipc, from fast.S: RBP is RSP0, RSP and RFLAGS are saved, GS is right; RDI, RBP, RCX, R11 are ours. */
entry_ipc:
	movq $REGS_IPC, T_ENTRY(%rbp)
	.set at, T_MR
	.irp reg, r9, rax, rbx, r10, r12, r13, r14, r15
	mov %\reg, at(%rbp)
	.set at, at + 8
	.endr
	mov %r8, %rcx			/* to, FromSpecifier and timeouts: RSI, RDX, RCX */
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
	cmpl $REGS_IPC, T_ENTRY(%rax)
	je fast_leave
	mov T_LOCAL(%rax), %rcx
	mov %rcx, utcb_cells(%rip)
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
 * Interrupts. From user mode if the frame ends at RSP0, where that of the running thread does: CS in it may
 * be anything (user_of_vm86).
 */
	.balign 16
entry_irq:
	cld
	push_regs
	lea FRAME_BYTES(%rsp), %rbp
	cmp %rbp, cpu_locals + LOCAL_RSP0(%rip)
	jne in_kernel
	enter_c
	call trap_irq
	jmp leave_to

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
