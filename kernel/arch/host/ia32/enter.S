/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * enter.S - enters the short path of ia32 as SYSENTER does, and has the labels at which it leaves (enter.c).
 * host_registers contains the registers of entry and exit, in this order; at the entry ESP is the stack of
 * SYSENTER instead. The callee-saved registers are on the stack of host_enter's caller.
 */
#include "offsets.h"
#include <arch/privileged.h>

	.macro each_register op
	.set at, 0
	.irp reg, eax, ebx, ecx, edx, esi, edi, ebp
	\op \reg
	.set at, at + 4
	.endr
	.endm

	.macro load reg
	mov	host_registers + at, %\reg
	.endm

	.macro store reg
	mov	%\reg, host_registers + at
	.endm

	.text
	.globl host_enter, host_load_space, host_left_to_user, entry_ipc, entry_odd
host_enter:
	.irp	reg, ebp, ebx, esi, edi
	push	%\reg
	.endr
	mov	%esp, CPU(LOCAL_STACK)
	each_register load
	pushl	host_flags
	popf
	mov	$CPU(LOCAL_ODD_FLAGS + 4), %esp
	jmp	*host_entry

host_left_to_user:
	movl	$HOST_TO_USER, host_exit
	jmp	leave
entry_ipc:
	movl	$HOST_TO_IPC, host_exit
	jmp	leave
entry_odd:
	movl	$HOST_TO_ODD, host_exit
leave:	each_register store
	mov	%esp, host_registers + at
	mov	CPU(LOCAL_STACK), %esp
	cld
	.irp	reg, edi, esi, ebx, ebp
	pop	%\reg
	.endr
	ret

	/* Calls host_load_root on the stack of host_enter's caller. */
host_load_space:
	pusha
	mov	%esp, %ebp
	and	$-16, %esp		/* C needs ESP aligned to 16 (ABI) */
	call	host_load_root
	mov	%ebp, %esp
	popa
	ret

	.section .note.GNU-stack, "", @progbits
