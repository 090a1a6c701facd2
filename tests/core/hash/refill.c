/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * refill.c - see refill.h: what kernel/arch/ppc32/refill.S does, in C.
 */
#include "../../../kernel/arch/ppc32/hash_entry.h"
#include "refill.h"

void machine_map_ram(int ram) { (void)ram; }

/* Makes room in a full group: the PTE of the evicted page takes its status (H2). */
static struct hash_entry *evict(struct hash_entry *group)
{
	struct hash_entry *h;
	arch_pte_t *e;

	do
		h = group + (cpu_local()->hash.victim += sizeof(*h)) / sizeof(*h) % GROUP;
	while (!(e = hash_pte_of(h)));
	*e |= hash_drop(h, hash_address_of(h, h->hi));
	return h;
}

static struct hash_entry *free_in(struct hash_entry *group)
{
	for (struct hash_entry *h = group; h < group + GROUP; h++)
		if (!(h->hi & HI_VALID))
			return h;
	return 0;
}

/* Returns a free entry for address in one of its two groups. */
static struct hash_entry *make_room(uint32_t vsid, l4_word_t address, bool *second)
{
	struct hash_entry *h = free_in(group_of(vsid, address, *second = false));

	if (!h)
		h = free_in(group_of(vsid, address, *second = true));
	return h ? h : evict(group_of(vsid, address, *second = false));
}

bool machine_refill(struct space *s, l4_word_t ea, enum cpu_access access, enum cpu_result result)
{
	arch_pte_t *e = pte_below(s->arch.root, ea);	/* none for the kernel's addresses */
	uint32_t vsid = vsid_of(s->arch.seg, ea);
	bool write = access == CPU_STORE, second;
	struct hash_entry *h;

	if (result != CPU_MISS || !e || !*e || (write && *e & PTE_READ_ONLY))
		return false;
	h = make_room(vsid, ea, &second);
	*e = (*e & ~(uint32_t)PTE_NOTE) | PTE_REFERENCED | (write ? PTE_CHANGED : 0);
	hash_store(h, hi_of(vsid, ea, second), *e);
	*e |= (uint32_t)(h - cpu_local()->hash.table) % GROUP << PTE_SLOT_SHIFT | (second ? PTE_SECOND : 0);
	return true;
}
