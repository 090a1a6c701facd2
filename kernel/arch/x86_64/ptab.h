/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ptab.h - finding an entry of a page table: ptab_arch.c and ptab_run.c.
 *
 *   Q2  arch_space.near is the table of 4 KiB entries around near_at << BIG_LOG2, or near_at is NO_TABLE; mid
 *       is the table of 2 MiB entries around mid_at << HUGE_LOG2, or mid_at is NO_TABLE
 */
#ifndef X86_64_PTAB_H
#define X86_64_PTAB_H

#include <mem/space.h>
#include <arch/kmap.h>
#include <arch/pte.h>

enum { LEAF_LOG2 = 12, BIG_LOG2 = 21, HUGE_LOG2 = 30, ROOT_LOG2 = 39 };

#define NO_TABLE	(~(l4_word_t)0)

static inline uint64_t *table_of(uint64_t entry) { return (void *)(KMAP_DIRECT + (entry & PTE_FRAME)); }

static inline bool is_leaf(uint64_t entry, unsigned log2) { return log2 == LEAF_LOG2 || entry & PTE_PS; }

static inline uint64_t *entry_in(uint64_t *table, l4_word_t address, unsigned log2)
{
	return &table[address >> log2 & (PTE_ENTRIES - 1)];
}

/* walk_to where the entry is not in `near`. */
uint64_t *walk_far(struct space *s, l4_word_t address, unsigned *log2);

/*
 * The entry that answers for address, not below the level of 2^*log2 bytes: there, or above it where
 * an entry is absent or a leaf. *log2 becomes its level.
 */
static inline uint64_t *walk_to(struct space *s, l4_word_t address, unsigned *log2)
{
	if (*log2 == LEAF_LOG2 && s->arch.near_at == address >> BIG_LOG2)
		return entry_in(s->arch.near, address, LEAF_LOG2);
	return walk_far(s, address, log2);
}

/* Tables of s are going to be freed. */
static inline void forget_tables(struct space *s) { s->arch.near_at = s->arch.mid_at = NO_TABLE; }

/* e is the entry of a 4 KiB page at address (Q2). */
static inline void note_near(struct space *s, l4_word_t address, uint64_t *e)
{
	s->arch.near = e - (address >> LEAF_LOG2 & (PTE_ENTRIES - 1));
	s->arch.near_at = address >> BIG_LOG2;
}

/* Entries that are looked at together. */
enum { LINE = 8 };

static inline bool line_empty(const uint64_t *e)
{
	return (e[0] | e[1] | e[2] | e[3] | e[4] | e[5] | e[6] | e[7]) == 0;
}

#endif
