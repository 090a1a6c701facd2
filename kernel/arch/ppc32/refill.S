/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * refill.S - exceptions of user code that are misses in the hash table of pages that are mapped: makes an
 * entry, in real mode, without C. All others continue at entry_vector: pages that are not mapped, stores to
 * pages that are read-only, other causes, exceptions of the kernel.
 *
 *   R12  the space; then the PTE, without PTE_NOTE
 *   R25  the cause; then the upper word of the new entry (hash_entry.h)
 *   R26  the address; then an upper word that is there; of an eviction, the old entry
 *   R27  the address of the PTE
 *   R28  the lower word of the new entry
 *   R29  the VSID; then the entry that is looked at, in the end the new one
 *   R11 R30 R31  temporary registers
 */
#include <arch/privileged.h>

#define SAVED_VECTOR	CPU(LOCAL_SCRATCH)
#define SAVED		CPU(LOCAL_SCRATCH + 4)	/* R25 to R31 */

	/* DSISR, and SRR1 of vector 0x400: no entry was found. This bit of DSISR, from the left: a store. */
	.set	CAUSE_MISS_UPPER, 0x4000
	.set	CAUSE_STORE, 6

	.macro	save
	mtsprg	SPRG_R12, %r12
	mfsrr1	%r12
	andi.	%r12, %r12, MSR_PR
	beq	of_kernel
	stw	%r11, SAVED_VECTOR
	stmw	%r25, SAVED
	.endm

	/* Continue at found if an entry of the group at R29 is free: one of the two at R29. R26 is the first. */
	.macro	look_at_group
	lwz	%r26, 0(%r29)
	.irp	last, 0, 0, 0, 1
	lwz	%r11, ENTRY_BYTES(%r29)
	and.	%r11, %r11, %r26
	bge	found
	.ifeq	\last
	lwzu	%r26, 2 * ENTRY_BYTES(%r29)
	.endif
	.endr
	.endm

	/* From the last two entries of a group to the page's other group. */
	.macro	other_group
	lwz	%r11, CPU(LOCAL_HASH_MASK)
	clrrwi	%r29, %r29, GROUP_LOG2
	xor	%r29, %r29, %r11
	xori	%r25, %r25, HI_SECOND
	xori	%r12, %r12, PTE_SECOND
	.endm

	low_text
	.globl	entry_refill_data, entry_refill_code
entry_refill_code:
	save
	mfsrr1	%r25
	mfsrr0	%r26
	andis.	%r25, %r25, CAUSE_MISS_UPPER	/* a fetch is no store */
	b	refill
entry_refill_data:
	save
	mfdsisr	%r25
	mfdar	%r26
	andis.	%r11, %r25, CAUSE_MISS_UPPER
refill:	beq	general
	rlwinm	%r27, %r26, 12, 20, 29		/* 4 * index in the directory */
	mfsprg	%r12, SPRG_THREAD
	lwz	%r12, T_SPACE(%r12)
	to_physical %r12
	lwz	%r28, SPACE_ROOT(%r12)
	lwz	%r29, SPACE_SEG(%r12)
	to_physical %r28
	lwzx	%r27, %r27, %r28
	rlwinm	%r28, %r26, 22, 20, 29		/* 4 * index in the page table */
	cmpwi	%r27, 0				/* no page table; of the kernel's addresses neither */
	beq	general
	lwzux	%r12, %r27, %r28
	cmpwi	%r12, 0				/* no page */
	beq	general
	rlwinm	%r25, %r25, CAUSE_STORE + 1, 31, 31
	and.	%r28, %r25, %r12		/* PTE_READ_ONLY */
	bne	general
	rlwinm	%r12, %r12, 0, 23, 19		/* without PTE_SLOT, */
	rlwinm	%r12, %r12, 0, 30, 28		/* without PTE_SECOND */
	ori	%r12, %r12, PTE_REFERENCED
	mr	%r28, %r12
	rlwimi	%r28, %r25, 7, 24, 24		/* PTE_CHANGED */
	rlwinm	%r11, %r26, 4, 28, 31		/* the segment */
	add	%r29, %r29, %r11
	rlwinm	%r25, %r26, 10, 26, 31		/* upper bits of the page index, */
	rlwimi	%r25, %r29, 7, 1, 24		/* VSID, */
	oris	%r25, %r25, 0x8000		/* valid */
	rlwinm	%r11, %r26, 20, 16, 31
	xor	%r29, %r29, %r11		/* the hash value */
	lwz	%r11, CPU(LOCAL_HASH_MASK)
	slwi	%r29, %r29, GROUP_LOG2
	lwz	%r26, CPU(LOCAL_HASH_TABLE)
	and	%r29, %r29, %r11
	to_physical %r26
	add	%r29, %r29, %r26
	look_at_group
	other_group
	look_at_group

	/* All are taken: the PTE of a page that is evicted from the first group takes its status (H2). */
	other_group
next:	lwz	%r26, CPU(LOCAL_HASH_VICTIM)
	addi	%r26, %r26, ENTRY_BYTES
	stw	%r26, CPU(LOCAL_HASH_VICTIM)
	rlwimi	%r26, %r29, 0, 0, 31 - GROUP_LOG2
	lwz	%r11, 0(%r26)
	rlwinm	%r30, %r11, 21, 12, 31		/* VSID without the segment */
	mulli	%r30, %r30, VSID_INVERSE
	lwz	%r31, CPU(LOCAL_HASH_DIRECTORY)
	rlwinm	%r30, %r30, 2, 10, 29		/* 4 * number of the space */
	to_physical %r31
	lwzx	%r31, %r31, %r30
	cmpwi	%r31, 0
	beq	next				/* the gateway's */
	to_physical %r31
	rlwinm	%r30, %r11, 1, 20, 23		/* 4 * index in the directory: the segment, */
	rlwimi	%r30, %r11, 2, 24, 29		/* and upper bits of the page index */
	lwzx	%r31, %r31, %r30
	rlwinm	%r30, %r30, 20, 0, 9		/* the address: these, and the lower bits, */
	rlwimi	%r30, %r26, 6, 10, 19		/* which are those of the group, */
	rlwinm	%r29, %r11, 5, 10, 19		/* without those of the VSID; */
	xor	%r30, %r30, %r29
	andi.	%r11, %r11, HI_SECOND
	beq	1f
	xoris	%r30, %r30, 0x003f		/* of the second group their complement */
	xori	%r30, %r30, 0xf000
1:	rlwinm	%r11, %r30, 22, 20, 29
	add	%r31, %r31, %r11		/* the PTE */
	li	%r11, 0
	stw	%r11, 0(%r26)
	sync
	tlbie	%r30
	sync
	lwz	%r30, 4(%r26)
	lwz	%r11, 0(%r31)
	rlwinm	%r30, %r30, 0, 23, 24		/* PTE_STATUS */
	or	%r11, %r11, %r30
	stw	%r11, 0(%r31)
	mr	%r29, %r26
	b	store

found:	cmpwi	%r26, 0
	bge	store
	addi	%r29, %r29, ENTRY_BYTES
store:	stw	%r28, 4(%r29)
	eieio
	stw	%r25, 0(%r29)
	sync
	rlwimi	%r12, %r29, 6, 20, 22		/* PTE_SLOT */
	stw	%r12, 0(%r27)
	lmw	%r25, SAVED
	mfsprg	%r11, SPRG_CR
	mtcr	%r11
	mfsprg	%r11, SPRG_R11
	mfsprg	%r12, SPRG_R12
	rfi

	/* State E again (entry.S). */
general: lmw	%r25, SAVED
	lwz	%r11, SAVED_VECTOR
of_kernel:
	mfsprg	%r12, SPRG_R12
	jump_to_c entry_vector

	.section .note.GNU-stack, "", @progbits
