/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * page.h - the PTE of one 4 KiB page (mem/arch.h), in the page table of the last lookup (Q2 in ptab.h).
 */
#ifndef ARCH_PAGE_H
#define ARCH_PAGE_H

#include <stdbool.h>
#include <arch/pte.h>
#include <arch/ptab.h>
#include <lib/atomic.h>

static inline uint64_t *arch_page_last(const struct arch_space *s, l4_word_t at)
{
	return s->last_pt_at == at >> 21 ? &s->last_pt[at >> 12 & (PTE_ENTRIES - 1)] : 0;
}

static inline bool arch_page_mapped(const uint64_t *e) { return (*e & (PTE_P | PTE_OWN)) == PTE_P; }

/* A dirty page is always accessed too. */
static inline unsigned arch_page_seen(uint64_t e)
{
	_Static_assert(PTE_D == PTE_A << 1 && PTE_A >> 5 == 1, "as the pair is");
	return (unsigned)((e & PTE_KEPT) >> PTE_KEPT_SHIFT)
	     | (unsigned)(e & (PTE_A | PTE_D)) << (PTE_KEPT_BITS - 5);
}

static inline unsigned arch_page_remove(uint64_t *e)
{
	return arch_page_seen(atomic_take(e));
}

static inline unsigned arch_page_keep(uint64_t *e, unsigned not, unsigned more)
{
	uint64_t old = atomic_change(e, ~((uint64_t)not << PTE_KEPT_SHIFT), (uint64_t)more << PTE_KEPT_SHIFT);

	return (unsigned)((old & PTE_KEPT) >> PTE_KEPT_SHIFT);
}

#endif
