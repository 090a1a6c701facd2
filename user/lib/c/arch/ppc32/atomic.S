/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * atomic.S - atomic loads, stores and sums of 64 bits, which compilers call because the CPU has no such
 * instructions on general registers: by those of a floating-point register, which are one access to an
 * aligned doubleword. With one CPU no barrier is needed.
 */
	.set	FRAME, 32
	.set	WORDS, 8			/* of 64 bits, in the frame */

	.text

/* uint64_t __atomic_load_8(volatile void *p, int order) */
	.globl	__atomic_load_8
	.type	__atomic_load_8, @function
__atomic_load_8:
	stwu	1, -FRAME(1)
	lfd	0, 0(3)
	stfd	0, WORDS(1)
	lwz	3, WORDS(1)
	lwz	4, WORDS+4(1)
	addi	1, 1, FRAME
	blr
	.size	__atomic_load_8, . - __atomic_load_8

/* void __atomic_store_8(volatile void *p, uint64_t value, int order): the value is in r5, r6 */
	.globl	__atomic_store_8
	.type	__atomic_store_8, @function
__atomic_store_8:
	stwu	1, -FRAME(1)
	stw	5, WORDS(1)
	stw	6, WORDS+4(1)
	lfd	0, WORDS(1)
	stfd	0, 0(3)
	addi	1, 1, FRAME
	blr
	.size	__atomic_store_8, . - __atomic_store_8

/*
 * uint64_t __atomic_fetch_add_8(volatile void *p, uint64_t value, int order): what was there before.
 *
 * If the store to the low word succeeds, no other thread has run since the reservation (ppc32 12), so both
 * words had the values read. A high word that changes is a second store, for which there is no instruction:
 * a thread that runs between the two sees the new low word with the old high one. So the sum is atomic only
 * while it is below 2^32; at a carry two threads that change the high word at once lose a change.
 */
	.globl	__atomic_fetch_add_8
	.type	__atomic_fetch_add_8, @function
__atomic_fetch_add_8:
	addi	7, 3, 4
1:	lwarx	10, 0, 7
	lwz	9, 0(3)
	addc	12, 10, 6
	adde	11, 9, 5
	stwcx.	12, 0, 7
	bne-	1b
	cmplw	11, 9
	beq+	2f
	stw	11, 0(3)
2:	mr	3, 9
	mr	4, 10
	blr
	.size	__atomic_fetch_add_8, . - __atomic_fetch_add_8

	.section .note.GNU-stack, "", @progbits
