/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * refill.S - exceptions of user code that are misses in the hash table of pages that are mapped: hash_fill
 * (hash.c) in real mode, without C. All else goes on to entry_vector: pages that are not mapped, stores to
 * pages that are read-only, other causes, exceptions of the kernel.
 *
 *   R3  the cause; then the upper word of the new entry (hash_entry.h)
 *   R4  the address; a temporary register; of an eviction, the old entry
 *   R5  the address of the PTE
 *   R6  the lower word of the new entry
 *   R7  the segment's VSID; then the entry that is looked at
 *   R11 the vector; then a temporary register; of an eviction, the upper word of the old entry
 *   R12 the PTE, without PTE_NOTE
 */
#include <arch/privileged.h>

#define SAVE(n)	CPU(LOCAL_SCRATCH + 4 * n)

	/* DSISR, and SRR1 of vector 0x400: no entry was found; a store. */
	.set	CAUSE_MISS_UPPER, 0x4000
	.set	CAUSE_STORE, 6			/* this bit, counted from the most significant one */

	.macro	save
	mtsprg	SPRG_R12, %r12
	mfsrr1	%r12
	andi.	%r12, %r12, MSR_PR
	beq	of_kernel
	stw	%r11, SAVE(0)
	.irp	n, 3, 4, 5, 6, 7
	stw	%r\n, SAVE(\n)
	.endr
	.endm

	.macro	restore
	.irp	n, 3, 4, 5, 6, 7
	lwz	%r\n, SAVE(\n)
	.endr
	.endm

	/* Continue at found if one of the two entries from R7 is free; R4 is the upper word of the first. */
	.macro	look_at_two
	lwz	%r11, ENTRY_BYTES(%r7)
	and.	%r11, %r11, %r4
	bge	found
	.endm

	/* The same for the eight of a group. R7 is its address, then that of the last two entries. */
	.macro	look_at_group
	lwz	%r4, 0(%r7)
	look_at_two
	.rept	3
	lwzu	%r4, 2 * ENTRY_BYTES(%r7)
	look_at_two
	.endr
	.endm

	/* From the last two entries of a group to the first of the page's other group. R11 is destroyed. */
	.macro	other_group
	lwz	%r11, CPU(LOCAL_HASH_MASK)
	clrrwi	%r7, %r7, GROUP_LOG2
	xor	%r7, %r7, %r11
	.endm

	low_text
	.globl	entry_refill_data, entry_refill_code
	.balign	32
entry_refill_code:
	save
	mfsrr1	%r3
	mfsrr0	%r4
	andis.	%r3, %r3, CAUSE_MISS_UPPER	/* a fetch is no store */
	b	refill

	.balign	32
entry_refill_data:
	save
	mfdsisr	%r3
	mfdar	%r4
	andis.	%r7, %r3, CAUSE_MISS_UPPER
refill:	beq	general
	rlwinm	%r5, %r4, 12, 20, 29		/* 4 * index in the directory */
	cmplwi	%r5, USER_DIRECTORY
	bge	general
	mfsprg	%r12, SPRG_THREAD
	lwz	%r12, T_SPACE(%r12)
	to_physical %r12
	lwz	%r6, SPACE_ROOT(%r12)
	lwz	%r7, SPACE_SEG(%r12)
	to_physical %r6
	lwzx	%r5, %r5, %r6
	rlwinm	%r6, %r4, 22, 20, 29		/* 4 * index in the page table */
	cmpwi	%r5, 0				/* no page table */
	beq	general
	lwzux	%r12, %r5, %r6
	cmpwi	%r12, 0				/* no page */
	beq	general
	rlwinm	%r3, %r3, CAUSE_STORE + 1, 31, 31
	and.	%r6, %r3, %r12			/* PTE_READ_ONLY */
	bne	general
	rlwinm	%r12, %r12, 0, 23, 19		/* without PTE_SLOT, */
	rlwinm	%r12, %r12, 0, 30, 28		/* without PTE_SECOND */
	ori	%r6, %r12, PTE_REFERENCED
	rlwimi	%r6, %r3, 7, 24, 24		/* PTE_CHANGED */
	rlwinm	%r3, %r4, 4, 28, 31		/* the segment */
	add	%r7, %r7, %r3
	rlwinm	%r3, %r4, 10, 26, 31		/* upper bits of the page index */
	rlwimi	%r3, %r7, 7, 1, 24		/* VSID */
	oris	%r3, %r3, 0x8000		/* valid */
	rlwinm	%r11, %r4, 20, 16, 31
	xor	%r7, %r7, %r11			/* the hash */
	lwz	%r11, CPU(LOCAL_HASH_MASK)
	slwi	%r7, %r7, GROUP_LOG2
	lwz	%r4, CPU(LOCAL_HASH_TABLE)
	and	%r7, %r7, %r11
	to_physical %r4
	add	%r7, %r7, %r4
	look_at_group
	other_group
	ori	%r3, %r3, HI_SECOND
	ori	%r12, %r12, PTE_SECOND
	look_at_group
	b	evict

found:	cmpwi	%r4, 0
	bge	store
	addi	%r7, %r7, ENTRY_BYTES
store:	stw	%r6, 4(%r7)
	eieio
	stw	%r3, 0(%r7)
	sync
	rlwimi	%r12, %r7, 6, 20, 22		/* PTE_SLOT */
	stw	%r12, 0(%r5)
	restore
	mfsprg	%r11, SPRG_CR
	mtcr	%r11
	mfsprg	%r11, SPRG_R11
	mfsprg	%r12, SPRG_R12
	rfi

	/* All entries are taken: the PTE of a page that is evicted from the first group takes its status (H2). */
evict:	other_group
	xori	%r3, %r3, HI_SECOND
	xori	%r12, %r12, PTE_SECOND
	stw	%r8, SAVE(1)
	stw	%r9, SAVE(2)
next:	lwz	%r4, CPU(LOCAL_HASH_VICTIM)
	addi	%r4, %r4, ENTRY_BYTES
	stw	%r4, CPU(LOCAL_HASH_VICTIM)
	rlwimi	%r4, %r7, 0, 0, 31 - GROUP_LOG2
	lwz	%r11, 0(%r4)
	andi.	%r9, %r11, HI_SECOND
	rlwinm	%r8, %r11, 21, 12, 31		/* VSID without the segment */
	mulli	%r8, %r8, VSID_INVERSE
	lwz	%r9, CPU(LOCAL_HASH_DIRECTORY)
	rlwinm	%r8, %r8, 2, 10, 29		/* the number of the space */
	to_physical %r9
	lwzx	%r9, %r9, %r8
	cmpwi	cr1, %r9, 0
	beq	cr1, next			/* the gateway's */
	rlwinm	%r8, %r11, 1, 20, 23		/* the index in the directory: the segment, */
	rlwimi	%r8, %r11, 2, 24, 29		/* and the upper bits of the page index */
	to_physical %r9
	lwzx	%r9, %r9, %r8
	rlwinm	%r8, %r8, 20, 0, 9
	rlwimi	%r8, %r4, 6, 10, 19		/* lower bits: those of the group, */
	rlwinm	%r11, %r11, 5, 10, 19		/* without those of the VSID */
	xor	%r8, %r8, %r11
	beq	1f
	xoris	%r8, %r8, 0x003f		/* the second group has the complement */
	xori	%r8, %r8, 0xf000
1:	rlwinm	%r11, %r8, 22, 20, 29
	add	%r9, %r9, %r11			/* the PTE */
	li	%r11, 0
	stw	%r11, 0(%r4)
	sync
	tlbie	%r8
	sync
	lwz	%r8, 4(%r4)
	lwz	%r11, 0(%r9)
	rlwinm	%r8, %r8, 0, 23, 24		/* PTE_STATUS */
	or	%r11, %r11, %r8
	stw	%r11, 0(%r9)
	mr	%r7, %r4
	lwz	%r8, SAVE(1)
	lwz	%r9, SAVE(2)
	b	store

	/* State E again (entry.S). */
general: restore
	lwz	%r11, SAVE(0)
of_kernel:
	mfsprg	%r12, SPRG_R12
	jump_to_c entry_vector

	.section .note.GNU-stack, "", @progbits
