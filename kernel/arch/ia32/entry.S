/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * entry.S - kernel entry and exit (docs/decisions/kernel-entry.md).
 *
 * In the kernel interrupts are off, except in idle and in cpu_window(). All user state is saved in the
 * struct arch_regs of the running thread. Its end is TSS.ESP0, where the struct thread begins: for
 * exceptions, interrupts and INT of user code the CPU pushes its frame there; for SYSENTER the entry code
 * loads ESP0 itself. Then C runs on the CPU's only kernel stack, from its top, and returns the thread to
 * which the kernel exits. The contents of the stack are not needed after that.
 *
 * User segments end with the space (L5), so each entry into C loads DS and ES with the kernel's, which have
 * all addresses; until then, and after the exit has loaded the user's, data is addressed by SS. A program may
 * have loaded other selectors: an entry stores them for trap.c, and each exit loads the usual ones. C does
 * not use FS and GS.
 *
 * SYSEXIT makes CS and SS as large as the kernel's, so it leads to the code at KMAP_TRAMPOLINE (gateway.S),
 * which loads those of user code. An interrupt there is taken as one at its end (trap.c).
 *
 * #DB in the kernel comes at the first instruction after SYSENTER only, which does not clear TF: it has
 * the few words of sysenter_stack. NMI, #DF and #MC are tasks (descr.c): they can come between two pushes
 * to a frame.
 */
#include <arch/privileged.h>

	/* ESP points to entry in the struct arch_regs. Saves the rest, and sets EAX to the thread. */
	.macro enter_c
	pusha
	sub $4, %esp
	mov %fs, (%esp)
	mov %gs, 2(%esp)
	mov %ds, FRAME_DS(%esp)
	mov %es, FRAME_DS + 2(%esp)
	cld				/* required by the ABI and by <arch/words.h> */
	mov $KERNEL_SS, %eax
	mov %eax, %ds
	mov %eax, %es
	lea FRAME_BYTES(%esp), %eax
	.endm

	/* Continue at `target` if the frame of an exception or interrupt has flag VM. */
	.macro check_vm target
	testb $EFLAGS_VM >> 16, VECTOR_FLAGS + 2(%esp)
	jnz \target
	.endm

	.text; .cfi_sections .debug_frame; .cfi_startproc; .cfi_undefined eip	/* no caller: a backtrace ends */
	.globl entry_ipc, entry_odd, entry_clock, entry_call, leave_to, leave_first
	.globl entry_stubs, entry_irqs, entry_nmi, entry_double_fault, entry_machine_check
	/*
	 * Ipc, from fast.S: ESP is the end of the frame, and SP is saved. EBX, EBP and EDI need not be preserved.
	 */
	.balign 16
entry_ipc:
	movl $EFLAGS_FIXED, T_EFLAGS(%esp)
	lea T_ENTRY(%esp), %esp
	jmp save_ipc

	/* SYSENTER from entry_debug, which has cleared TF. */
entry_stepped:
	pushf
	orl $EFLAGS_TF, (%esp)
	mov %ss:CPU(LOCAL_ESP0), %esp
	mov %ebp, T_ESP(%esp)

	/* Ipc with flags that only C keeps, on the stack of SYSENTER; NT would make an IRET a task switch. */
entry_odd:
	mov %ss:CPU(LOCAL_ODD_FLAGS), %ebx
	mov %ebx, T_EFLAGS(%esp)
	lea T_ENTRY(%esp), %esp
	push $2
	popf
save_ipc:
	movl $REGS_IPC, (%esp)
	enter_c
	mov CPU(LOCAL_STACK), %esp
	call *CPU(TRAPS_IPC)
	jmp leave_to

	/*
	 * INT, with the short SystemClock: us = (TSC - start) * scale >> TIME_SHIFT, as arch_clock. All other
	 * calls continue at entry_call. SS is flat; no other segment register is used or changed.
	 */
	.balign 16
entry_clock:
	testb $EFLAGS_VM >> 16, 8 + 2(%esp)
	jnz entry_call
	push %eax
	push %edx
	mov 28 + T_SPACE(%esp), %eax	/* ESP0 is 20 bytes above the frame's EIP */
	mov %ss:SPACE_IPC_RETURN(%eax), %eax
	sub 8(%esp), %eax
	cmp $CLOCK_TO_IPC, %eax
	jne 1f
	push %ebx
	push %ecx
	rdtsc
	sub %ss:time_clock + CLOCK_START, %eax
	sbb %ss:time_clock + CLOCK_START + 4, %edx
	mov %edx, %ebx
	mull %ss:time_clock + CLOCK_SCALE
	mov %edx, %ecx
	mov %ebx, %eax
	mull %ss:time_clock + CLOCK_SCALE
	add %ecx, %eax
	adc $0, %edx
	shrd $CLOCK_SHIFT, %edx, %eax
	shr $CLOCK_SHIFT, %edx
	pop %ecx
	pop %ebx
	add $8, %esp
	iret
1:	pop %edx
	pop %eax

	/* INT of a stub of the KIP, or anywhere. */
	.balign 16
entry_call:
	push $0
	push $REGS_SYSCALL
	check_vm call_vm
	enter_c
	mov CPU(LOCAL_STACK), %esp
	call *CPU(TRAPS_SYSCALL)

/* Exit from the kernel to the thread in EAX. */
leave_to:
	mov T_LOCAL(%eax), %ecx
	mov %ecx, UTCB_CELL
	mov $USER_GS, %ecx
	mov %ecx, %gs
	load_user_data %ecx
	cmpl $REGS_IPC, %ss:T_ENTRY(%eax)
	je fast_leave
	lea 4 - FRAME_BYTES(%eax), %esp
	popa
	add $8, %esp
	iret

/* leave_first(thread): the exit to the first thread, at the end of booting. */
leave_first = leave_to

/* Exceptions. On the stack: vector, error code, EIP, CS, EFLAGS, ESP, SS. */
	.balign 16
entry_vector:
	check_vm vector_vm
	testb $3, VECTOR_CS(%esp)
	jz panic_frame
save_user:
	enter_c
	mov CPU(LOCAL_STACK), %esp
	call *CPU(TRAPS_USER)
	jmp leave_to

/* Interrupts. */
	.balign 16
entry_irq:
	check_vm irq_vm
	testb $3, VECTOR_CS(%esp)
	jz in_kernel
save_irq:
	enter_c
	mov CPU(LOCAL_STACK), %esp
	call *CPU(TRAPS_IRQ)
	jmp leave_to

/*
 * An interrupt in idle or in cpu_window: the interrupted kernel code is not resumed; its state is in TCBs, so
 * the stack is discarded.
 */
in_kernel:
	movzbl (%esp), %eax
	mov CPU(LOCAL_STACK), %esp
	call *CPU(TRAPS_INTERRUPT)
	jmp leave_to

/* An exception in the kernel. #NM returns: an NMI sets TS, also while the kernel saves an FPU state. */
panic_frame:
	enter_c
	mov %esp, %eax
	call trap_kernel
	add $4, %esp
	popa
	add $8, %esp
	iret

/* #DB: in the kernel at the entries of SYSENTER only, which are begun again without TF. */
entry_debug:
	check_vm vector_vm
	testb $3, VECTOR_CS(%esp)
	jnz save_user
	cmpl $entry_sysenter, VECTOR_IP(%esp)
	je 1f
	cmpl $entry_by_c, VECTOR_IP(%esp)
	jne panic_frame
1:	push %eax
	xor %eax, %eax
	mov %eax, %dr6
	pop %eax
	movl $entry_stepped, VECTOR_IP(%esp)
	andl $~EFLAGS_TF, VECTOR_FLAGS(%esp)
	add $8, %esp
	iret

	/*
	 * Flag VM. In virtual-8086 mode, which no CPU enters from user mode, but QEMU's emulation does, by IRETD
	 * (docs/caveats.md), the frame has four segment registers behind SS. Move it to the end of struct
	 * arch_regs, which is aligned to 64: so bit 4 of ESP shows such a frame; VM may be wrong (force_user).
	 * Stack below the frame is still free: nothing else has been pushed.
	 */
	.macro move_frame target
	test $16, %esp
	jz \target
	.irp at, 24, 20, 16, 12, 8, 4, 0
	pushl \at(%esp)
	popl \at + 16(%esp)
	.endr
	add $16, %esp
	jmp \target
	.endm

	/* An INT, also of a stub. */
call_vm:
	movl $VECTOR_GP, (%esp)
vector_vm:
	move_frame save_user
irq_vm:	move_frame save_irq

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
1:	push (%esp)
	jmp entry_irq
	.org entry_irqs + (vector - FIRST_IRQ) / IRQ_GROUP * IRQ_GROUP_BYTES, 0xcc
	.endr

/* The tasks of NMI, #DF and #MC (descr.c): each call begins after the IRET of the last. */
entry_nmi:
	call trap_nmi
	iret
	jmp entry_nmi

entry_double_fault:
	mov $VECTOR_DF, %eax
	call trap_task
	ud2

entry_machine_check:
	mov $VECTOR_MC, %eax
	call trap_task
	ud2

	.cfi_endproc; .section .note.GNU-stack, "", @progbits
