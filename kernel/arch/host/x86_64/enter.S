/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * enter.S - enters the fast path of x86_64 as SYSCALL does, and contains the labels at which the fast path
 * leaves (enter.c). host_registers contains the registers of entry and exit, in this order. The callee-saved
 * registers are on the stack of host_enter's caller, which C code called by the fast path uses too.
 */
#include "offsets.h"
#include <arch/privileged.h>

	.macro each_register op
	.set at, 0
	.irp reg, r9, rax, rbx, r10, r12, r13, r14, r15, rbp, r11, r8, rcx, rdx, rsi, rdi, rsp
	\op \reg
	.set at, at + 8
	.endr
	.endm

	.macro load reg
	mov	host_registers + at(%rip), %\reg
	.endm

	.macro store reg
	mov	%\reg, host_registers + at(%rip)
	.endm

	.text
	.globl host_enter, host_load_root, host_left_to_user, entry_ipc, entry_call
host_enter:
	.irp	reg, rbp, rbx, r12, r13, r14, r15
	push	%\reg
	.endr
	sub	$8, %rsp		/* C needs RSP aligned to 16 (ABI) */
	mov	%rsp, CPU(LOCAL_STACK)
	each_register load
	jmp	*host_entry(%rip)

	/* The flags are in R11, from which SYSRET loads them. */
host_left_to_user:
	movl	$HOST_TO_USER, host_exit(%rip)
	jmp	leave
entry_ipc:
	movl	$HOST_TO_IPC, host_exit(%rip)
	jmp	leave
entry_call:
	movl	$HOST_TO_CALL, host_exit(%rip)
leave:	each_register store
	mov	CPU(LOCAL_STACK), %rsp
	add	$8, %rsp
	.irp	reg, r15, r14, r13, r12, rbx, rbp
	pop	%\reg
	.endr
	ret

	/* Calls arch_tlb_load(host_root) on the stack of host_enter's caller; preserves all registers. */
host_load_root:
	.irp	reg, rax, rcx, rdx, rsi, rdi, r8, r9, r10, r11
	push	%\reg
	.endr
	mov	host_root(%rip), %rdi
	call	arch_tlb_load
	.irp	reg, r11, r10, r9, r8, rdi, rsi, rdx, rcx, rax
	pop	%\reg
	.endr
	ret

	.section .note.GNU-stack, "", @progbits
