/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * page.h - one small page (core/arch.h). At hand is what the last table of small pages has (Q2).
 */
#ifndef ARCH_PAGE_H
#define ARCH_PAGE_H

#include <stdbool.h>
#include <arch/pte.h>
#include <arch/ptab.h>

static inline uint64_t *arch_page_near(const struct arch_space *s, l4_word_t at)
{
	return s->near_at == at >> 21 ? &s->near[at >> 12 & (PTE_ENTRIES - 1)] : 0;
}

static inline bool arch_page_there(const uint64_t *e) { return (*e & (PTE_P | PTE_OWN)) == PTE_P; }

/* What is dirty is accessed. */
static inline unsigned arch_page_seen(uint64_t e)
{
	_Static_assert(PTE_D == PTE_A << 1 && PTE_A >> 5 == 1, "as the pair is");
	return (unsigned)((e & PTE_KEPT) >> PTE_KEPT_SHIFT)
	     | (unsigned)(e & (PTE_A | PTE_D)) << (PTE_KEPT_BITS - 5);
}

static inline unsigned arch_page_take(uint64_t *e)
{
	uint64_t old = *e;

	*e = 0;
	return arch_page_seen(old);
}

static inline unsigned arch_page_keep(uint64_t *e, unsigned not, unsigned more)
{
	uint64_t old = *e;

	*e = (old & ~((uint64_t)not << PTE_KEPT_SHIFT)) | (uint64_t)more << PTE_KEPT_SHIFT;
	return (unsigned)((old & PTE_KEPT) >> PTE_KEPT_SHIFT);
}

#endif
