/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ptab_run.c - operations on a range of adjacent PTEs of one size in one table (mem/arch.h).
 */
#include <core/arch.h>
#include <arch/features.h>
#include <arch/page.h>
#include "ptab.h"

uint64_t *walk_tables(struct space *s, l4_word_t address, unsigned *log2)
{
	bool cached = s->arch.last_pd_at == address >> HUGE_LOG2 && *log2 < HUGE_LOG2;
	uint64_t *table = cached ? s->arch.last_pd : s->arch.root;

	for (unsigned l = cached ? BIG_LOG2 : ROOT_LOG2; ; l -= PTE_LEVEL_BITS) {
		uint64_t *e = entry_in(table, address, l);

		if (l == *log2 || !(*e & PTE_P) || is_leaf(*e, l)) {
			*log2 = l;
			return e;
		}
		table = table_of(*e);
		if (l == HUGE_LOG2) {
			s->arch.last_pd = table;
			s->arch.last_pd_at = address >> HUGE_LOG2;
		}
	}
}

/* Returns the range from e, the entry for address, to the end of its table; remembers a page table (Q2). */
static struct arch_run run_from(struct space *s, l4_word_t address, uint64_t *e, unsigned log2)
{
	unsigned index = address >> log2 & (PTE_ENTRIES - 1);

	if (log2 == LEAF_LOG2)
		note_last_pt(s, address, e);
	return (struct arch_run){ e, log2, PTE_ENTRIES - index };
}

/* An entry e at level log2 is a leaf without PTE_OWN if e & leaf_mask(log2) == leaf_bits(log2). */
static uint64_t leaf_mask(unsigned log2) { return PTE_P | PTE_OWN | (log2 == LEAF_LOG2 ? 0 : PTE_PS); }

static uint64_t leaf_bits(unsigned log2) { return PTE_P | (log2 == LEAF_LOG2 ? 0 : PTE_PS); }

struct arch_run arch_ptes_of(struct space *s, l4_word_t address)
{
	unsigned log2 = LEAF_LOG2;
	uint64_t *e = walk_to(s, address, &log2);

	if ((*e & leaf_mask(log2)) != leaf_bits(log2))
		return (struct arch_run){ .log2 = log2 };
	return run_from(s, address, e, log2);
}

struct arch_run arch_ptes_room(struct space *s, l4_word_t address, unsigned log2)
{
	unsigned found = log2;
	uint64_t *e = walk_to(s, address, &found);
	struct arch_run run = found == log2 ? run_from(s, address, e, log2) : (struct arch_run){ .log2 = log2 };

	run.left = *e ? 0 : run.left;
	return run;
}

unsigned arch_run_empty(struct arch_run run, unsigned n)
{
	const uint64_t *e = run.at, *end = e + n;

	while (end - e >= LINE && line_empty(e))
		e += LINE;
	while (e < end && !*e)
		e++;
	return (unsigned)(e - run.at);
}

/* Have both leaves these bits under the mask? */
static inline bool both(const uint64_t *e, uint64_t mask, uint64_t bits)
{
	return !(((e[0] ^ bits) | (e[1] ^ bits)) & mask);
}

unsigned arch_run_idle(struct arch_run run, unsigned n)
{
	uint64_t mask = leaf_mask(run.log2) | PTE_KEPT, bits = leaf_bits(run.log2);
	const uint64_t *e = run.at, *end = e + n;

	while (end - e >= 2 && both(e, mask, bits))
		e += 2;
	return (unsigned)(e - run.at) + (e < end && (*e & mask) == bits);
}

/* Bits that an entry keeps, and bits that are set, when it is copied with reduced rights. */
struct passed { uint64_t stay, add; };

static inline struct passed passed_with(unsigned rights)
{
	struct passed p = { ~(PTE_A | PTE_D | PTE_KEPT), 0 };

	if (!(rights & L4_W))
		p.stay &= ~PTE_W;
	if (!(rights & L4_X)) {
		p.stay &= ~PTE_SOFT_X;
		p.add = feature_used(FEATURE_NX) ? PTE_NX : 0;
	}
	return p;
}

/* The targets are not present, so the CPU sets nothing in them: they are stored. */
unsigned arch_run_copy(struct arch_run from, struct arch_run to, unsigned rights, unsigned n)
{
	uint64_t mask = leaf_mask(from.log2), bits = leaf_bits(from.log2);
	struct passed p = passed_with(rights);
	const uint64_t *f = from.at, *end = f + n;
	uint64_t *t = to.at;

	for (; end - f >= 2 && both(f, mask, bits) && !(t[0] | t[1]); f += 2, t += 2) {
		t[0] = (f[0] & p.stay) | p.add;
		t[1] = (f[1] & p.stay) | p.add;
	}
	for (; f < end && (*f & mask) == bits && !*t; f++, t++)
		*t = (*f & p.stay) | p.add;
	return (unsigned)(f - from.at);
}

/*
 * Clear the four leaves at *at, if all have these bits under the mask; their other bits are added to *all.
 * *at moves behind those that are clear. False: not all, as one has other bits, or has changed meanwhile.
 */
static INLINE bool clear_four(uint64_t **at, uint64_t mask, uint64_t bits, uint64_t *all)
{
	uint64_t *e = *at, a = e[0], b = e[1], c = e[2], d = e[3];
	uint64_t found = (a ^ bits) | (b ^ bits) | (c ^ bits) | (d ^ bits);

	if (found & mask)
		return false;
	*all |= found;
	*at += 4;
	if (atomic_replace(e, a, 0) && atomic_replace(e + 1, b, 0) && atomic_replace(e + 2, c, 0)
	    && atomic_replace(e + 3, d, 0))
		return true;
	for (*at = e; !**at; )
		++*at;
	return false;
}

unsigned arch_run_clear(struct arch_run run, unsigned n, bool idle, unsigned *seen)
{
	uint64_t mask = leaf_mask(run.log2), bits = leaf_bits(run.log2), all = 0;
	uint64_t *e = run.at, *end = e + n;

	if (idle)
		mask |= PTE_A | PTE_D | PTE_KEPT;
	for (unsigned fours = n / 4; fours > 0 && clear_four(&e, mask, bits, &all); fours--)
		;
	for (uint64_t old; e < end && ((old = *e) & mask) == bits; ) {
		all |= old;
		e += atomic_replace(e, old, 0);
	}
	*seen = arch_page_seen(all);
	return (unsigned)(e - run.at);
}

bool arch_page_copy(struct space *from, l4_word_t src, struct space *to, l4_word_t dst, unsigned rights)
{
	const uint64_t *f = arch_page_last(&from->arch, src);
	uint64_t *t = arch_page_last(&to->arch, dst);
	struct passed p = passed_with(rights);

	if (!f || !t || *t || !arch_page_mapped(f))
		return false;
	*t = (*f & p.stay) | p.add;
	return true;
}

unsigned arch_page_reset(uint64_t *e, unsigned revoke)
{
	struct passed p = passed_with(~revoke);

	return arch_page_seen(atomic_change(e, p.stay | PTE_KEPT, p.add));
}

unsigned arch_run_lacks(struct arch_run from, struct arch_run there, unsigned rights)
{
	uint64_t copy = *from.at & passed_with(rights).stay, gain = copy & ~*there.at;

	if ((copy ^ *there.at) & PTE_FRAME)
		return L4_RWX;
	return (gain & PTE_W ? L4_W : 0) | (gain & PTE_SOFT_X ? L4_X : 0);
}
