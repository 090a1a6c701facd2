/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ptes.h - adjacent PTEs (mem/ptes.h), in place. A change of a present one removes its entry of the hash
 * table, and its translations, at once: none is stale afterwards.
 */
#ifndef ARCH_PTES_H
#define ARCH_PTES_H

#include <arch/kept.h>
#include <arch/layout.h>
#include <arch/pte.h>
#include <lib/section.h>

/* `left` PTEs from *at on, the one for address, to the end of their table; seg: of their space. */
struct arch_ptes { arch_pte_t *at; unsigned log2, left; l4_word_t address; uint32_t seg; };

bool arch_ptes_strip(struct arch_ptes p, unsigned rights, unsigned *seen);
unsigned arch_ptes_lacks(struct arch_ptes p, struct arch_ptes from, unsigned rights);
unsigned arch_ptes_empty(struct arch_ptes p, unsigned n);
unsigned arch_ptes_idle(struct arch_ptes p, unsigned n);
unsigned arch_ptes_copy(struct arch_ptes from, struct arch_ptes to, unsigned rights, unsigned n);
unsigned arch_ptes_clear(struct arch_ptes p, unsigned n, bool idle, unsigned *seen);

/* Returns the PTE for address, a user address; 0 if there is no page table for it. */
static INLINE arch_pte_t *pte_below(const uint32_t *root, l4_word_t address)
{
	uint32_t table = root[address >> PTE_TABLE_LOG2];

	return table ? (arch_pte_t *)KMAP_POINTER(table) + (address >> PTE_PAGE_LOG2 & (PTE_ENTRIES - 1)) : 0;
}

static INLINE unsigned ptes_rest(l4_word_t address)
{
	return PTE_ENTRIES - (address >> PTE_PAGE_LOG2 & (PTE_ENTRIES - 1));
}

static INLINE struct arch_ptes arch_ptes_of(struct space *s, l4_word_t address)
{
	arch_pte_t *e = pte_below(s->arch.root, address);
	bool usable = e && *e && !(*arch_kept_byte(e) & KEPT_OWNED);

	return (struct arch_ptes){
		e, e ? PTE_PAGE_LOG2 : PTE_TABLE_LOG2, usable ? ptes_rest(address) : 0, address, s->arch.seg
	};
}

/* Pages have one size. */
static INLINE struct arch_ptes arch_ptes_room(struct space *s, l4_word_t address, unsigned log2)
{
	arch_pte_t *e = pte_below(s->arch.root, address);

	return (struct arch_ptes){ e, log2, e && !*e ? ptes_rest(address) : 0, address, s->arch.seg };
}

static INLINE unsigned arch_ptes_keep(struct arch_ptes p, unsigned not, unsigned more)
{
	uint8_t *kept = arch_kept_byte(p.at), old = *kept;

	*kept = (uint8_t)((old & ~not) | more);
	return old;
}

#endif
