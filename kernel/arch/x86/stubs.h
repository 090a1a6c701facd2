/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stubs.h - the stubs of exceptions and interrupts, as macros for entry.S of each machine.
 */

	/* The stub of an exception: pushes an error code of 0 if the CPU pushes none, then the vector. */
	.macro stub vector target
	.if (\vector != 8) && (\vector < 10 || \vector > 14) && (\vector != 17) && (\vector != 21) \
		&& (\vector != 29) && (\vector != 30)
	push $0
	.endif
	push $\vector
	jmp \target
	.endm

	/*
	 * The stubs of interrupts from `vector` on, four bytes each: push a signed byte, the low byte of which is
	 * the vector; jump to the end of the group. There it is pushed again, from the top of the stack, where \sp
	 * points: the first one stands in the place of the error code.
	 */
	.macro irq_stubs sp
	.rept (256 - FIRST_IRQ) / IRQ_GROUP
	.rept IRQ_GROUP
	.byte 0x6a, vector
	jmp 1f
	.set vector, vector + 1
	.endr
1:	push (%\sp)
	jmp entry_irq
	.org entry_irqs + (vector - FIRST_IRQ) / IRQ_GROUP * IRQ_GROUP_BYTES, 0xcc
	.endr
	.endm
