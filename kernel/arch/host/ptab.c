/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ptab.c - page tables (ptab.h) and I/O permission sets of the host machine.
 *
 * User addresses of the host have 31 bits, for both word sizes, so one level-2 table is the root.
 */
#include <core/arch.h>
#include <mem/kmem.h>
#include <arch/atomic.h>
#include <lib/bits.h>
#include <lib/panic.h>
#include "host.h"
#include "ptab.h"

static uint8_t status_of(uint64_t e)
{
	return (uint8_t)((e & PTE_ACCESSED ? L4_R | L4_X : 0) | (e & PTE_DIRTY ? L4_R | L4_W : 0));
}

static uint64_t status_bits(uint8_t touched)
{
	return (touched ? PTE_ACCESSED : 0) | (touched & L4_W ? PTE_DIRTY : 0);
}

static arch_pte_t *table_of(uint64_t entry)
{
	return (arch_pte_t *)(uintptr_t)(entry & PTE_FRAME);
}

static arch_pte_t *entry_in(arch_pte_t *table, l4_word_t address, unsigned level)
{
	return table + (address >> level_log2(level) & (ENTRIES - 1));
}

/* Returns the entry for address at *level, or at the higher level where the walk ends; sets *level. */
static arch_pte_t *walk_from(const void *root, l4_word_t address, unsigned *level)
{
	arch_pte_t *table = (arch_pte_t *)(uintptr_t)root;

	for (unsigned l = LEVELS - 1;; l--) {
		arch_pte_t *e = entry_in(table, address, l);

		if (l == *level || !(*e & PTE_TABLE)) {
			*level = l;
			return e;
		}
		table = table_of(*e);
	}
}

arch_pte_t *host_ptab_walk(const struct space *s, l4_word_t address, unsigned *level)
{
	return walk_from(s->arch.root, address, level);
}

const void *host_ptab_table(const void *root, l4_word_t va, unsigned log2)
{
	unsigned level = (log2 - KMEM_FRAME_LOG2) / INDEX_LOG2;
	const arch_pte_t *e = walk_from(root, va, &level);

	return level_log2(level) == log2 ? e - (va >> log2 & (ENTRIES - 1)) : 0;
}

uint64_t arch_page_sizes(void) { return pow2(12) | pow2(21) | pow2(30); }

/* n: the number of its root. One space of three has the segments of the whole user area. */
static void name_segments(struct space *s, uint32_t n)
{
	s->arch.seg.low = n % 3 ? 0x3ff : 0xffff;
	s->arch.seg.high = n % 3 ? n << 24 | (n >> 8 & 0xff) | 0xc0fb00 : 0xcbfb00;
	s->arch.ipc_return = (n << 12) + 0x8c4;
	s->arch.iomap = (uint16_t)(n * 7);
}

bool arch_space_init(struct space *s)
{
	s->arch = (struct arch_space){ .root = kmem_frame(&s->account) };
	name_segments(s, (uint32_t)((uintptr_t)s->arch.root >> 12));
	return s->arch.root;
}

/* Free one table that has none below it; the root last. */
static void free_one_table(struct space *s)
{
	arch_pte_t *table = s->arch.root, *parent = 0;
	unsigned level = LEVELS - 1;

	for (unsigned i = 0; level > 0 && i < ENTRIES; i++) {
		if (table[i] & PTE_TABLE) {
			parent = table + i;
			table = table_of(table[i]);
			i = ~0u;
			level--;
		}
	}
	if (parent)
		*parent = 0;
	else
		s->arch.root = 0;
	kmem_clear_frame_free(&s->account, table);
}

bool arch_space_exit_step(struct space *s)
{
	for (unsigned i = 0; i < 2; i++) {
		if (s->arch.io[i])
			kmem_frame_free(&s->account, s->arch.io[i]);
		s->arch.io[i] = 0;
	}
	for (unsigned n = 0; s->arch.root && n < 4; n++)
		free_one_table(s);
	return !s->arch.root;
}

struct leaf host_ptab_get(const void *root, l4_word_t address)
{
	unsigned level = 0;
	const arch_pte_t *at = walk_from(root, address, &level);
	uint64_t e = *at;
	struct leaf leaf = { .present = e & PTE_PRESENT, .log2 = (uint8_t)level_log2(level) };

	if (!leaf.present)
		return leaf;
	leaf.rights = e >> PTE_RIGHTS & L4_RWX;
	leaf.attr = e >> PTE_ATTR & ((1 << LEAF_ATTR_BITS) - 1);
	leaf.kept = host_kept_get(at);
	leaf.touched = status_of(e);
	leaf.own = e & PTE_OWN;
	leaf.frame = e & PTE_FRAME;
	return leaf;
}

struct leaf arch_ptab_get(struct space *s, l4_word_t address)
{
	return host_ptab_get(s->arch.root, address);
}

static bool table_empty(const arch_pte_t *table)
{
	for (unsigned i = 0; i < ENTRIES; i++)
		if (table[i])
			return false;
	return true;
}

/* Free the empty table at e, and invalidate it in the CPU's caches. */
static void remove_table(struct space *s, l4_word_t address, arch_pte_t *e)
{
	arch_pte_t *table = table_of(*e);

	*e = 0;
	tlb_drop_table(s, address);
	kmem_clear_frame_free(&s->account, table);
}

/* Free the table at e if it has no leaf, so that a larger leaf can replace it. False: it has one. */
static bool prune(struct space *s, l4_word_t address, arch_pte_t *e, unsigned level)
{
	arch_pte_t *table = table_of(*e);

	for (unsigned i = 0; level > 1 && i < ENTRIES; i++)
		if (table[i] & PTE_TABLE && !prune(s, address, table + i, level - 1))
			return false;
	if (!table_empty(table))
		return false;
	remove_table(s, address, e);
	return true;
}

void arch_ptab_prune(struct space *s, l4_word_t address)
{
	for (unsigned level = 1; level < LEVELS; level++) {
		unsigned found = level;
		arch_pte_t *e = host_ptab_walk(s, address, &found);

		if (found == level && *e & PTE_TABLE && table_empty(table_of(*e)))
			remove_table(s, address, e);
	}
}

enum leaf_room arch_ptab_reserve(struct space *s, l4_word_t address, unsigned log2, bool all)
{
	unsigned target = (log2 - KMEM_FRAME_LOG2) / INDEX_LOG2, level = target;
	arch_pte_t *e = host_ptab_walk(s, address, &level);
	void *table;

	if (level == target)
		return *e & PTE_TABLE && !prune(s, address, e, level) ? LEAF_BUSY : LEAF_ROOM;
	ASSERT(!(*e & PTE_PRESENT));		/* core removes a larger page first */
	table = kmem_frame(&s->account);
	if (!table)
		return LEAF_NO_MEM;
	*e = (uintptr_t)table | PTE_TABLE;
	if (host_tlb_is_loaded(s))
		host_tlb_walk(address);
	return all ? arch_ptab_reserve(s, address, log2, true) : LEAF_MORE;
}

void arch_ptab_set(struct space *s, l4_word_t address, struct leaf leaf)
{
	unsigned level = (leaf.log2 - KMEM_FRAME_LOG2) / INDEX_LOG2, found = level;
	arch_pte_t *e = host_ptab_walk(s, address, &found);

	ASSERT(found == level && !(*e & PTE_TABLE) && is_aligned(leaf.frame, leaf.log2));
	atomic_change(e, PTE_ACCESSED | PTE_DIRTY,
		      leaf.frame | PTE_PRESENT | (uint64_t)leaf.rights << PTE_RIGHTS | (leaf.own ? PTE_OWN : 0)
		      | (uint64_t)leaf.attr << PTE_ATTR | status_bits(leaf.touched));
	host_kept_set(e, leaf.kept);
}

uint8_t arch_ptab_clear(struct space *s, l4_word_t address, unsigned log2)
{
	unsigned level = (log2 - KMEM_FRAME_LOG2) / INDEX_LOG2, found = level;
	arch_pte_t *e = host_ptab_walk(s, address, &found);

	ASSERT(found == level && *e & PTE_PRESENT);
	return status_of(atomic_take(e));
}

/* ---- for the model of the CPU ---- */

void host_ptab_touch(struct space *s, l4_word_t address, bool write)
{
	unsigned level = 0;

	atomic_change(host_ptab_walk(s, address, &level), ~(uint64_t)0, PTE_ACCESSED | (write ? PTE_DIRTY : 0));
}

/* ---- ports: two frames of 32768 bits ---- */

enum { PORTS_PER_FRAME_LOG2 = KMEM_FRAME_LOG2 + 3 };

static uint8_t *port_byte(const struct space *s, l4_word_t port)
{
	uint8_t *frame = s->arch.io[port >> PORTS_PER_FRAME_LOG2 & 1];

	return frame + (port >> 3 & (KMEM_FRAME - 1));
}

enum leaf_room arch_io_reserve(struct space *s)
{
	void **missing = &s->arch.io[s->arch.io[0] ? 1 : 0];

	if (s->arch.io[1])
		return LEAF_ROOM;
	*missing = kmem_frame(&s->account);
	if (!*missing)
		return LEAF_NO_MEM;
	return LEAF_MORE;
}

void arch_io_set(struct space *s, l4_word_t port, bool allowed)
{
	uint8_t bit = (uint8_t)(1u << (port & 7)), *byte = port_byte(s, port);

	*byte = allowed ? *byte | bit : *byte & (uint8_t)~bit;
}

bool arch_io_get(const struct space *s, l4_word_t port)
{
	return s->arch.io[1] && *port_byte(s, port) >> (port & 7) & 1;
}

uint64_t arch_io_word(const struct space *s, l4_word_t port)
{
	const uint8_t *byte = port_byte(s, port & ~(l4_word_t)63);
	uint64_t word = 0;

	for (unsigned i = sizeof(word); s->arch.io[1] && i > 0; i--)
		word = word << 8 | byte[i - 1];
	return word;
}

/* ---- holes ---- */

static bool all_zero(const uint64_t *words, size_t n)
{
	while (n > 0)
		if (words[--n])
			return false;
	return true;
}

/* Returns the log2 of the largest aligned block of zero words around word i, of 2^most. Word i must be 0. */
static unsigned zero_block(const uint64_t *words, size_t i, unsigned most)
{
	for (unsigned k = 0; k < most; k++)
		if (!all_zero(words + ((i >> k ^ 1) << k), (size_t)1 << k))
			return k;
	return most;
}

unsigned host_ptab_hole(const struct space *s, l4_word_t address)
{
	unsigned level = 0;
	const arch_pte_t *e = host_ptab_walk(s, address, &level);
	size_t i = address >> level_log2(level) & (ENTRIES - 1);

	return level_log2(level) + zero_block(e - i, i, INDEX_LOG2);
}

unsigned host_io_hole(const struct space *s, l4_word_t port)
{
	const uint64_t *frame = (const uint64_t *)(const void *)s->arch.io[port >> PORTS_PER_FRAME_LOG2 & 1];
	size_t i = (port & (pow2(PORTS_PER_FRAME_LOG2) - 1)) / 64;

	if (!frame)
		return PORTS_PER_FRAME_LOG2;
	return frame[i] ? 0 : 6 + zero_block(frame, i, INDEX_LOG2);
}
