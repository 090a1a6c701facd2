/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ptes.c - ranges of adjacent PTEs (mem/ptes.h) of the host machine with words of 64 bits. The one with 32
 * bits has those of kernel/arch/generic.
 */
#include <core/arch.h>
#include <arch/atomic.h>
#include "../host.h"
#include "../ptab.h"

const bool host_has_ranges = true;

static struct arch_ptes run_from(l4_word_t address, uint64_t *e, unsigned level)
{
	unsigned index = address >> level_log2(level) & (ENTRIES - 1);

	return (struct arch_ptes){ e, level_log2(level), ENTRIES - index };
}

static bool is_plain(uint64_t e) { return (e & (PTE_PRESENT | PTE_OWN)) == PTE_PRESENT; }

struct arch_ptes arch_ptes_of(struct space *s, l4_word_t address)
{
	unsigned level = 0;
	uint64_t *e = host_ptab_walk(s, address, &level);

	return is_plain(*e) ? run_from(address, e, level) : (struct arch_ptes){ .log2 = level_log2(level) };
}

struct arch_ptes arch_ptes_room(struct space *s, l4_word_t address, unsigned log2)
{
	unsigned target = (log2 - KMEM_FRAME_LOG2) / INDEX_LOG2, level = target;
	uint64_t *e = host_ptab_walk(s, address, &level);

	struct arch_ptes run = level == target ? run_from(address, e, level) : (struct arch_ptes){ .log2 = log2 };

	run.left = *e ? 0 : run.left;
	return run;
}

unsigned arch_ptes_empty(struct arch_ptes run, unsigned n)
{
	unsigned i = 0;

	while (i < n && !run.at[i])
		i++;
	return i;
}

unsigned arch_ptes_idle(struct arch_ptes run, unsigned n)
{
	unsigned i = 0;

	while (i < n && is_plain(run.at[i]) && run.at[i] >> PTE_KEPT == 0)
		i++;
	return i;
}

unsigned arch_ptes_copy(struct arch_ptes from, struct arch_ptes to, unsigned rights, unsigned n)
{
	uint64_t drop = PTE_STATUS | (uint64_t)(~rights & L4_RWX) << PTE_RIGHTS;
	unsigned i = 0;

	for (; i < n && is_plain(from.at[i]) && !to.at[i]; i++)
		to.at[i] = from.at[i] & ~drop;
	return i;
}

static unsigned page_seen(uint64_t e)
{
	return (unsigned)(e >> PTE_KEPT & ((1 << LEAF_KEPT_BITS) - 1))
	     | (e & PTE_ACCESSED ? 1u << LEAF_KEPT_BITS : 0) | (e & PTE_DIRTY ? 2u << LEAF_KEPT_BITS : 0);
}

unsigned arch_ptes_clear(struct arch_ptes run, unsigned n, bool idle, unsigned *seen)
{
	uint64_t all = 0;
	unsigned i = 0;

	while (i < n && is_plain(run.at[i]) && !(idle && run.at[i] & PTE_STATUS)) {
		uint64_t e = run.at[i];

		if (!atomic_replace(run.at + i, e, 0))
			continue;
		all |= e;
		i++;
	}
	*seen = page_seen(all);
	return i;
}

unsigned arch_ptes_keep(struct arch_ptes p, unsigned not, unsigned more)
{
	uint64_t old = atomic_change(p.at, ~((uint64_t)not << PTE_KEPT), (uint64_t)more << PTE_KEPT);

	return page_seen(old) & ((1 << LEAF_KEPT_BITS) - 1);
}

bool arch_ptes_strip(struct arch_ptes p, unsigned rights, unsigned *seen)
{
	uint64_t gone = PTE_ACCESSED | PTE_DIRTY | (uint64_t)(rights & (L4_W | L4_X)) << PTE_RIGHTS;
	uint64_t old = atomic_change(p.at, ~gone, 0);

	*seen = page_seen(old);
	return old & gone;
}

unsigned arch_ptes_reduce(struct arch_ptes p, unsigned rights, unsigned n)
{
	unsigned seen, i = 0;

	for (; i < n && is_plain(*p.at) && !(*p.at & PTE_STATUS); i++, p.at++)
		arch_ptes_strip(p, rights, &seen);
	return i;
}

unsigned arch_ptes_lacks(struct arch_ptes p, struct arch_ptes from, unsigned rights)
{
	if ((*from.at ^ *p.at) & PTE_FRAME)
		return L4_RWX;
	return *from.at >> PTE_RIGHTS & ~(*p.at >> PTE_RIGHTS) & rights & (L4_W | L4_X);
}
