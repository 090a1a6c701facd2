/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * faults.S - traps behind MOV SS. Promises: machine.h. On both x86 machines: arch/x86/faults_x86.S.
 */
/*
 * ---- behind MOV SS, with TF and AC set: the single step comes after the next instruction only ---- #DB is
 * reported at 3, an exception of the instruction at 2. INT of the stubs (0xfe) is exception 256 here.
 */
	.macro	SHADOWED number, error, at, insn:vararg
	.text
1:	mov	user_ss, %ss
2:	\insn
3:	ret
	.section .rodata
	.long	1b, \at, \number, \number, \error
	.text
	.endm

	.section .rodata
	.balign	4
	.globl	faults_shadowed
faults_shadowed:
	SHADOWED 1, 0, 3b, nop
	SHADOWED 1, 0, 3b, mov user_ss, %ss
	SHADOWED 256, 0, 3b, int $0xfe
	SHADOWED 6, 0, 2b, ud2
	SHADOWED 13, 0x0a, 2b, int $1
	SHADOWED 13, 0x12, 2b, int $2
	SHADOWED 13, 0x42, 2b, int $8
	SHADOWED 13, 0x92, 2b, int $18
	SHADOWED 13, 0x402, 2b, int $0x80
	SHADOWED 13, 0, 2b, hlt
	SHADOWED 13, 0, 2b, cli
	SHADOWED 13, 0x18, 2b, mov user_cs, %ss
	SHADOWED 17, 0, 2b, mov 1(%esp), %eax
	SHADOWED 17, 0, 2b, pushl 1(%esp)
	.section .rodata
	.long	0
user_ss: .word	0x23
user_cs: .word	0x1b
	.text

	.section .note.GNU-stack, "", @progbits
