/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * faults.S - tables of instructions that user code may not execute, for exceptions_cpu.c: where each
 * stands, the instruction behind it, and the exception number and error code that the manuals give it.
 * None of them gets so far as to change a register.
 */
	.macro	TABLE name
	.section .rodata
	.align	8
	.globl	\name
\name:
	.text
	.endm

/* One entry: OTHER is a second number that a CPU may give (a feature that it does not have). */
	.macro	FAULT number, other, error, insn:vararg
	.text
1:	\insn
2:	ret
	.section .rodata
	.quad	1b, 2b, \number, \other, \error
	.text
	.endm

/* ---- privileged: #GP(0) ---- */

	TABLE	faults_privileged
	FAULT	13, 13, 0, cli
	FAULT	13, 13, 0, sti
	FAULT	13, 13, 0, hlt
	FAULT	13, 13, 0, clts
	FAULT	13, 13, 0, invd
	FAULT	13, 13, 0, wbinvd
	FAULT	13, 13, 0, invlpg (%rsp)
	FAULT	13, 13, 0, rdmsr
	FAULT	13, 13, 0, wrmsr
	FAULT	13, 13, 0, rdpmc
	FAULT	13, 13, 0, mov %cr0, %rax
	FAULT	13, 13, 0, mov %rax, %cr0
	FAULT	13, 13, 0, mov %cr2, %rax
	FAULT	13, 13, 0, mov %cr3, %rax
	FAULT	13, 13, 0, mov %rax, %cr3
	FAULT	13, 13, 0, mov %rax, %cr4
	FAULT	13, 13, 0, mov %rax, %cr8
	FAULT	13, 13, 0, mov %dr0, %rax
	FAULT	13, 13, 0, mov %rax, %dr0
	FAULT	13, 13, 0, mov %rax, %dr6
	FAULT	13, 13, 0, mov %rax, %dr7
	FAULT	13, 13, 0, lmsw %ax
	FAULT	13, 13, 0, lgdt (%rsp)
	FAULT	13, 13, 0, lidt (%rsp)
	FAULT	13, 13, 0, lldt %ax
	FAULT	13, 13, 0, ltr %ax
	FAULT	13, 13, 0, sysretq
	FAULT	13, 6, 0, sysexitq
	FAULT	13, 6, 0, swapgs
	FAULT	13, 6, 0, sysenter
	.section .rodata
	.quad	0
	.text

/* ---- #GP(0) where UMIP is used ---- */

	TABLE	faults_umip
	FAULT	13, 13, 0, sgdt -16(%rsp)
	FAULT	13, 13, 0, sidt -16(%rsp)
	FAULT	13, 13, 0, sldt %ax
	FAULT	13, 13, 0, str %ax
	FAULT	13, 13, 0, smsw %ax
	.section .rodata
	.quad	0
	.text

/* ---- not instructions of 64-bit mode, or not of this CPU: #UD ---- */

	TABLE	faults_invalid
	FAULT	6, 6, 0, ud2
	FAULT	6, 6, 0, .byte 0x0f, 0xb9, 0xc0		/* ud1 */
	FAULT	6, 6, 0, .byte 0x06			/* push %es */
	FAULT	6, 6, 0, .byte 0x0e			/* push %cs */
	FAULT	6, 6, 0, .byte 0x27			/* daa */
	FAULT	6, 6, 0, .byte 0x37			/* aaa */
	FAULT	6, 6, 0, .byte 0x60			/* pusha */
	FAULT	6, 6, 0, .byte 0x62, 0x04, 0x24		/* bound: #BR is not of this mode */
	FAULT	6, 6, 0, .byte 0x82, 0xc0, 0x00
	FAULT	6, 6, 0, .byte 0x9a			/* call far to an immediate */
	FAULT	6, 6, 0, .byte 0xce			/* into: nor is #OF */
	FAULT	6, 6, 0, .byte 0xd4, 0x0a		/* aam */
	FAULT	6, 6, 0, .byte 0xea			/* jmp far to an immediate */
	FAULT	6, 6, 0, .byte 0xc4, 0xc1		/* les was here: VEX with a bad register map */
	FAULT	6, 6, 0, .byte 0xf0, 0xff, 0xc0		/* lock; inc %eax */
	FAULT	6, 6, 0, rsm
	FAULT	6, 6, 0, .byte 0x8e, 0xc8		/* mov %eax, %cs */
	FAULT	6, 6, 0, rdfsbase %rax
	FAULT	6, 6, 0, wrfsbase %rax
	FAULT	6, 6, 0, rdgsbase %rax
	FAULT	6, 6, 0, wrgsbase %rax
	FAULT	6, 6, 0, vmcall
	FAULT	6, 6, 0, vmlaunch
	FAULT	6, 13, 0, vmrun
	FAULT	6, 13, 0, monitor
	.section .rodata
	.quad	0
	.text

/* ---- selectors ---- */

	TABLE	faults_selector
	FAULT	13, 13, 0x08, mov kernel_cs, %ds
	FAULT	13, 13, 0x10, mov kernel_ss, %ds
	FAULT	13, 13, 0x10, mov kernel_ss, %es
	FAULT	13, 13, 0x10, mov kernel_ss, %fs
	FAULT	13, 13, 0x10, mov kernel_ss, %gs
	FAULT	13, 13, 0x10, mov kernel_ss, %ss
	FAULT	13, 13, 0x28, mov user_cs, %ss
	FAULT	13, 13, 0x18, mov compat_cs, %ds
	FAULT	13, 13, 0x38, mov tss, %ds
	FAULT	13, 13, 0x38, mov tss, %gs
	FAULT	13, 13, 0x7ff8, mov beyond, %es
	FAULT	13, 13, 0x7ff8, mov beyond, %ss
	FAULT	13, 13, 0x4, mov local, %ds
	FAULT	13, 13, 0, mov nil, %ss
	FAULT	11, 11, 0x30, mov user_gs, %ds
	FAULT	11, 11, 0x30, mov user_gs, %gs
	FAULT	12, 12, 0x30, mov user_gs, %ss
	FAULT	13, 13, 0x08, ljmp *to_kernel
	FAULT	13, 13, 0x18, ljmp *to_compat
	FAULT	13, 13, 0x38, ljmp *to_tss
	FAULT	13, 13, 0, ljmp *to_nil
	FAULT	13, 13, 0x08, lcall *to_kernel
	FAULT	13, 13, 0x38, lcall *to_tss
	.section .rodata
	.quad	0
	.text

	.section .rodata
kernel_cs: .word 0x08
kernel_ss: .word 0x10
compat_cs: .word 0x1b
user_cs:   .word 0x2b
user_gs:   .word 0x33
tss:	   .word 0x3b
beyond:	   .word 0x7ffb
local:	   .word 0x07
nil:	   .word 0
to_kernel: .long 0x1000000
	.word	0x08
to_compat: .long 0x1000000
	.word	0x1b
to_tss:	.long	0x1000000
	.word	0x3b
to_nil:	.long	0x1000000
	.word	0

/*
 * ---- behind MOV SS, which holds a single step off for one instruction ----
 *
 * Entries: where to begin, the instruction pointer of the exception, its number twice, its error code.
 */

	.macro	SHADOWED number, error, at, insn:vararg
	.text
1:	mov	user_ss, %ss
2:	\insn
3:	ret
	.section .rodata
	.quad	1b, \at, \number, \number, \error
	.text
	.endm

	TABLE	faults_shadowed
	SHADOWED 1, 0, 3b, nop
	SHADOWED 1, 0, 3b, mov user_ss, %ss
	SHADOWED 256, 0, 3b, syscall
	SHADOWED 13, 0, 2b, sysenter			/* of Intel */
	SHADOWED 6, 0, 2b, ud2
	SHADOWED 6, 0, 2b, .byte 0x17			/* pop %ss */
	SHADOWED 13, 0x0a, 2b, int $1
	SHADOWED 13, 0x12, 2b, int $2
	SHADOWED 13, 0x42, 2b, int $8
	SHADOWED 13, 0x92, 2b, int $18
	SHADOWED 13, 0x402, 2b, int $0x80
	SHADOWED 13, 0, 2b, hlt
	SHADOWED 13, 0, 2b, cli
	SHADOWED 13, 0x28, 2b, mov user_cs, %ss
	SHADOWED 13, 0x18, 2b, ljmp *to_compat
	SHADOWED 17, 0, 2b, mov 1(%rsp), %rax
	SHADOWED 17, 0, 2b, push 1(%rsp)
	.section .rodata
	.quad	0
user_ss: .word	0x23
	.text

/* ---- those that take more than one instruction ---- */

	.macro	FUNC name
	.globl	\name
	.type	\name, @function
\name:
	.endm

	.text
FUNC trap_ac
	pushfq
	orl	$0x40000, (%rsp)
	popfq
FUNC trap_ac_at
	mov	-15(%rsp), %rax
FUNC trap_ac_next
	ret

FUNC trap_bp
	mov	(%rbp), %al
FUNC trap_bp_next
	ret

FUNC trap_int3_long
	int	$3
FUNC trap_int3_long_next
	ret

FUNC trap_int1
	.byte	0xf1
FUNC trap_int1_next
	ret

FUNC trap_mov_ss
	mov	%ss, %ecx
	pushfq
	orq	$0x100, (%rsp)
	popfq
	mov	%ecx, %ss
FUNC trap_mov_ss_at
	syscall
FUNC trap_mov_ss_next
	ret

	.section .note.GNU-stack, "", @progbits
