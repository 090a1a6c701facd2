/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * near.h - access of the kernel to user memory (generic/include/arch/user.h), for pages without an attribute:
 * by two loads. All of them are RAM in the direct map.
 */
#ifndef ARCH_NEAR_H
#define ARCH_NEAR_H

#include <stdbool.h>
#include <arch/layout.h>
#include <arch/ptab.h>
#include <x2/arch.h>

static inline void *arch_user_near(const struct arch_space *s, l4_word_t at, bool write)
{
	uint32_t table = at < L4_USER_END ? s->root[at >> PTE_TABLE_LOG2] : 0;
	arch_pte_t *e = (arch_pte_t *)KMAP_POINTER(table) + (at >> PTE_PAGE_LOG2) % PTE_ENTRIES;

	if (!table || !(*e & PTE_PRESENT) || *e & (PTE_WIMG | (write ? PTE_READ_ONLY : 0)))
		return 0;
	*e |= write ? PTE_STATUS : PTE_REFERENCED;
	return KMAP_POINTER((*e & PTE_FRAME) | (at & (((l4_word_t)1 << PTE_PAGE_LOG2) - 1)));
}

#endif
