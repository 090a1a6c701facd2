/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ptab_arch.c - the page tables of a space: a directory of 1024 entries, each for a page table of 4 MiB. The
 * CPU does not read them: it has the hash table (hash.c), and the status that it sets is there while the page
 * has an entry.
 *
 * A page that can be read can be executed (ppc32 1). There are four bits for an attribute (attribute.c).
 */
#include <core/arch.h>
#include <arch/kept.h>
#include <arch/layout.h>
#include <lib/bits.h>
#include <lib/panic.h>
#include "attribute.h"
#include "hash.h"
#include "vsid.h"

enum { EXIT_LINES = 3 };

uint32_t ram_end;

void *arch_frame_ptr(uint64_t pa) { return KMAP_POINTER((uint32_t)pa); }
uint64_t arch_frame_pa(const void *p) { return (uint32_t)((uintptr_t)p - KMAP_DIRECT); }
bool arch_frame_reachable(uint64_t pa) { return pa < ram_end; }
uint64_t arch_page_sizes(void) { return pow2(PTE_PAGE_LOG2); }

uint64_t arch_tlb_word(const struct space *s, unsigned tag)
{
	(void)tag;
	return s ? s->arch.seg : vsid_segment(0);
}

bool arch_space_init(struct space *s)
{
	s->arch = (struct arch_space){ .root = kmem_frame(&s->account) };
	if (!s->arch.root)
		return false;
	if (vsid_take(s))
		return true;
	kmem_clear_frame_free(&s->account, s->arch.root);
	s->arch.root = 0;
	return false;
}

/* ---- entries ---- */

static uint8_t touched_by(uint32_t e)
{
	return (uint8_t)((e & PTE_REFERENCED ? L4_R | L4_X : 0) | (e & PTE_CHANGED ? L4_R | L4_W : 0));
}

static struct leaf decode(uint32_t e, uint8_t kept)
{
	return (struct leaf){
		.present = true,
		.log2 = PTE_PAGE_LOG2,
		.rights = e & PTE_READ_ONLY ? L4_R | L4_X : L4_RWX,
		.touched = touched_by(e),
		.kept = kept & (KEPT_OWNED - 1),
		.attr = attribute_of(e),
		.own = kept & KEPT_OWNED,
		.frame = e & PTE_FRAME,
	};
}

static uint32_t encode(struct leaf leaf)
{
	return (uint32_t)leaf.frame | PTE_PRESENT | (leaf.rights & L4_W ? 0 : PTE_READ_ONLY)
	     | attribute_bits((uint32_t)leaf.frame, leaf.attr)
	     | (leaf.touched ? PTE_REFERENCED : 0) | (leaf.touched & L4_W ? PTE_CHANGED : 0);
}

struct leaf arch_ptab_get(struct space *s, l4_word_t address)
{
	arch_pte_t *e = pte_below(s->arch.root, address);

	if (!e || !*e)
		return (struct leaf){ .log2 = e ? PTE_PAGE_LOG2 : PTE_TABLE_LOG2 };
	return decode(*e | hash_status(s, address, *e), *arch_kept_byte(e));
}

void arch_ptab_set(struct space *s, l4_word_t address, struct leaf leaf)
{
	arch_pte_t *e = pte_below(s->arch.root, address), new = encode(leaf);

	ASSERT(e && leaf.log2 == PTE_PAGE_LOG2);
	if (*e) {
		if ((*e ^ new) & ~(uint32_t)(PTE_STATUS | PTE_NOTE))
			new |= hash_remove(s, address, *e);
		new |= *e & (PTE_STATUS | PTE_NOTE);
	}
	*e = new;
	*arch_kept_byte(e) = leaf.kept | (leaf.own ? KEPT_OWNED : 0);
}

uint8_t arch_ptab_clear(struct space *s, l4_word_t address, unsigned log2)
{
	arch_pte_t *e = pte_below(s->arch.root, address);
	uint32_t old;

	ASSERT(e && *e && log2 == PTE_PAGE_LOG2);
	old = *e | hash_remove(s, address, *e);
	*e = 0;
	return touched_by(old);
}

/* ---- tables ---- */

enum leaf_room arch_ptab_reserve(struct space *s, l4_word_t address, unsigned log2, bool all)
{
	uint32_t *above = &s->arch.root[address >> PTE_TABLE_LOG2];
	void *table;

	ASSERT(log2 == PTE_PAGE_LOG2);
	if (*above)
		return LEAF_ROOM;
	table = kmem_frame(&s->account);
	if (!table)
		return LEAF_NO_MEM;
	*above = (uint32_t)arch_frame_pa(table);
	s->arch.tables++;
	return all ? LEAF_ROOM : LEAF_MORE;
}

static void free_table(struct space *s, uint32_t *above)
{
	kmem_clear_frame_free(&s->account, KMAP_POINTER(*above));
	*above = 0;
	s->arch.tables--;
}

void arch_ptab_prune(struct space *s, l4_word_t address)
{
	uint32_t *above = &s->arch.root[address >> PTE_TABLE_LOG2];
	struct arch_ptes table = { .at = *above ? KMAP_POINTER(*above) : 0 };

	if (table.at && arch_ptes_empty(table, PTE_ENTRIES) == PTE_ENTRIES)
		free_table(s, above);
}

/*
 * No leaf is left, so no entry of the hash table: the number can be another space's. One step frees the
 * tables of EXIT_LINES lines of the directory.
 */
bool arch_space_exit_step(struct space *s)
{
	uint32_t *line = s->arch.root + s->arch.freed;

	if (!s->arch.root)
		return true;
	if (s->arch.seg)
		vsid_return(s);
	for (unsigned lines = 0; s->arch.tables > 0; line += PTE_LINE) {
		if (pte_line_empty(line))
			continue;
		if (lines++ == EXIT_LINES) {
			s->arch.freed = (unsigned)(line - s->arch.root);
			return false;
		}
		for (unsigned i = 0; i < PTE_LINE; i++)
			if (line[i])
				free_table(s, &line[i]);
	}
	kmem_clear_frame_free(&s->account, s->arch.root);
	s->arch.root = 0;
	return true;
}
