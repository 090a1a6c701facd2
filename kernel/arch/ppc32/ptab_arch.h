/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ptab_arch.h - lookup of page-table entries, for ptab_arch.c, ptes.c and hash.c.
 */
#ifndef PPC32_PTAB_H
#define PPC32_PTAB_H

#include <mem/space.h>
#include <arch/layout.h>
#include <arch/pte.h>

/* Returns the entry of a directory for the page table of address. */
static inline uint32_t *directory_entry(uint32_t *root, l4_word_t address)
{
	return &root[address >> PTE_TABLE_LOG2];
}

/* Returns the PTE for address, a user address; 0 if there is no page table for it. */
static inline arch_pte_t *pte_below(uint32_t *root, l4_word_t address)
{
	uint32_t table = *directory_entry(root, address);

	return table ? (arch_pte_t *)KMAP_POINTER(table) + (address >> PTE_PAGE_LOG2 & (PTE_ENTRIES - 1)) : 0;
}

#endif
