/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * entry.S - exception vectors, kernel entry and exit (docs/decisions/ppc32.md).
 *
 * In the kernel interrupts are off, except in idle and in cpu_window(). An exception enters in real mode. All
 * user state is saved in the struct arch_regs of the running thread, which is in front of its struct thread;
 * SPRG0 points there. User code cannot change its MSR, so that is not saved. Then C runs with translation, on
 * the CPU's only kernel stack, from its top, and returns the thread to which the kernel exits. The contents
 * of the stack are not needed after that. The exit runs with translation too: the kernel's addresses are the
 * same in all spaces.
 *
 * The vectors are linked at their physical addresses (kernel.ld), as is low_text. Between a vector and the
 * save of the registers (state E):
 *
 *   r11  the value of arch_regs.entry        SPRG1  r11 of the interrupted code
 *   all others as in the interrupted code    SPRG2  CR of the interrupted code
 *
 * Vectors 0x300 and 0x400 lead to entry_refill_data and entry_refill_code (refill.S) in state E, which
 * continue at entry_vector in state E, or return to the interrupted code. Vector 0xc00 leads
 *
 *   to entry_fast (fast.S), for the gateway's Ipc: r11 and CR are free. It continues at entry_ipc: r12 is the
 *   physical address of the thread; r1, r2, r30, r31 and ip are saved; r0, r3 to r10 and r14 to r17 are the
 *   program's; all others are free
 *   to entry_call, for any other `sc`, in state E, but with SRR0 in r11
 */
#include <arch/privileged.h>

	/* State E; `entry` moves its value to r11. */
	.macro begin entry:vararg
	mtsprg	SPRG_R11, %r11
	mfcr	%r11
	mtsprg	SPRG_CR, %r11
	\entry
	.endm

	.section .vectors, "ax", @progbits
	.globl	vector_call, vector_call_ipc
	.set	at, VECTOR_FIRST
vectors:
	.rept	VECTORS
	.org	vectors + at - VECTOR_FIRST
	.if	at == 0x300
	begin	li %r11, at
	b	entry_refill_data
	.elseif	at == 0x400
	begin	li %r11, at
	b	entry_refill_code
	.elseif	at == REGS_SYSCALL
vector_call:
	begin	mfsrr0 %r11
	cmpwi	%r11, IPC_RETURN
vector_call_ipc:
	beq	entry_fast
	jump_to_c entry_call
	.else
	begin	li %r11, at
	jump_to_c entry_vector
	.if	at == (VECTOR_NO_ALTIVEC & ~0xff)
	.org	vectors + VECTOR_NO_ALTIVEC - VECTOR_FIRST
	begin	li %r11, VECTOR_NO_ALTIVEC
	jump_to_c entry_vector
	.endif
	.endif
	.set	at, at + VECTOR_BYTES
	.endr

	/* `op`, stw or lwz, of the message registers in front of `base`, which can be r3: it comes last. */
	.macro	each_mr op, base
	\op	%r14, T_MR0(\base)
	\op	%r0, T_MR0 + 36(\base)
	.irp	n, 4, 5, 6, 7, 8, 9, 10, 3
	\op	%r\n, T_MR0 - 8 + 4 * \n(\base)
	.endr
	.endm

	/* `from` moves something to r15: save it in front of r12. */
	.macro	put at, from:vararg
	\from
	stw	%r15, \at(%r12)
	.endm

	/* Load something from in front of r3 into r12; `to` moves it to its place. */
	.macro	get at, to:vararg
	lwz	%r12, \at(%r3)
	\to
	.endm

	/* Save r0 to r31, LR, CTR, CR, XER and the entry in front of r12. State E, and SPRG_R12 is r12. */
	.macro	save_registers
	stmw	%r3, T_R3(%r12)
	stw	%r14, T_MR0(%r12)
	stw	%r0, T_R0(%r12)
	stw	%r1, T_R1(%r12)
	stw	%r2, T_R2(%r12)
	put	T_R11, mfsprg %r15, SPRG_R11
	put	T_R12, mfsprg %r15, SPRG_R12
	put	T_CR, mfsprg %r15, SPRG_CR
	put	T_LR, mflr %r15
	put	T_CTR, mfctr %r15
	put	T_XER, mfxer %r15
	put	T_IP, mfsrr0 %r15
	put	T_CAUSE, mfsrr1 %r15
	stw	%r11, T_ENTRY(%r12)
	oris	%r3, %r12, KERNEL_BASE >> 16 & 0xffff
	.endm

	.text; .cfi_sections .debug_frame; .cfi_startproc; .cfi_undefined lr	/* no caller: a backtrace ends */

	/* Any exception or interrupt. State E. */
	.globl	entry_vector, entry_by_general, entry_call, entry_ipc
entry_vector:
	mtsprg	SPRG_R12, %r12
	mfsrr1	%r12
	andi.	%r12, %r12, MSR_PR
	beq	in_kernel
	mfsprg	%r12, SPRG_THREAD
	save_registers
	lwz	%r4, CPU(LOCAL_TRAPS_USER)
	cmpwi	%r11, REGS_SYSCALL
	bne	call_c
	lwz	%r4, CPU(LOCAL_TRAPS_SYSCALL)

	/* Call the function at r4 with argument r3, with translation. It returns to leave_to. */
call_c:	lwz	%r1, CPU(LOCAL_STACK)
	load_data_base
	lis	%r5, leave_to@ha
	addi	%r5, %r5, leave_to@l
	mtlr	%r5
call_any:
	li	%r5, MSR_KERNEL
	mtsrr0	%r4
	mtsrr1	%r5
	rfi

	/*
	 * An interrupt in idle or in cpu_window: the interrupted kernel code is not resumed; its state is in
	 * TCBs, so the stack is discarded. Any other exception in the kernel is an error.
	 */
in_kernel:
	cmpwi	%r11, VECTOR_EXTERNAL
	beq	1f
	cmpwi	%r11, VECTOR_DECREMENTER
	bne	2f
1:	mr	%r3, %r11
	lwz	%r4, CPU(LOCAL_TRAPS_INTERRUPT)
	b	call_c
2:	li	%r12, CPU_LOCAL + LOCAL_STOPPED_END
	save_registers
	lwz	%r4, CPU(LOCAL_TRAPS_KERNEL)
	lwz	%r1, CPU(LOCAL_PANIC_STACK)
	b	call_any

	/* System calls with the option fastpath=off: each as an exception. State of the vector. */
entry_by_general:
	begin	li %r11, REGS_SYSCALL
	b	entry_vector

	/* The gateway's Ipc, by core. */
entry_ipc:
	each_mr	stw, %r12
	stw	%r15, T_R15(%r12)
	stw	%r16, T_R16(%r12)
	stw	%r17, T_R17(%r12)
	li	%r11, REGS_IPC
	stw	%r11, T_ENTRY(%r12)
	oris	%r3, %r12, KERNEL_BASE >> 16 & 0xffff
	lwz	%r4, CPU(LOCAL_TRAPS_IPC)
	b	call_c

	/*
	 * Any other `sc`; r11 is SRR0. The null call changes nothing. SystemClock: us = time base * clock_scale
	 * >> 32 (local.h); the other registers that it uses become 0.
	 */
entry_call:
	cmpwi	%r11, CLOCK_RETURN
	beq	clock
	cmpwi	%r11, NULL_RETURN
	li	%r11, REGS_SYSCALL
	bne	entry_vector
	mfsprg	%r11, SPRG_CR
	mtcr	%r11
	mflr	%r11
	mtsrr0	%r11
	mfsprg	%r11, SPRG_R11
	rfi

clock:	mftbu	%r3
	mftb	%r4
	mftbu	%r0
	cmpw	%r3, %r0
	bne	clock
	lwz	%r11, CPU(LOCAL_CLOCK_SCALE)
	mulhwu	%r4, %r4, %r11
	mullw	%r12, %r3, %r11
	mulhwu	%r3, %r3, %r11
	addc	%r4, %r4, %r12
	addze	%r3, %r3
	mflr	%r11
	mtsrr0	%r11
	li	%r0, 0
	li	%r11, 0
	li	%r12, 0
	mtcr	%r0
	mtxer	%r0
	rfi

	/* Exit from the kernel to the thread at r3. leave_first: the exit to the first thread, ends booting. */
	.globl	leave_to, leave_first
leave_first: leave_to:
	lis	%r4, (KERNEL_BASE + CPU_LOCAL) >> 16 & 0xffff
	addi	%r4, %r4, CPU_LOCAL + LOCAL_RESERVED
	stwcx.	%r4, 0, %r4			/* a reservation of another thread */
	clrlwi	%r5, %r3, 2
	mtsprg	SPRG_THREAD, %r5
	lwz	%r6, T_ENTRY(%r3)
	get	T_MSR, mtsrr1 %r12
	get	T_IP, mtsrr0 %r12
	cmpwi	%r6, REGS_IPC
	beq	leave_ipc
	get	T_LR, mtlr %r12
	get	T_CTR, mtctr %r12
	get	T_CR, mtcr %r12
	get	T_XER, mtxer %r12
	mr	%r1, %r3
	lmw	%r3, T_R3(%r1)
	lwz	%r14, T_MR0(%r1)
	lwz	%r0, T_R0(%r1)
	lwz	%r11, T_R11(%r1)
	lwz	%r2, T_R2(%r1)
	lwz	%r1, T_R1(%r1)
	rfi

	/* R1 in regs.h. r12 is the IP. */
leave_ipc:
	mtlr	%r12
	.irp	n, 11, 12, 13, 15, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29
	li	%r\n, 0
	.endr
	mtctr	%r11
	mtcr	%r11
	mtxer	%r11
	lwz	%r31, T_R31(%r3)
	lwz	%r30, T_R30(%r3)
	lwz	%r16, T_R16(%r3)
	lwz	%r2, T_R2(%r3)
	lwz	%r1, T_R1(%r3)
	each_mr	lwz, %r3
	rfi

	.cfi_endproc
	.section .note.GNU-stack, "", @progbits
