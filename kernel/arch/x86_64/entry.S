/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * entry.S - kernel entry and exit (docs/decisions/kernel-entry.md).
 *
 * In the kernel interrupts are off, except in idle and in cpu_window(). All user state is saved in the struct
 * arch_regs of the running thread. Its end is TSS.RSP0, where the struct thread begins: for exceptions and
 * interrupts of user code the CPU pushes its frame there; for SYSCALL the entry code loads RSP0 itself. Then
 * C runs on the CPU's only kernel stack, from its top, and returns the thread to which the kernel exits. The
 * contents of the stack are not needed after that.
 *
 * GS: its base is always that of the UTCB cell; the kernel does not use it. Its selector is 0x33. If user
 * code has loaded another selector, the base is lost: gs_repair restores both before user code runs again.
 *
 * #DB, NMI, #DF and #MC have stacks of their own (IST): they can occur between SYSCALL and the switch to the
 * kernel stack, or between the switch back and SYSRET.
 */
#include <arch/privileged.h>

/* What may be arguments and results of a call without message registers; RSP is RSP0. */
#define ARGS(o) o(rax, RAX); o(rsi, RSI); o(rdx, RDX); o(r8, R8); o(r9, MR); o(r10, R10); o(rdi, RDI)
#define SAVE(reg, field) mov %reg, T_##field(%rsp)
#define LOAD(reg, field) mov T_##field(%rsp), %reg

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

	/*
	 * RSP points to the complete struct arch_regs. Sets RDI to the thread and RSP to the CPU's kernel
	 * stack.
	 */
	.macro enter_c
	lea FRAME_BYTES(%rsp), %rdi
	mov CPU(LOCAL_STACK), %rsp
	.endm

	.text; .cfi_sections .debug_frame; .cfi_startproc; .cfi_undefined rip	/* no caller: a backtrace ends */
	.balign 16
	.globl entry_ipc, entry_call, leave_to, leave_first, entry_stubs, entry_irqs
	/*
	 * Ipc, from fast.S: RBP is RSP0, RSP and RFLAGS are saved, GS is checked. RDI, RBP, RCX and R11 need
	 * not be preserved.
	 */
entry_ipc:
	movq $REGS_IPC, T_ENTRY(%rbp)
	.set at, T_MR
	.irp reg, r9, rax, rbx, r10, r12, r13, r14, r15
	mov %\reg, at(%rbp)
	.set at, at + 8
	.endr
	mov %r8, %rcx			/* to, FromSpecifier and timeouts: RSI, RDX, RCX */
	mov %rbp, %rdi
	mov CPU(LOCAL_STACK), %rsp
	call *CPU(TRAPS_IPC)
	jmp leave_to

	/*
	 * All other SYSCALLs; RSP is the user's, and nothing is saved yet. Of a call without message registers
	 * what can be an argument is saved, and C keeps RBX, RBP and R12 to R15. Its result 0 is the exit to
	 * the caller, for which all else is loaded. CS and SS are in the frame (R5).
	 */
	.balign 16
entry_call:
	mov %rsp, CPU(LOCAL_USER_SP)
	mov CPU(LOCAL_RSP0), %rsp
	mov %r11, T_RFLAGS(%rsp)
	mov %rcx, T_RIP(%rsp)
	cmp $PLAIN_RETURN, %rcx		/* unsigned: below it are other calls, and the user's own SYSCALLs */
	jb 1f
	ARGS(SAVE)
	mov %rsp, %rdi
	mov CPU(LOCAL_STACK), %rsp
	call *CPU(TRAPS_CALL)
	test %rax, %rax
	jnz leave_to
	mov CPU(LOCAL_RSP0), %rsp
	ARGS(LOAD)
	lea T_ENTRY(%rsp), %rsp
	jmp 2f
1:	lea T_ENTRY(%rsp), %rsp		/* the others: all registers */
	push_regs
	enter_c
	call *CPU(TRAPS_SYSCALL)

/* Exit from the kernel to the thread in RAX. */
leave_to:
	cmpl $REGS_IPC, T_ENTRY(%rax)
	je fast_leave
	mov T_LOCAL(%rax), %rcx
	mov %rcx, UTCB_CELL
	lea -FRAME_BYTES(%rax), %rsp
	cmpq $0, T_TLS(%rax)
	je 1f
	load_tls %rax
1:	pop_regs
	cmpl $REGS_SYSCALL, (%rsp)
	jne iret_to
2:	mov FRAME_RIP(%rsp), %rcx	/* in the gateway page (R1): canonical, as SYSRET requires */
	mov FRAME_RFLAGS(%rsp), %r11
	mov FRAME_RSP(%rsp), %rsp
	sysretq
iret_to:
	add $FRAME_RIP, %rsp
	iretq

/* leave_first(thread): the exit to the first thread, at the end of booting. */
leave_first:
	mov %rdi, %rax
	jmp leave_to

/* Exceptions. On the stack: vector, error code, RIP, CS, RFLAGS, RSP, SS. */
	.balign 16
entry_vector:
	testb $3, FRAME_CS(%rsp)
	jz no_user
save_user:
	cld				/* required by the ABI and by <arch/words.h> */
	push_regs
	enter_c
	call *CPU(TRAPS_USER)
	jmp leave_to

/*
 * Interrupts. One comes from user mode if its frame ends at RSP0, as that of the running thread does. Its CS
 * does not show that: it can have any value (force_user).
 */
	.balign 16
entry_irq:
	cld
	push_regs
	lea FRAME_BYTES(%rsp), %rdi
	cmp %rdi, CPU(LOCAL_RSP0)
	jne in_kernel
	mov CPU(LOCAL_STACK), %rsp
	call *CPU(TRAPS_IRQ)
	jmp leave_to

/*
 * An interrupt in idle or in cpu_window: the interrupted kernel code is not resumed; its state is in TCBs, so
 * the stack is discarded.
 */
in_kernel:
	movzbl T_ENTRY(%rdi), %edi
	mov CPU(LOCAL_STACK), %rsp
	call *CPU(TRAPS_INTERRUPT)
	jmp leave_to

/* An exception in the kernel; or in user code, if flag VM is set: then CS can have any value. */
no_user:
	testb $RFLAGS_VM >> 16, FRAME_RFLAGS + 2(%rsp)
	jnz save_user
panic_frame:
	push_regs
	mov %rsp, %rdi
	and $-16, %rsp
	call trap_kernel
	ud2

/* #DB: in user code, copied to the thread's frame; in the kernel (MOV SS, then SYSCALL), handled as NMI. */
entry_debug:
	testb $3, FRAME_CS(%rsp)
	jz entry_nmi
	push %rax
	mov %rsp, %rax
	mov CPU(LOCAL_RSP0), %rsp
	.irp field, FRAME_SS, FRAME_RSP, FRAME_RFLAGS, FRAME_CS, FRAME_RIP, FRAME_ERROR
	push \field + 8(%rax)
	.endr
	push 8(%rax)
	mov (%rax), %rax
	jmp save_user

/* NMI: reported by trap_aside; then the interrupted code is resumed. */
entry_nmi:
	cld
	push_regs
	mov %rsp, %rdi
	call trap_aside
	pop_regs
	jmp iret_to

/* The stub of an exception: pushes an error code of 0 if the CPU pushes none, then the vector. */
	.macro stub vector target
	.if (\vector != 8) && (\vector < 10 || \vector > 14) && (\vector != 17) && (\vector != 21) \
		&& (\vector != 29) && (\vector != 30)
	push $0
	.endif
	push $\vector
	jmp \target
	.endm

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
 * The stubs of interrupts, four bytes each: push a signed byte, the low byte of which is the vector; jump to
 * the end of the group. There it is pushed again: the first one stands in the place of the error code.
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

	.cfi_endproc; .section .note.GNU-stack, "", @progbits
