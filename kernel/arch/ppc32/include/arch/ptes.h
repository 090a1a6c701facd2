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
unsigned arch_ptes_reduce(struct arch_ptes p, unsigned rights, unsigned n);
unsigned arch_ptes_lacks(struct arch_ptes p, struct arch_ptes from, unsigned rights);
unsigned arch_ptes_empty(struct arch_ptes p, unsigned n);
unsigned arch_ptes_idle(struct arch_ptes p, unsigned n);

/* Returns the PTE for address, a user address; 0 if there is no page table for it. */
static INLINE arch_pte_t *pte_below(const uint32_t *root, l4_word_t address)
{
	uint32_t table = root[address >> PTE_TABLE_LOG2];
	arch_pte_t *e = (arch_pte_t *)KMAP_POINTER(table) + (address >> PTE_PAGE_LOG2 & (PTE_ENTRIES - 1));

	if (!e)
		__builtin_unreachable();	/* so that callers test the table only */
	return table ? e : 0;
}

/* Returns true if a line of entries, which are tested together, is free. */
static INLINE bool pte_line_empty(const uint32_t *e)
{
	return (e[0] | e[1] | e[2] | e[3] | e[4] | e[5] | e[6] | e[7]) == 0;
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

/* The status of an entry as mem/ptes.h has it. */
static INLINE unsigned pte_seen(arch_pte_t e, uint8_t kept)
{
	_Static_assert(PTE_CHANGED == 1 << 7 && PTE_REFERENCED >> 2 == 1 << 6, "the pair is above six kept bits");
	return kept | (e & PTE_CHANGED) | (e & PTE_REFERENCED) >> 2;
}

static INLINE arch_pte_t pte_less(unsigned rights) { return rights & L4_W ? 0 : PTE_READ_ONLY; }

static INLINE arch_pte_t pte_copy(arch_pte_t e, unsigned rights)
{
	return (e & ~(arch_pte_t)(PTE_STATUS | PTE_NOTE)) | pte_less(rights);
}

/* Removes the entry of the first PTE, if it has one (hash.h). Returns its status. */
uint32_t ptes_drop(struct arch_ptes p);

unsigned ptes_copy(struct arch_ptes from, struct arch_ptes to, unsigned rights, unsigned n);
unsigned ptes_clear(struct arch_ptes p, unsigned n, bool idle, unsigned *seen);

static INLINE unsigned arch_ptes_copy(struct arch_ptes from, struct arch_ptes to, unsigned rights, unsigned n)
{
	if (n != 1)
		return ptes_copy(from, to, rights, n);
	*to.at = pte_copy(*from.at, rights);
	*arch_kept_byte(to.at) = 0;
	return 1;
}

static INLINE unsigned arch_ptes_clear(struct arch_ptes p, unsigned n, bool idle, unsigned *seen)
{
	arch_pte_t old = *p.at;

	if (n != 1 || idle)
		return ptes_clear(p, n, idle, seen);
	if (old & PTE_REFERENCED)
		old |= ptes_drop(p);
	*seen = pte_seen(old, *arch_kept_byte(p.at));
	*p.at = 0;
	return 1;
}

#endif
