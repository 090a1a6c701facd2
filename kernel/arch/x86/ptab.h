/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ptab.h - lookup of page-table entries, for ptab_arch.c and ptes.c. Here log2 is the level of an entry:
 * it covers 2^log2 bytes. A leaf is an entry that maps a page, not a table (PTE). <arch/ptab.h> says how many
 * levels there are.
 *
 *   Q2  arch_space.last_pt is the page table for the 2 MiB at last_pt_at << PTE_BIG_LOG2, or last_pt_at is
 *       NO_TABLE; last_pd is the page directory for the 1 GiB at last_pd_at << PTE_HUGE_LOG2, or last_pd_at
 *       is NO_TABLE, always if directories are the roots
 */
#ifndef X86_PTAB_H
#define X86_PTAB_H

#include <mem/space.h>
#include <arch/kmap.h>
#include <arch/layout.h>
#include <arch/pte.h>

/* What a root maps; 1 if page directories, whose entries map 2 MiB, are below a root. */
enum { ROOT_SPAN_LOG2 = ARCH_ROOT_LOG2 + PTE_LEVEL_BITS, DEEP = (int)ARCH_ROOT_LOG2 > (int)PTE_BIG_LOG2 };

#define NO_TABLE	(~(l4_word_t)0)

static inline arch_pte_t *table_of(arch_pte_t entry) { return KMAP_POINTER(entry & PTE_FRAME); }

static inline bool is_leaf(uint64_t entry, unsigned log2) { return log2 == PTE_PAGE_LOG2 || entry & PTE_PS; }

static inline arch_pte_t *entry_in(arch_pte_t *table, l4_word_t address, unsigned log2)
{
	return &table[address >> log2 & (PTE_ENTRIES - 1)];
}

/* Returns the number of the root from which address is looked up. */
static inline unsigned root_of(l4_word_t at) { return ARCH_ROOTS > 1 ? (unsigned)(at >> ROOT_SPAN_LOG2) : 0; }

static inline arch_pte_t *root_entry(const struct space *s, l4_word_t address)
{
	return entry_in(s->arch.root[root_of(address)], address, ARCH_ROOT_LOG2);
}

/* walk_to if the entry is not in last_pt. */
arch_pte_t *walk_tables(struct space *s, l4_word_t address, unsigned *log2);

/*
 * Returns the entry that translates address, at level *log2, or above it if an entry there is not present or
 * a leaf. Sets *log2 to its level.
 */
static inline arch_pte_t *walk_to(struct space *s, l4_word_t address, unsigned *log2)
{
	if (*log2 == PTE_PAGE_LOG2 && s->arch.last_pt_at == address >> PTE_BIG_LOG2)
		return entry_in(s->arch.last_pt, address, PTE_PAGE_LOG2);
	return walk_tables(s, address, log2);
}

/* Call before a table of s is freed. */
static inline void forget_last_tables(struct space *s)
{
	s->arch.last_pt_at = s->arch.last_pd_at = NO_TABLE;
}

/* Remember the page table that contains e, the 4 KiB entry for address (Q2). */
static inline void note_last_pt(struct space *s, l4_word_t address, arch_pte_t *e)
{
	s->arch.last_pt = e - (address >> PTE_PAGE_LOG2 & (PTE_ENTRIES - 1));
	s->arch.last_pt_at = address >> PTE_BIG_LOG2;
}

/* Entries in a cache line of 64 bytes, which are tested together. */
enum { LINE = 8 };

static inline bool line_empty(const arch_pte_t *e)
{
	return (e[0] | e[1] | e[2] | e[3] | e[4] | e[5] | e[6] | e[7]) == 0;
}

#endif
