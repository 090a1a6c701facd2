/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ptes.c - ranges of PTEs (mem/ptes.h) of at most one PTE, by the functions for single ones (mem/arch.h). No
 * user code runs meanwhile on a machine with one CPU; so a PTE may be changed by clearing it and setting it
 * again.
 */
#include <core/arch.h>
#include <mem/mapping.h>
#include <mem/ptes.h>
#include <lib/bits.h>

static struct leaf leaf_of(struct arch_ptes p) { return arch_ptab_get(p.at, p.address); }

static bool is_plain(struct leaf leaf) { return leaf.present && !leaf.own; }

static unsigned seen_of(struct leaf leaf, uint8_t touched)
{
	return leaf.kept | status_pair(touched) << LEAF_KEPT_BITS;
}

struct arch_ptes arch_ptes_of(struct space *s, l4_word_t address)
{
	struct leaf leaf = arch_ptab_get(s, address);

	return (struct arch_ptes){ s, (l4_word_t)align_down(address, leaf.log2), leaf.log2, is_plain(leaf) };
}

struct arch_ptes arch_ptes_room(struct space *s, l4_word_t address, unsigned log2)
{
	struct leaf leaf = arch_ptab_get(s, address);

	return (struct arch_ptes){
		.at = leaf.log2 <= log2 ? s : 0, .address = (l4_word_t)align_down(address, log2), .log2 = log2,
		.left = !leaf.present && leaf.log2 == log2,
	};
}

unsigned arch_ptes_keep(struct arch_ptes p, unsigned not, unsigned more)
{
	struct leaf leaf = leaf_of(p);
	unsigned old = leaf.kept;

	leaf.kept = (uint8_t)((old & ~not) | more);
	arch_ptab_clear(p.at, p.address, p.log2);
	arch_ptab_set(p.at, p.address, leaf);
	return old;
}

bool arch_ptes_strip(struct arch_ptes p, unsigned rights, unsigned *seen)
{
	struct leaf leaf = leaf_of(p);
	unsigned before = leaf.rights;
	uint8_t touched = arch_ptab_clear(p.at, p.address, p.log2);

	leaf.rights &= (uint8_t)~(rights & (L4_W | L4_X));
	leaf.touched = 0;
	arch_ptab_set(p.at, p.address, leaf);
	*seen = seen_of(leaf, touched);
	return touched || leaf.rights != before;
}

unsigned arch_ptes_lacks(struct arch_ptes p, struct arch_ptes from, unsigned rights)
{
	struct leaf here = leaf_of(p), there = leaf_of(from);

	return here.frame == there.frame ? there.rights & rights & ~here.rights & (L4_W | L4_X) : L4_RWX;
}

unsigned arch_ptes_empty(struct arch_ptes p, unsigned n) { return n > 0 && !leaf_of(p).present; }

unsigned arch_ptes_idle(struct arch_ptes p, unsigned n)
{
	struct leaf leaf = leaf_of(p);

	return n > 0 && is_plain(leaf) && leaf.kept == 0;
}

unsigned arch_ptes_copy(struct arch_ptes from, struct arch_ptes to, unsigned rights, unsigned n)
{
	struct leaf leaf = leaf_of(from);

	if (n == 0 || !is_plain(leaf) || leaf_of(to).present)
		return 0;
	leaf.rights &= (uint8_t)(rights | L4_R);
	leaf.touched = leaf.kept = 0;
	arch_ptab_set(to.at, to.address, leaf);
	return 1;
}

unsigned arch_ptes_clear(struct arch_ptes p, unsigned n, bool idle, unsigned *seen)
{
	struct leaf leaf = leaf_of(p);

	*seen = 0;
	if (n == 0 || !is_plain(leaf) || (idle && (leaf.kept || leaf.touched)))
		return 0;
	*seen = seen_of(leaf, arch_ptab_clear(p.at, p.address, p.log2));
	return 1;
}
