/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * machine.S - the instructions that the guest tests need by name. Promises: machine.h.
 */
#include "all_regs.h"

	.text

	.macro	FUNC name
	.globl	\name
	.type	\name, @function
\name:
	.endm

/* A new thread: RSP points at function and argument. */
FUNC guest_thread_entry
	pop	%rdi
	pop	%rsi
	xor	%ebp, %ebp
	call	guest_thread_main
	ud2

/* ---- regs_call: struct regs at RDI, target in RSI ---- */

	.set	R_SP, 128

FUNC regs_call
	all_regs_begin
	mov	%rsp, R_SP(%rdi)
	pushq	R_FLAGS(%rdi)
	mov	%rdi, %rax
	all_regs_call
	all_regs_end

FUNC regs_entry
	mov	%rax, regs_found + R_RAX
	mov	%rbx, regs_found + R_RBX
	mov	%rcx, regs_found + R_RCX
	mov	%rdx, regs_found + R_RDX
	mov	%rsi, regs_found + R_RSI
	mov	%rdi, regs_found + R_RDI
	mov	%rbp, regs_found + R_RBP
	mov	%r8, regs_found + R_R8
	mov	%r9, regs_found + R_R9
	mov	%r10, regs_found + R_R10
	mov	%r11, regs_found + R_R11
	mov	%r12, regs_found + R_R12
	mov	%r13, regs_found + R_R13
	mov	%r14, regs_found + R_R14
	mov	%r15, regs_found + R_R15
	mov	%rsp, regs_found + R_SP
	pushfq
	popq	regs_found + R_FLAGS
	and	$-16, %rsp
	call	guest_wait
	ud2

/* ---- traps ---- */

	.macro	TRAP name, insn:vararg
FUNC trap_\name
	\insn
FUNC trap_\name\()_next
	ret
	.endm

	TRAP	de, divq zero
	TRAP	ud, ud2
	TRAP	hlt, hlt
	TRAP	cli, cli
	TRAP	sti, sti
	TRAP	rdmsr, rdmsr
	TRAP	wrmsr, wrmsr
	TRAP	cr3, mov %rax, %cr3
	TRAP	lgdt, lgdt (%rax)
	TRAP	swapgs, swapgs
	TRAP	wrgsbase, wrgsbase %rax
	TRAP	int80, int $0x80
	TRAP	int32, int $32
	TRAP	int14, int $14
	TRAP	int8, int $8
	TRAP	sysenter, sysenter
	TRAP	syscall, syscall
	TRAP	int3, int3
	TRAP	read, testb $0, (%rax)
	TRAP	write, mov %al, (%rax)

FUNC trap_print
	int3
FUNC trap_print_next
	cmpb	$0, %al
	ret

FUNC trap_ds
	mov	absent_selector, %ds
FUNC trap_ds_next
	ret

FUNC trap_step
	pushfq
	orq	$0x100, (%rsp)
	popfq
	nop
FUNC trap_step_at
	ret

/* iretq to the kernel's code selector; at trap_iret_next the stack is whole again. */
FUNC trap_iret
	mov	%rsp, %rax
	pushq	$0x23
	push	%rax
	pushfq
	pushq	$0x08
	pushq	$trap_iret_next
	iretq
FUNC trap_iret_next
	mov	%rax, %rsp
	ret

FUNC count_register
FUNC count_down
1:	dec	%rdi
	jnz	1b
	ret

FUNC lock_nop
	.byte	0xf0, 0x90
FUNC only_return
	ret

FUNC load_gs_null
	push	%rax
	xor	%eax, %eax
	mov	%eax, %gs
	pop	%rax
	ret

FUNC load_gs_user
	push	%rax
	mov	$0x23, %eax
	mov	%eax, %gs
	pop	%rax
	ret

FUNC load_fs_null
	push	%rax
	xor	%eax, %eax
	mov	%eax, %fs
	pop	%rax
	ret

FUNC load_ds_null
	push	%rax
	xor	%eax, %eax
	mov	%eax, %ds
	mov	%eax, %es
	pop	%rax
	ret

FUNC segments_load
	mov	%edi, %ds
	mov	%edi, %es
	mov	%edi, %fs
	ret

FUNC segments_read
	xor	%eax, %eax
	mov	%ds, %ax
	shl	$16, %eax
	mov	%es, %ax
	shl	$16, %rax
	mov	%fs, %ax
	ret

FUNC gs_load
	mov	%edi, %gs
	ret

FUNC gs_selector
	mov	%gs, %eax
	ret

FUNC fs_read
	mov	%fs:0, %rax
	ret

/* ---- ports ---- */

FUNC port_in8
	mov	%edi, %edx
	xor	%eax, %eax
FUNC port_in8_at
	inb	%dx, %al
	ret

FUNC port_in16
	mov	%edi, %edx
	xor	%eax, %eax
FUNC port_in16_at
	inw	%dx, %ax
	ret

FUNC port_in32
	mov	%edi, %edx
FUNC port_in32_at
	inl	%dx, %eax
	ret

FUNC port_out8
	mov	%edi, %edx
	mov	%esi, %eax
FUNC port_out8_at
	outb	%al, %dx
	ret

FUNC port_out16
	mov	%edi, %edx
	mov	%esi, %eax
FUNC port_out16_at
	outw	%ax, %dx
	ret

FUNC port_out32
	mov	%edi, %edx
	mov	%esi, %eax
FUNC port_out32_at
	outl	%eax, %dx
	ret

FUNC port_insb
	mov	%edi, %edx
	mov	%rsi, %rdi
FUNC port_insb_at
	insb
	ret

/* ---- gateway ---- */

/* to RDI, from RSI, timeouts RDX, link RCX; an empty message. */
FUNC wait_in_ipc
	push	%rbx
	push	%rbp
	push	%r12
	push	%r13
	push	%r14
	push	%r15
	sub	$8, %rsp
	mov	%rdx, %r8
	mov	%rsi, %rdx
	mov	%rdi, %rsi
	mov	%gs:0, %rdi
	xor	%r9d, %r9d
	mov	%rsp, wait_sp
	call	*%rcx
FUNC wait_return
	mov	%r9, %rax
	add	$8, %rsp
	pop	%r15
	pop	%r14
	pop	%r13
	pop	%r12
	pop	%rbp
	pop	%rbx
	ret

FUNC redirect_target
	mov	%rsp, redirected_sp
	movq	$1, redirected
	and	$-16, %rsp
	call	guest_wait
	ud2

/* keep_stack(sp, count): runs with this RSP for ever, without a stack, and counts. */
FUNC keep_stack
	mov %rdi, %rsp
1:	incq (%rsi)
	jmp 1b

FUNC gateway_with_sp
	mov	%rsi, %rsp
	mov	%rdi, %rcx
	mov	%gs:0, %rdi
	xor	%esi, %esi
	xor	%edx, %edx
	xor	%r8d, %r8d
	xor	%r9d, %r9d
	jmp	*%rcx

FUNC gateway_with_return
	pushq	$guest_wait		/* should RSI be an address of the gateway itself */
	push	%rsi
	mov	%rdi, %rcx
	mov	%gs:0, %rdi
	xor	%esi, %esi
	xor	%edx, %edx
	xor	%r8d, %r8d
	xor	%r9d, %r9d
	jmp	*%rcx

FUNC gs_read
	mov	%gs:0, %rax
	ret

FUNC gs_write
	mov	%rdi, %gs:0
	ret

/* CPUID leaf 1, EDX: bit 16. */
FUNC pat_usable
	push	%rbx
	mov	$1, %eax
	cpuid
	mov	%edx, %eax
	shr	$16, %eax
	and	$1, %eax
	pop	%rbx
	ret

FUNC flags_read
	pushfq
	pop	%rax
	ret

FUNC flags_write
	push	%rdi
	popfq
	ret

FUNC spin
	incq	(%rdi)
	jmp	spin

/* ---- IRET from the frame at RDI, of 32-bit words and of 64-bit words ---- */

FUNC iret_long
	mov	%rdi, %rsp
	iretl

FUNC iret_quad
	mov	%rdi, %rsp
	iretq

FUNC far_jump
	ljmp	*(%rdi)

FUNC far_call
	lcall	*(%rdi)
	ret

FUNC far_return
	push	%rsi
	push	%rdi
	lretq

/* ---- data ---- */

	.section .rodata
	.globl	return_code
return_code:
	ret
	.align	8
zero:	.quad	0
absent_selector:
	.word	0x7ff8

	.bss
	.align	8
	.globl	regs_found, wait_sp, redirected, redirected_sp
regs_found:	.skip	136
wait_sp:	.skip	8
redirected:	.skip	8
redirected_sp:	.skip	8

	.section .note.GNU-stack, "", @progbits
