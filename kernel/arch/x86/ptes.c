/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ptes.c - adjacent PTEs of one size in one table (mem/ptes.h).
 */
#include <core/arch.h>
#include <mem/ptes.h>
#include "ptab.h"

arch_pte_t *walk_tables(struct space *s, l4_word_t address, unsigned *log2)
{
	bool cached = DEEP && s->arch.last_pd_at == address >> PTE_HUGE_LOG2 && *log2 < PTE_HUGE_LOG2;
	arch_pte_t *table = cached ? s->arch.last_pd : s->arch.root[root_of(address)];

	for (unsigned l = cached ? (unsigned)PTE_BIG_LOG2 : (unsigned)ARCH_ROOT_LOG2; ; l -= PTE_LEVEL_BITS) {
		arch_pte_t *e = entry_in(table, address, l);

		if (l == *log2 || !(*e & PTE_P) || is_leaf(*e, l)) {
			*log2 = l;
			return e;
		}
		table = table_of(*e);
		if (l == PTE_HUGE_LOG2) {
			s->arch.last_pd = table;
			s->arch.last_pd_at = address >> PTE_HUGE_LOG2;
		}
	}
}

/* Returns the range from e, the entry for address, to the end of its table; remembers a page table (Q2). */
static struct arch_ptes run_from(struct space *s, l4_word_t address, arch_pte_t *e, unsigned log2)
{
	unsigned index = address >> log2 & (PTE_ENTRIES - 1);

	if (log2 == PTE_PAGE_LOG2)
		note_last_pt(s, address, e);
	return (struct arch_ptes){ .at = e, .log2 = log2, .left = PTE_ENTRIES - index };
}

/* An entry e at level log2 is a leaf without PTE_OWN if e & leaf_mask(log2) == leaf_bits(log2). */
static uint64_t leaf_mask(unsigned log2) { return PTE_P | PTE_OWN | (log2 == PTE_PAGE_LOG2 ? 0 : PTE_PS); }

static uint64_t leaf_bits(unsigned log2) { return PTE_P | (log2 == PTE_PAGE_LOG2 ? 0 : PTE_PS); }

struct arch_ptes ptes_far(struct space *s, l4_word_t address)
{
	unsigned log2 = PTE_PAGE_LOG2;
	arch_pte_t *e = walk_to(s, address, &log2);

	return (*e & leaf_mask(log2)) == leaf_bits(log2) ? run_from(s, address, e, log2)
							 : (struct arch_ptes){ .log2 = log2 };
}

struct arch_ptes ptes_far_room(struct space *s, l4_word_t address, unsigned log2)
{
	unsigned found = log2;
	arch_pte_t *e = walk_to(s, address, &found);
	struct arch_ptes run = found == log2 ? run_from(s, address, e, log2) : (struct arch_ptes){ .log2 = log2 };

	run.left = *e || (log2 > PTE_PAGE_LOG2 && area_base(s)) ? 0 : run.left;
	run.place = pte_place_of(s);
	return run;
}

unsigned arch_ptes_empty(struct arch_ptes run, unsigned n)
{
	const arch_pte_t *e = run.at, *end = e + n;

	while (end - e >= LINE && line_empty(e))
		e += LINE;
	while (e < end && !*e)
		e++;
	return (unsigned)(e - run.at);
}

/* Have both leaves these bits under the mask? */
static inline bool both(const arch_pte_t *e, uint64_t mask, uint64_t bits)
{
	return !(((pte_read(e) ^ bits) | (pte_read(e + 1) ^ bits)) & mask);
}

unsigned arch_ptes_idle(struct arch_ptes run, unsigned n)
{
	uint64_t mask = leaf_mask(run.log2) | PTE_KEPT, bits = leaf_bits(run.log2);
	const arch_pte_t *e = run.at, *end = e + n;

	while (end - e >= 2 && both(e, mask, bits))
		e += 2;
	return (unsigned)(e - run.at) + (e < end && (pte_read(e) & mask) == bits);
}

/* The same of bits in the lower halves, which is less to read and compare in an entry of two words. */
static inline bool both_low(const arch_pte_t *e, uint32_t mask, uint32_t bits)
{
	return !((((uint32_t)e[0] ^ bits) | ((uint32_t)e[1] ^ bits)) & mask);
}

/* The targets are not present, so the CPU sets nothing in them: they are stored. */
unsigned ptes_copy(struct arch_ptes from, struct arch_ptes to, unsigned rights, unsigned n)
{
	uint32_t mask = (uint32_t)leaf_mask(from.log2), bits = (uint32_t)leaf_bits(from.log2);
	struct pte_less less = pte_less(rights);
	const arch_pte_t *f = from.at, *end = f + n;
	arch_pte_t *t = to.at;

	for (; end - f >= 2 && both_low(f, mask, bits) && !(t[0] | t[1]); f += 2, t += 2) {
		pte_store(t, pte_placed(to.place, pte_copy(pte_read(f), less)));
		pte_store(t + 1, pte_placed(to.place, pte_copy(pte_read(f + 1), less)));
	}
	for (; f < end && ((uint32_t)*f & mask) == bits && !*t; f++, t++)
		pte_store(t, pte_placed(to.place, pte_copy(pte_read(f), less)));
	return (unsigned)(f - from.at);
}

/*
 * Clear the four leaves at *at, if all have these bits under the mask; their other bits are added to *all.
 * *at moves behind those that are clear. False: not all, as one has other bits, or has changed meanwhile.
 */
static INLINE bool clear_four(arch_pte_t **at, uint64_t mask, uint64_t bits, arch_pte_t *all)
{
	arch_pte_t *e = *at, a = pte_read(e), b = pte_read(e + 1), c = pte_read(e + 2), d = pte_read(e + 3);
	uint64_t found = (a ^ bits) | (b ^ bits) | (c ^ bits) | (d ^ bits);

	if (found & mask)
		return false;
	*all |= found;
	*at += 4;
	if (pte_replace(e, a, 0) && pte_replace(e + 1, b, 0) && pte_replace(e + 2, c, 0)
	    && pte_replace(e + 3, d, 0))
		return true;
	for (*at = e; !**at; )
		++*at;
	return false;
}

unsigned ptes_clear(struct arch_ptes run, unsigned n, bool idle, unsigned *seen)
{
	uint64_t mask = leaf_mask(run.log2), bits = leaf_bits(run.log2), all = 0;
	arch_pte_t *e = run.at, *end = e + n;

	if (idle)
		mask |= PTE_A | PTE_D | PTE_KEPT;
	for (unsigned fours = n / 4; fours > 0 && clear_four(&e, mask, bits, &all); fours--)
		;
	for (uint64_t old; e < end && ((old = pte_read(e)) & mask) == bits; ) {
		all |= old;
		e += pte_replace(e, old, 0);
	}
	*seen = pte_seen(all);
	return (unsigned)(e - run.at);
}

bool arch_ptes_strip(struct arch_ptes p, unsigned rights, unsigned *seen)
{
	struct pte_less less = pte_less(~rights);
	uint64_t old = pte_change(p.at, less.stay | PTE_KEPT | PTE_G, less.add);

	*seen = pte_seen(old);
	return (old ^ pte_copy(old, less)) & ~(PTE_KEPT | PTE_G);
}

unsigned arch_ptes_reduce(struct arch_ptes p, unsigned rights, unsigned n)
{
	uint64_t mask = leaf_mask(p.log2) | PTE_A | PTE_D | PTE_KEPT, bits = leaf_bits(p.log2);
	struct pte_less less = pte_less(~rights);
	arch_pte_t *e = p.at, *end = e + n;

	for (uint64_t old, new; e < end && ((old = pte_read(e)) & mask) == bits; ) {
		new = pte_copy(old, less) | (old & PTE_G);
		e += new == old || pte_replace(e, old, new);
	}
	return (unsigned)(e - p.at);
}

unsigned arch_ptes_lacks(struct arch_ptes p, struct arch_ptes from, unsigned rights)
{
	uint64_t copy = pte_read(from.at) & pte_less(rights).stay, there = pte_read(p.at), gain = copy & ~there;

	if ((copy ^ there) & PTE_FRAME)
		return L4_RWX;
	return (gain & PTE_W ? L4_W : 0) | (gain & PTE_SOFT_X ? L4_X : 0);
}
