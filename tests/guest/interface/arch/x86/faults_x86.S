/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * faults_x86.S - moves from debug registers, every INT n, and a fault between two rotations, on both x86
 * machines. Promises: machine.h.
 */
	.text
/* ---- mov from debug register n, n = 0..7: three bytes each, and a return ---- */

	.globl	debug_registers
debug_registers:
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7
	.byte	0x0f, 0x21, 0xc0 + 8 * \n, 0xc3
	.endr

/* ---- int n, n = 0..255: two bytes each ---- */

	.globl	int_all, int_all_end
int_all:
	.set	n, 0
	.rept	256
	.byte	0xcd, n
	.set	n, n + 1
	.endr
int_all_end:
	ret

/* ---- the second rotation, of a byte at 0, faults; an instruction of flags is before the first ---- */

	.globl	fault_in_flags, fault_in_flags_at, fault_in_flags_next
fault_in_flags:
	test	%eax, %eax
	rorb	$1, rotated
fault_in_flags_at:
	rcrb	$1, 0
fault_in_flags_next:
	ret

	.lcomm	rotated, 1

	.section .note.GNU-stack, "", @progbits
