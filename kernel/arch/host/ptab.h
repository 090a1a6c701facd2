/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ptab.h - PTEs of the host machine, for ptab.c and ptes/ptes.c.
 *
 *   level 2: 1 GiB entries, level 1: 2 MiB, level 0: 4 KiB; 512 entries of 64 bits a table
 *
 *   entry   frame or kernel address of a table (51..12) | kept (57..52) or 0 | own 10 | attr (9..7) | dirty 6
 *           | accessed 5 | X 4 | W 3 | R 2 | table 1 | present 0
 */
#ifndef HOST_PTAB_H
#define HOST_PTAB_H

#include <mem/arch.h>
#include <mem/kmem.h>

enum {
	PTE_PRESENT = 1 << 0, PTE_TABLE = 1 << 1, PTE_RIGHTS = 2, PTE_ACCESSED = 1 << 5,
	PTE_DIRTY = 1 << 6, PTE_ATTR = 7, PTE_OWN = 1 << 10,
	PTE_KEPT = 52,
	LEVELS = 3, INDEX_LOG2 = 9, ENTRIES = 1 << INDEX_LOG2,
};

#define PTE_FRAME (((uint64_t)1 << 52) - ((uint64_t)1 << 12))

#define PTE_STATUS (PTE_ACCESSED | PTE_DIRTY | (((uint64_t)1 << LEAF_KEPT_BITS) - 1) << PTE_KEPT)

static inline unsigned level_log2(unsigned level) { return KMEM_FRAME_LOG2 + INDEX_LOG2 * level; }

/* The kept status of a PTE: in programs of 64 bits in the PTE (ptes/), else in a byte of its own (by_c/). */
uint8_t host_kept_get(const arch_pte_t *e);
void host_kept_set(arch_pte_t *e, uint8_t kept);

/* Returns the PTE for address at *level, or at the higher level where the walk ends; sets *level. */
arch_pte_t *host_ptab_walk(const struct space *s, l4_word_t address, unsigned *level);

#endif
