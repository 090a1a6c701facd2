/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * float.S - what compilers call to convert between integers of 64 bits and floating-point numbers, in
 * programs that have these in registers (musl's). float_bits.c computes the bits. A register has a single as
 * a double.
 */
	.set	FRAME, 16
	.set	NUMBER, 8		/* in the frame */
	.set	LINK, 4			/* above the frame */

	.text

	.macro	ENTER
	mflr	0
	stw	0, LINK(1)
	stwu	1, -FRAME(1)
	.endm

	.macro	RETURN
	lwz	0, FRAME + LINK(1)
	addi	1, 1, FRAME
	mtlr	0
	blr
	.endm

	.macro	TO_DOUBLE name, function
	.globl	\name
	.type	\name, @function
\name:
	ENTER
	bl	\function
	stw	3, NUMBER(1)
	stw	4, NUMBER + 4(1)
	lfd	1, NUMBER(1)
	RETURN
	.endm

	.macro	TO_SINGLE name, function
	.globl	\name
	.type	\name, @function
\name:
	ENTER
	bl	\function
	stw	3, NUMBER(1)
	lfs	1, NUMBER(1)
	RETURN
	.endm

	.macro	TO_INTEGER name, function
	.globl	\name
	.type	\name, @function
\name:
	ENTER
	stfd	1, NUMBER(1)
	lwz	3, NUMBER(1)
	lwz	4, NUMBER + 4(1)
	bl	\function
	RETURN
	.endm

	TO_DOUBLE	__floatdidf, __float_double
	TO_DOUBLE	__floatundidf, __float_double_unsigned
	TO_SINGLE	__floatdisf, __float_single
	TO_SINGLE	__floatundisf, __float_single_unsigned
	TO_INTEGER	__fixdfdi, __float_integer
	TO_INTEGER	__fixsfdi, __float_integer
	TO_INTEGER	__fixunsdfdi, __float_integer_unsigned
	TO_INTEGER	__fixunssfdi, __float_integer_unsigned

	.section .note.GNU-stack, "", @progbits
