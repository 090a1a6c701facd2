/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fpu_func.h - functions of fpu_x86.S and of each machine's fpu.S. For .S files.
 *
 * FUNC name: a function begins. TRAP name, instruction: a function for regs_call with the label
 * trap_NAME_next behind the instruction.
 */
	.macro	FUNC name
	.globl	\name
	.type	\name, @function
\name:
	.endm

	.macro	TRAP name, insn:vararg
FUNC trap_\name
	\insn
FUNC trap_\name\()_next
	ret
	.endm
