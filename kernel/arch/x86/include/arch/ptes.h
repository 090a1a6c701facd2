/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ptes.h - adjacent PTEs (mem/ptes.h): in place if they are in the page table of the last lookup (Q2 in
 * ptab.h), and of a single one.
 */
#ifndef ARCH_PTES_H
#define ARCH_PTES_H

#include <arch/area.h>
#include <arch/features.h>
#include <arch/pte_access.h>
#include <arch/pte.h>
#include <lib/section.h>

/* `left` PTEs of 2^log2 bytes from *at on, to the end of their table. place: of arch_ptes_room only. */
struct arch_ptes { arch_pte_t *at; unsigned log2, left; struct pte_place place; };

bool arch_ptes_strip(struct arch_ptes p, unsigned rights, unsigned *seen);
unsigned arch_ptes_reduce(struct arch_ptes p, unsigned rights, unsigned n);
unsigned arch_ptes_lacks(struct arch_ptes p, struct arch_ptes from, unsigned rights);
unsigned arch_ptes_empty(struct arch_ptes p, unsigned n);
unsigned arch_ptes_idle(struct arch_ptes p, unsigned n);

/*
 * pte_is_near: returns true if the 4 KiB PTE for `at` is in the page table of the last lookup; pte_near: it.
 */
static inline bool pte_is_near(const struct arch_space *s, l4_word_t at)
{
	return s->last_pt_at == at >> PTE_BIG_LOG2;
}

static inline arch_pte_t *pte_near(const struct arch_space *s, l4_word_t at)
{
	return &s->last_pt[at >> PTE_PAGE_LOG2 & (PTE_ENTRIES - 1)];
}

/* A dirty page is always accessed too. */
static inline unsigned pte_seen(uint64_t e)
{
	_Static_assert(PTE_D == PTE_A << 1 && PTE_A >> 5 == 1, "as the pair is");
	return (unsigned)((e & PTE_KEPT) >> PTE_KEPT_SHIFT)
	     | (unsigned)(e & (PTE_A | PTE_D)) << (PTE_KEPT_BITS - 5);
}

/* What an entry keeps, and what is set, when it is copied with reduced rights. */
struct pte_less { uint64_t stay, add; };

static inline struct pte_less pte_less(unsigned rights)
{
	struct pte_less less = { ~(PTE_A | PTE_D | PTE_G | PTE_KEPT), 0 };

	if (!(rights & L4_W))
		less.stay &= ~PTE_W;
	if (!(rights & L4_X)) {
		less.stay &= ~PTE_SOFT_X;
		less.add = feature_used(FEATURE_NX) ? PTE_NX : 0;
	}
	return less;
}

static inline uint64_t pte_copy(uint64_t e, struct pte_less less) { return (e & less.stay) | less.add; }

/* From e, the 4 KiB entry for address, to the end of its table; none if it is not `usable`. */
static inline struct arch_ptes ptes_from(arch_pte_t *e, l4_word_t address, bool usable,
					 struct pte_place place)
{
	return (struct arch_ptes){
		e, PTE_PAGE_LOG2, usable ? PTE_ENTRIES - (address >> PTE_PAGE_LOG2 & (PTE_ENTRIES - 1)) : 0,
		place
	};
}

struct arch_ptes ptes_far(struct space *s, l4_word_t address);
struct arch_ptes ptes_far_room(struct space *s, l4_word_t address, unsigned log2);

static INLINE struct arch_ptes arch_ptes_of(struct space *s, l4_word_t address)
{
	arch_pte_t *e = pte_near(&s->arch, address);

	if (!pte_is_near(&s->arch, address))
		return ptes_far(s, address);
	return ptes_from(e, address, (*e & (PTE_P | PTE_OWN)) == PTE_P, (struct pte_place){ });
}

static inline struct arch_ptes arch_ptes_room(struct space *s, l4_word_t address, unsigned log2)
{
	arch_pte_t *e = pte_near(&s->arch, address);

	if (log2 != PTE_PAGE_LOG2 || !pte_is_near(&s->arch, address))
		return ptes_far_room(s, address, log2);
	return ptes_from(e, address, !*e, pte_place_of(s));
}

static inline unsigned arch_ptes_keep(struct arch_ptes p, unsigned not, unsigned more)
{
	uint64_t old = pte_change(p.at, ~((uint64_t)not << PTE_KEPT_SHIFT), (uint64_t)more << PTE_KEPT_SHIFT);

	return (unsigned)((old & PTE_KEPT) >> PTE_KEPT_SHIFT);
}

unsigned ptes_copy(struct arch_ptes from, struct arch_ptes to, unsigned rights, unsigned n);
unsigned ptes_clear(struct arch_ptes p, unsigned n, bool idle, unsigned *seen);

static INLINE unsigned arch_ptes_copy(struct arch_ptes from, struct arch_ptes to, unsigned rights, unsigned n)
{
	if (n != 1)
		return ptes_copy(from, to, rights, n);
	pte_store(to.at, pte_placed(to.place, pte_copy(pte_read(from.at), pte_less(rights))));
	return 1;
}

static INLINE unsigned arch_ptes_clear(struct arch_ptes p, unsigned n, bool idle, unsigned *seen)
{
	if (n != 1 || idle)
		return ptes_clear(p, n, idle, seen);
	*seen = pte_seen(pte_take(p.at));
	return 1;
}

#endif
