/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * area.h - what the page tables that both x86 machines have (ptab_arch.c) must know of small spaces
 * (small.c). Include <mem/space.h> before.
 *
 * area_takes	call before an entry of 2^log2 bytes is made at address: a small space grows if that is beyond
 *		it. Returns false if the space has smaller entries only
 * area_note	call when the directory entry for address has become e
 * area_leave	call before the tables of s are freed
 * area_base	returns the linear address of the user address 0
 * area_address	returns the user address of a linear address at which user code got a page fault
 *
 * struct pte_place: where PTEs are (<arch/ptes.h>): those of a small space are global.
 */
#ifndef ARCH_AREA_H
#define ARCH_AREA_H

#include <arch/features.h>
#include <arch/layout.h>
#include <arch/pte.h>

void small_grow(struct space *s);
void small_leave(struct space *s);
void small_note(struct space *s, l4_word_t address, arch_pte_t e);

static inline l4_word_t area_base(const struct space *s) { return s->arch.base; }

/* The segment of GS is the only one that begins elsewhere; it is in a page of the kernel. */
static inline l4_word_t area_address(const struct space *s, l4_word_t linear)
{
	return (linear ^ KMAP_UTCB_CELL) >> PTE_PAGE_LOG2 == 0 ? linear : linear - s->arch.base;
}

static inline bool area_takes(struct space *s, l4_word_t address, unsigned log2)
{
	if (s->arch.base && address >= s->arch.size)
		small_grow(s);
	return !s->arch.base || log2 == PTE_PAGE_LOG2;
}

static inline void area_note(struct space *s, l4_word_t address, arch_pte_t e)
{
	if (s->arch.base)
		small_note(s, address, e);
}

static inline void area_leave(struct space *s) { small_leave(s); }

struct pte_place { arch_pte_t bits; };

static inline struct pte_place pte_place_of(const struct space *s)
{
	return (struct pte_place){ s->arch.base && feature_used(FEATURE_PGE) ? PTE_G : 0 };
}

static inline arch_pte_t pte_placed(struct pte_place p, arch_pte_t e) { return e | p.bits; }

#endif
