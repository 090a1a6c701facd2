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

/* A new thread: ESP points at function and argument. */
FUNC guest_thread_entry
	pop	%eax
	pop	%ecx
	xor	%ebp, %ebp
	and	$-16, %esp
	sub	$8, %esp
	push	%ecx
	push	%eax
	call	guest_thread_main
	ud2

/* ---- regs_call: struct regs, target ---- */

	.set	R_SP, 32

FUNC regs_call
	all_regs_begin
	mov	%esp, R_SP(%eax)
	pushl	R_FLAGS(%eax)
	all_regs_call
	all_regs_end

FUNC regs_entry
	mov	%eax, regs_found + R_EAX
	mov	%ebx, regs_found + R_EBX
	mov	%ecx, regs_found + R_ECX
	mov	%edx, regs_found + R_EDX
	mov	%esi, regs_found + R_ESI
	mov	%edi, regs_found + R_EDI
	mov	%ebp, regs_found + R_EBP
	mov	%esp, regs_found + R_SP
	pushfl
	popl	regs_found + R_FLAGS
	and	$-16, %esp
	call	guest_wait
	ud2

/* ---- traps ---- */

	.macro	TRAP name, insn:vararg
FUNC trap_\name
	\insn
FUNC trap_\name\()_next
	ret
	.endm

	TRAP	de, divl zero
	TRAP	ud, ud2
	TRAP	hlt, hlt
	TRAP	cli, cli
	TRAP	sti, sti
	TRAP	rdmsr, rdmsr
	TRAP	wrmsr, wrmsr
	TRAP	cr3, mov %eax, %cr3
	TRAP	lgdt, lgdt (%eax)
	TRAP	int80, int $0x80
	TRAP	int32, int $32
	TRAP	int14, int $14
	TRAP	int8, int $8
	TRAP	sysenter, sysenter
	TRAP	syscall, int $0xfe		/* that of the kernel's stubs */
	TRAP	int3, int3
	TRAP	into, into
	TRAP	bound, bound %eax, above_all
	TRAP	read, testb $0, (%eax)
	TRAP	write, mov %al, (%eax)
	TRAP	word, testl $0, (%eax)

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
	pushfl
	orl	$0x100, (%esp)
	popfl
	nop
FUNC trap_step_at
	ret

/* iret to the kernel's code selector; at trap_iret_next the stack is whole again. */
FUNC trap_iret
	mov	%esp, %eax
	pushfl
	pushl	$0x08
	pushl	$trap_iret_next
	iretl
FUNC trap_iret_next
	mov	%eax, %esp
	ret

FUNC count_down
	mov	4(%esp), %eax
1:	dec	%eax
	jnz	1b
	ret

FUNC count_register
	dec	%ecx
	jnz	count_register
	ret

FUNC lock_nop
	.byte	0xf0, 0x90
FUNC only_return
	ret

FUNC load_gs_null
	push	%eax
	xor	%eax, %eax
	mov	%eax, %gs
	pop	%eax
	ret

FUNC load_gs_user
	push	%eax
	mov	$0x23, %eax
	mov	%eax, %gs
	pop	%eax
	ret

FUNC load_fs_null
	push	%eax
	xor	%eax, %eax
	mov	%eax, %fs
	pop	%eax
	ret

FUNC load_ds_null
	push	%eax
	xor	%eax, %eax
	mov	%eax, %ds
	mov	%eax, %es
	pop	%eax
	ret

FUNC segments_load
	mov	4(%esp), %eax
FUNC segments_load_a
	mov	%eax, %ds
	mov	%eax, %es
	mov	%eax, %fs
	ret

/* The lower 10 bits of each, in which each selector of the GDT fits. */
FUNC segments_read
	mov	%ds, %eax
	shl	$10, %eax
	mov	%es, %ecx
	or	%ecx, %eax
	shl	$10, %eax
	mov	%fs, %ecx
	or	%ecx, %eax
	ret

FUNC gs_load
	mov	4(%esp), %eax
FUNC gs_load_a
	mov	%eax, %gs
	ret

FUNC gs_selector
	mov	%gs, %eax
	ret

/* ---- ports ---- */

FUNC port_in8
	mov	4(%esp), %edx
	xor	%eax, %eax
FUNC port_in8_at
	inb	%dx, %al
	ret

FUNC port_in16
	mov	4(%esp), %edx
	xor	%eax, %eax
FUNC port_in16_at
	inw	%dx, %ax
	ret

FUNC port_in32
	mov	4(%esp), %edx
FUNC port_in32_at
	inl	%dx, %eax
	ret

FUNC port_out8
	mov	4(%esp), %edx
	mov	8(%esp), %eax
FUNC port_out8_at
	outb	%al, %dx
	ret

FUNC port_out16
	mov	4(%esp), %edx
	mov	8(%esp), %eax
FUNC port_out16_at
	outw	%ax, %dx
	ret

FUNC port_out32
	mov	4(%esp), %edx
	mov	8(%esp), %eax
FUNC port_out32_at
	outl	%eax, %dx
	ret

FUNC port_insb
	push	%edi
	mov	8(%esp), %edx
	mov	12(%esp), %edi
FUNC port_insb_at
	insb
	pop	%edi
	ret

/* ---- gateway ---- */

/* to, from, timeouts, link; an empty message. */
FUNC wait_in_ipc
	push	%ebx
	push	%ebp
	push	%esi
	push	%edi
	mov	20(%esp), %eax
	mov	24(%esp), %edx
	mov	28(%esp), %ecx
	mov	32(%esp), %ebx
	mov	%gs:0, %edi
	xor	%esi, %esi
	mov	%esp, wait_sp
	call	*%ebx
FUNC wait_return
	mov	%esi, %eax
	pop	%edi
	pop	%esi
	pop	%ebp
	pop	%ebx
	ret

FUNC redirect_target
	mov	%esp, redirected_sp
	movl	$1, redirected
	and	$-16, %esp
	call	guest_wait
	ud2

FUNC gateway_with_sp
	mov	4(%esp), %ebx
	mov	8(%esp), %esp
	jmp	empty_ipc

FUNC gateway_with_return
	mov	4(%esp), %ebx
	mov	8(%esp), %eax
	pushl	$guest_wait		/* should ESP be an address of the gateway itself */
	push	%eax
empty_ipc:
	mov	%gs:0, %edi
	xor	%eax, %eax
	xor	%ecx, %ecx
	xor	%edx, %edx
	xor	%esi, %esi
	jmp	*%ebx

/* EBX and EBP are no arguments. */
FUNC ipc_with_gs
	mov	ipc_selector, %ebx
	mov	%ebx, %gs
	jmp	*%ss:ipc_target

FUNC ipc_with_data
	mov	ipc_selector, %ebx
	mov	%ebx, %es
	mov	%ebx, %fs
	mov	%ebx, %ds
FUNC ipc_as_it_is
	jmp	*%ss:ipc_target

FUNC gs_read
	mov	%gs:0, %eax
	ret

FUNC gs_read_behind
	mov	%gs:4, %eax
	ret

FUNC gs_write
	mov	4(%esp), %eax
	mov	%eax, %gs:0
	ret

/* CPUID leaf 1, EDX: bit 16. */
FUNC pat_usable
	push	%ebx
	mov	$1, %eax
	cpuid
	mov	%edx, %eax
	shr	$16, %eax
	and	$1, %eax
	pop	%ebx
	ret

FUNC flags_read
	pushfl
	pop	%eax
	ret

FUNC flags_write
	pushl	4(%esp)
	popfl
	ret

FUNC spin
	mov	4(%esp), %eax
1:	incl	(%eax)
	jmp	1b

/* ---- IRET from the frame that the argument points to ---- */

FUNC iret_long
	mov	4(%esp), %esp
	iretl

FUNC far_jump
	mov	4(%esp), %eax
	ljmp	*(%eax)

FUNC far_call
	mov	4(%esp), %eax
	lcall	*(%eax)
	ret

FUNC far_return
	mov	4(%esp), %eax
	mov	8(%esp), %ecx
	push	%ecx
	push	%eax
	lret

/* ---- data ---- */

	.section .rodata
	.globl	return_code
return_code:
	ret
	.align	4
zero:	.long	0
above_all:
	.long	0x7fffffff, 0x7fffffff
absent_selector:
	.word	0x7ff8

	.bss
	.align	4
	.globl	regs_found, wait_sp, redirected, redirected_sp, ipc_selector, ipc_target
regs_found:	.skip	36
wait_sp:	.skip	4
redirected:	.skip	4
redirected_sp:	.skip	4
ipc_selector:	.skip	4
ipc_target:	.skip	4

	.section .note.GNU-stack, "", @progbits
