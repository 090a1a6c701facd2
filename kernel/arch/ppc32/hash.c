/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hash.c - see hash.h. An entry is changed in the order of the manual (PEM 7.6.3): a new one is complete
 * before it is valid; an old one is invalid before its translation is removed from the TLB, and its status is
 * read after that, as the CPU may have set it until then.
 */
#include <core/arch.h>
#include <arch/cpu.h>
#include <arch/gateway.h>
#include <arch/layout.h>
#include <lib/bits.h>
#include <lib/panic.h>
#include <lib/str.h>
#include "hash.h"
#include "hash_entry.h"
#include "vsid.h"

enum { TLB_SETS = 64, KERNEL_SEGMENT = 12, SEGMENTS = 16 };

uint32_t hash_status(const struct space *s, l4_word_t address, arch_pte_t e)
{
	struct hash_entry *h = e & PTE_REFERENCED ? hash_find(s->arch.seg, address, e) : 0;

	return h ? h->lo & PTE_STATUS : 0;
}

uint32_t hash_remove(const struct space *s, l4_word_t address, arch_pte_t e)
{
	return hash_drop_of(s->arch.seg, address, e);
}

/* ---- boot ---- */

void hash_init(uint32_t base, size_t bytes)
{
	struct hash *hash = &cpu_local()->hash;

	ASSERT((bytes & (bytes - 1)) == 0 && bytes >= 65536 && (base & (bytes - 1)) == 0);
	*hash = (struct hash){ .table = KMAP_POINTER(base), .mask = (uint32_t)bytes - (1 << GROUP_LOG2) };
	memset(hash->table, 0, bytes);
	cpu_load_segments(vsid_segment(0));
	cpu_load_kernel_segments(vsid_segment(0) + KERNEL_SEGMENT);
	cpu_set_sdr1(base | (uint32_t)((bytes >> 16) - 1));
	for (unsigned i = 0; i < TLB_SETS; i++)
		cpu_tlbie(i << PTE_PAGE_LOG2);
	cpu_sync();
}

void hash_set_gateway(uint32_t pa)
{
	uint32_t vsid = vsid_of(vsid_segment(0), GATEWAY_ADDRESS);

	hash_store(group_of(vsid, GATEWAY_ADDRESS, false), hi_of(vsid, GATEWAY_ADDRESS, false),
		   pa | PTE_STATUS | PTE_PRESENT | PTE_READ_ONLY);
}

/* ---- checks ---- */

/* The group of an entry gives the bits that the entry does not have. */
l4_word_t hash_address_of(const struct hash_entry *h, uint32_t hi)
{
	uint32_t group = (uint32_t)(h - cpu_local()->hash.table) / GROUP, vsid = hi >> HI_VSID_SHIFT & VSID_MASK;
	uint32_t low = (hi & HI_SECOND ? ~group : group) ^ vsid;

	return (l4_word_t)(vsid & (SEGMENTS - 1)) << SEGMENT_LOG2
	     | ((hi & HI_API) << API_SHIFT | (low & ((1u << API_SHIFT) - 1))) << PTE_PAGE_LOG2;
}

arch_pte_t *hash_pte_of(const struct hash_entry *h)
{
	uint32_t hi = h->hi, *root = vsid_root(vsid_number(hi >> HI_VSID_SHIFT & VSID_MASK));

	return root ? pte_below(root, hash_address_of(h, hi)) : 0;
}

static const struct hash_entry *table_end(void)
{
	const struct hash *hash = &cpu_local()->hash;

	return hash->table + (hash->mask >> GROUP_LOG2) * GROUP + GROUP;
}

/* Returns segment register 0 of the space of a valid entry. */
static uint32_t seg_of(uint32_t hi)
{
	return SEG_KEYS | (hi >> HI_VSID_SHIFT & VSID_MASK & ~(SEGMENTS - 1u));
}

static void check_entry(const struct hash_entry *h)
{
	uint32_t gateway = vsid_of(vsid_segment(0), GATEWAY_ADDRESS), hi = h->hi;
	arch_pte_t *e = hash_pte_of(h);

	if (!e) {
		ASSERT(hi == hi_of(gateway, GATEWAY_ADDRESS, false));
		return;
	}
	ASSERT(*e && !((*e ^ h->lo) & ~(uint32_t)(PTE_STATUS | PTE_NOTE)));			/* H1 */
	ASSERT(*e & PTE_REFERENCED);								/* H2 */
	ASSERT(hash_find(seg_of(hi), hash_address_of(h, hi), *e) == h);
}

void hash_check(void)
{
	for (const struct hash_entry *h = cpu_local()->hash.table; h < table_end(); h++)
		if (h->hi & HI_VALID)
			check_entry(h);
}
