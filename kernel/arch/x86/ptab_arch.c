/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ptab_arch.c - the user half of a space: levels of tables of 512 entries (the machine says how many,
 * <arch/ptab.h>); leaves of 4 KiB, 2 MiB and, if directories are below a root and the CPU has them, 1 GiB.
 *
 * Rights and status bits of a leaf: W, NX, A and D are the hardware's; leaf.kept, and X for CPUs without NX,
 * are in bits that the CPU ignores (pte.h). x86 does not distinguish reading from executing: Accessed
 * means both.
 *
 *   Q1  PTE_BELOW (pte.h) of an entry that points at a table marks at least those entries of that table that
 *       point at tables themselves; it may mark others too. arch_space.below is PTE_BELOW for the roots
 *
 * So the teardown finds all tables of a space without reading every entry.
 *
 * The paging-structure caches of the CPU (SDM 3A 4.10.4) may still contain a table that is freed:
 * tlb_drop_table invalidates them. In a teardown they are all invalidated with the tag (tlb_leave), those of
 * a small space with its slot (area_leave).
 */
#include <core/arch.h>
#include <arch/area.h>
#include <arch/cpu.h>
#include <arch/features.h>
#include <arch/pte_access.h>
#include <arch/kmap.h>
#include <arch/pte.h>
#include <lib/bits.h>
#include <lib/panic.h>
#include <lib/section.h>
#include <lib/str.h>
#include "machine.h"
#include "ptab.h"

/*
 * One step of a teardown reads EXIT_STEP groups of entries, or frees EXIT_STEP * GROUP_TABLES tables: about
 * 5,000 instructions.
 */
enum { EXIT_STEP = 7, GROUP_TABLES = 4, GROUP = 1 << PTE_GROUP_LOG2 };

void *arch_frame_ptr(uint64_t pa) { return KMAP_POINTER(pa); }

bool arch_frame_reachable(uint64_t pa) { return kmap_covers(pa); }

uint64_t arch_frame_pa(const void *p)
{
	uintptr_t at = (uintptr_t)p;

	return at >= KMAP_IMAGE ? at - KMAP_IMAGE : at - KMAP_DIRECT;
}

uint64_t arch_page_sizes(void)
{
	bool huge = DEEP && feature_used(FEATURE_GBPAGES);

	return pow2(PTE_PAGE_LOG2) | pow2(PTE_BIG_LOG2) | (huge ? pow2(PTE_HUGE_LOG2) : 0);
}

_Static_assert((int)LEAF_KEPT_BITS == (int)PTE_KEPT_BITS, "leaf.kept fits into an entry");

bool arch_space_init(struct space *s)
{
	s->arch = (struct arch_space){ .below = { 0 } };
	forget_last_tables(s);
	s->arch.root[0] = kmem_frame(&s->account);
	if (!s->arch.root[0])
		return false;
	kmap_share(s);
	return true;
}

/* The code of an attribute is an index of the page attribute table (arch/x86/attribute.c). */
enum { ATTR_PWT = 1, ATTR_PCD = 2, ATTR_PAT = 4 };
_Static_assert(1 << LEAF_ATTR_BITS > (ATTR_PWT | ATTR_PCD | ATTR_PAT), "leaf.attr fits into an entry");

static uint64_t pat_bit(unsigned log2) { return log2 == PTE_PAGE_LOG2 ? PTE_PAT : PTE_PAT_LARGE; }

static uint8_t decode_attr(uint64_t e, unsigned log2)
{
	return (uint8_t)((e & PTE_PWT ? ATTR_PWT : 0) | (e & PTE_PCD ? ATTR_PCD : 0)
			 | (e & pat_bit(log2) ? ATTR_PAT : 0));
}

static uint64_t encode_attr(uint8_t attr, unsigned log2)
{
	return (attr & ATTR_PWT ? PTE_PWT : 0) | (attr & ATTR_PCD ? PTE_PCD : 0)
	     | (attr & ATTR_PAT ? pat_bit(log2) : 0);
}

static uint8_t touched_by(uint64_t e)
{
	return (uint8_t)((e & PTE_A ? L4_R | L4_X : 0) | (e & PTE_D ? L4_R | L4_W : 0));
}

static struct leaf decode(uint64_t e, unsigned log2)
{
	return (struct leaf){
		.present = true,
		.log2 = (uint8_t)log2,
		.rights = (uint8_t)(L4_R | (e & PTE_W ? L4_W : 0) | (e & PTE_SOFT_X ? L4_X : 0)),
		.touched = touched_by(e),
		.kept = (uint8_t)((e & PTE_KEPT) >> PTE_KEPT_SHIFT),
		.attr = decode_attr(e, log2),
		.own = e & PTE_OWN,
		.frame = align_down(e & PTE_FRAME, log2),
	};
}

static uint64_t encode(struct leaf leaf)
{
	uint64_t e = leaf.frame | PTE_P | PTE_U | (uint64_t)leaf.kept << PTE_KEPT_SHIFT;

	if (leaf.log2 != PTE_PAGE_LOG2)
		e |= PTE_PS;
	e |= encode_attr(leaf.attr, leaf.log2);
	if (leaf.rights & L4_W)
		e |= PTE_W;
	if (leaf.rights & L4_X)
		e |= PTE_SOFT_X;
	else if (feature_used(FEATURE_NX))
		e |= PTE_NX;
	if (leaf.own)
		e |= PTE_OWN;
	return e | (leaf.touched ? PTE_A : 0) | (leaf.touched & L4_W ? PTE_D : 0);
}

struct leaf arch_ptab_get(struct space *s, l4_word_t address)
{
	unsigned log2 = PTE_PAGE_LOG2;
	uint64_t e = pte_read(walk_to(s, address, &log2));

	return e & PTE_P ? decode(e, log2) : (struct leaf){ .log2 = (uint8_t)log2 };
}

static bool table_empty(arch_pte_t *table)
{
	return arch_ptes_empty((struct arch_ptes){ .at = table }, PTE_ENTRIES) == PTE_ENTRIES;
}

/* Free the empty table at e, and invalidate it in the CPU's caches. */
static void remove_table(struct space *s, l4_word_t address, arch_pte_t *e)
{
	arch_pte_t *table = table_of(*e);

	*e = 0;
	area_note(s, address, 0);
	forget_last_tables(s);
	tlb_drop_table(s, address);
	kmem_clear_frame_free(&s->account, table);
}

static unsigned only_below(uint64_t e) { return (e >> PTE_BELOW_SHIFT & (2 * PTE_ENTRIES - 1)) - 1; }

static uint64_t group_bit(unsigned index) { return pow2(PTE_BELOW_SHIFT + index / GROUP); }

/* Call before entry `index` of the table at *above is made to point at a table (Q1). */
static void note_table(arch_pte_t *above, unsigned index)
{
	uint64_t only = (uint64_t)(index + 1) << PTE_BELOW_SHIFT, e = *above;

	if ((e & PTE_BELOW) == 0 || (e & PTE_BELOW) == only) {
		*above = e | only;
		return;
	}
	if (!(e & PTE_SEVERAL))
		e = (e & ~PTE_BELOW) | PTE_SEVERAL | group_bit(only_below(e));
	*above = e | group_bit(index);
}

/*
 * Make entry e, at level log2, of the table at *above point at a new table. False: no memory. The CPU sets
 * no bits in such an entry, as A is set: it is changed by stores.
 */
static bool make_table(struct space *s, l4_word_t address, arch_pte_t *above, arch_pte_t *e, unsigned log2)
{
	void *table = kmem_frame(&s->account);

	ASSERT(!(*e & PTE_P));			/* core removes a larger leaf first */
	if (!table)
		return false;
	note_table(above, address >> log2 & (PTE_ENTRIES - 1));
	*e = ((uintptr_t)table - KMAP_DIRECT) | PTE_P | PTE_W | PTE_U | PTE_A;
	area_note(s, address, *e);
	return true;
}

enum leaf_room arch_ptab_reserve(struct space *s, l4_word_t address, unsigned log2, bool all)
{
	enum leaf_room room = LEAF_BUSY;
	arch_pte_t *above, *e;

	if (area_takes(s, address, log2))
		room = ARCH_ROOTS > 1 ? kmap_make_root(s, root_of(address), all) : LEAF_ROOM;
	if (room != LEAF_ROOM)
		return room;
	above = &s->arch.below[root_of(address)];
	e = root_entry(s, address);
	for (unsigned l = ARCH_ROOT_LOG2; l > log2; l -= PTE_LEVEL_BITS) {
		if (!(*e & PTE_P) || is_leaf(*e, l)) {
			if (!make_table(s, address, above, e, l))
				return LEAF_NO_MEM;
			if (!all)
				return LEAF_MORE;
		}
		above = e;
		e = entry_in(table_of(*e), address, l - PTE_LEVEL_BITS);
	}
	if (log2 == PTE_PAGE_LOG2)
		note_last_pt(s, address, e);
	if (!(*e & PTE_P) || is_leaf(*e, log2))
		return LEAF_ROOM;
	if (!table_empty(table_of(*e)))
		return LEAF_BUSY;
	remove_table(s, address, e);
	return LEAF_ROOM;
}

static void prune(struct space *s, l4_word_t address, arch_pte_t *e, unsigned log2)
{
	if (log2 == PTE_PAGE_LOG2 || !(*e & PTE_P) || is_leaf(*e, log2))
		return;
	prune(s, address, entry_in(table_of(*e), address, log2 - PTE_LEVEL_BITS), log2 - PTE_LEVEL_BITS);
	if (table_empty(table_of(*e)))
		remove_table(s, address, e);
}

void arch_ptab_prune(struct space *s, l4_word_t address)
{
	prune(s, address, root_entry(s, address), ARCH_ROOT_LOG2);
	if (ARCH_ROOTS > 1 && table_empty(s->arch.root[root_of(address)]))
		kmap_drop_root(s, root_of(address));
}

static arch_pte_t *slot(struct space *s, l4_word_t address, unsigned log2)
{
	unsigned l = log2;
	arch_pte_t *e = walk_to(s, address, &l);

	ASSERT(l == log2 && address < L4_USER_END);
	return e;
}

void arch_ptab_set(struct space *s, l4_word_t address, struct leaf leaf)
{
	pte_change(slot(s, address, leaf.log2), PTE_A | PTE_D, pte_placed(pte_place_of(s), encode(leaf)));
}

uint8_t arch_ptab_clear(struct space *s, l4_word_t address, unsigned log2)
{
	return touched_by(pte_take(slot(s, address, log2)));
}

/* ---- teardown: no leaf is left; a table is freed after those below it ---- */

static bool free_below(struct space *s, arch_pte_t *above, arch_pte_t *table, unsigned log2, int *budget);

/* Free the table at e, an entry of level log2, if there is one. False: the budget is used up. */
static inline __attribute__((always_inline)) bool free_table(struct space *s, arch_pte_t *e, unsigned log2,
							     int *budget)
{
	arch_pte_t *table = table_of(*e);

	if (!*e)
		return true;
	ASSERT(!is_leaf(*e, log2));
	if (log2 > PTE_BIG_LOG2 && !free_below(s, e, table, log2 - PTE_LEVEL_BITS, budget))
		return false;
	if (*budget <= 0)
		return false;
	(*budget)--;
	*e = 0;
	kmem_clear_frame_free(&s->account, table);
	return true;
}

static bool free_group(struct space *s, arch_pte_t *e, unsigned log2, int *budget)
{
	for (const arch_pte_t *end = e + GROUP; e < end; e += LINE)
		for (unsigned i = 0; !line_empty(e) && i < LINE; i++)
			if (!free_table(s, e + i, log2, budget))
				return false;
	return true;
}

static unsigned lowest_group(uint64_t e)
{
	return (unsigned)__builtin_ctzll(e & PTE_GROUPS) - PTE_BELOW_SHIFT;
}

/* Free the tables below `table`, to which *above points and whose entries are at level log2. */
static bool free_below(struct space *s, arch_pte_t *above, arch_pte_t *table, unsigned log2, int *budget)
{
	if ((*above & PTE_BELOW) == 0)
		return true;
	if (!(*above & PTE_SEVERAL))
		return free_table(s, table + only_below(*above), log2, budget);
	for (; *above & PTE_GROUPS; *above &= ~group_bit(lowest_group(*above) * GROUP)) {
		unsigned g = lowest_group(*above);

		if (*budget <= 0)
			return false;
		*budget -= GROUP_TABLES;
		if (!free_group(s, table + g * GROUP, log2, budget))
			return false;
	}
	return true;
}

bool arch_space_exit_step(struct space *s)
{
	int budget = EXIT_STEP * GROUP_TABLES;	/* ends below 0 by at most one group */

	if (!s->arch.root[0])
		return true;
	area_leave(s);
	forget_last_tables(s);
	for (unsigned i = 0; i < ARCH_ROOTS; i++)
		if (!free_below(s, &s->arch.below[i], s->arch.root[i], ARCH_ROOT_LOG2, &budget))
			return false;
	kmap_unshare(s);
	kmem_clear_frame_free(&s->account, s->arch.root[0]);
	s->arch.root[0] = 0;
	io_free(s);
	return true;
}

/* ---- user memory ---- */

/*
 * Returns where the kernel sees the byte at `at` of s, and notes the access that `need` is for; 0 if its page
 * does not have those bits, or has an attribute (if `plain`), or is not in the direct map.
 */
static void *reach(struct space *s, l4_word_t at, uint64_t need, bool plain)
{
	uint64_t pa, noted = need & PTE_W ? PTE_A | PTE_D : PTE_A;
	unsigned log2 = PTE_PAGE_LOG2;
	arch_pte_t *e;

	if (at >= L4_USER_END)
		return 0;
	e = walk_to(s, at, &log2);
	pa = align_down(*e & PTE_FRAME, log2) | (at & (pow2(log2) - 1));
	if ((*e & (need | (plain ? PTE_PWT | PTE_PCD | pat_bit(log2) : 0))) != need || !kmap_covers(pa))
		return 0;
	if (~*e & noted)
		atomic_change(e, ~(uint64_t)0, noted);
	if (log2 == PTE_PAGE_LOG2)
		note_last_pt(s, at, e);
	return arch_frame_ptr(pa);
}

void *arch_user_ptr(struct space *s, l4_word_t at, bool write)
{
	return reach(s, at, write ? PTE_P | PTE_U | PTE_W : PTE_P | PTE_U, true);
}

bool arch_copy_in(struct space *s, void *to, l4_word_t from, size_t n)
{
	for (size_t piece; n > 0; to = (uint8_t *)to + piece, from += piece, n -= piece) {
		size_t rest = pow2(PTE_PAGE_LOG2) - (from & (pow2(PTE_PAGE_LOG2) - 1));
		const void *at = reach(s, from, PTE_P | PTE_U, false);

		if (!at)
			return false;
		piece = rest < n ? rest : n;
		memcpy(to, at, piece);
	}
	return true;
}
