/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hash_entry.h - entries of the hash table, for hash.c and ptes.c; refill.S makes them too. An entry has two
 * words: the upper one says whether it is valid, of which page it is and in which of the two groups of that
 * page; the lower one is its PTE (pte.h).
 */
#ifndef PPC32_HASH_ENTRY_H
#define PPC32_HASH_ENTRY_H

#include <arch/cpu.h>
#include <arch/pte.h>
#include <lib/section.h>
#include "hash.h"
#include "local.h"
#include "vsid.h"

/* The upper word: valid, VSID, 1 if in the second group, upper bits of the page index. */
#define HI_VALID	0x80000000u
enum { HI_VSID_SHIFT = 7, HI_SECOND = 0x40, HI_API = 0x3f, PAGE_INDEX = 0xffff, API_SHIFT = 10 };

/* Entries of a group; log2 of its bytes; log2 of the bytes of a segment. */
enum { GROUP = 8, GROUP_LOG2 = 6, SEGMENT_LOG2 = 28 };

struct hash_entry { volatile uint32_t hi, lo; };

static INLINE uint32_t vsid_of(uint32_t seg, l4_word_t address)
{
	return (seg & VSID_MASK) + (uint32_t)(address >> SEGMENT_LOG2);
}

static INLINE uint32_t page_index(l4_word_t address) { return address >> PTE_PAGE_LOG2 & PAGE_INDEX; }

/* Returns the upper word of a valid entry. */
static INLINE uint32_t hi_of(uint32_t vsid, l4_word_t address, bool second)
{
	return HI_VALID | vsid << HI_VSID_SHIFT | (second ? HI_SECOND : 0) | page_index(address) >> API_SHIFT;
}

static INLINE struct hash_entry *group_of(uint32_t vsid, l4_word_t address, bool second)
{
	const struct hash *hash = &cpu_local()->hash;
	uint32_t h = vsid ^ page_index(address) ^ (second ? ~0u : 0);

	return (struct hash_entry *)((uintptr_t)hash->table + (h << GROUP_LOG2 & hash->mask));
}

/* Returns the entry of e, the PTE for address; 0 if there is none. */
static INLINE struct hash_entry *hash_find(uint32_t seg, l4_word_t address, arch_pte_t e)
{
	uint32_t vsid = vsid_of(seg, address);
	bool second = e & PTE_SECOND;
	struct hash_entry *h = group_of(vsid, address, second) + ((e & PTE_SLOT) >> PTE_SLOT_SHIFT);

	return h->hi == hi_of(vsid, address, second) ? h : 0;
}

/* Stores a valid entry where none is. */
static INLINE void hash_store(struct hash_entry *h, uint32_t hi, uint32_t lo)
{
	h->lo = lo;
	cpu_eieio();
	h->hi = hi;
	cpu_sync();
}

/* Removes a valid entry, and its translations. Returns its status, which the CPU may have set until then. */
static INLINE uint32_t hash_drop(struct hash_entry *h, l4_word_t address)
{
	h->hi = 0;
	cpu_sync();
	cpu_tlbie(address);
	cpu_sync();
	return h->lo & PTE_STATUS;
}

/* The same for the entry of e, if there is one. */
static INLINE uint32_t hash_drop_of(uint32_t seg, l4_word_t address, arch_pte_t e)
{
	struct hash_entry *h = e & PTE_REFERENCED ? hash_find(seg, address, e) : 0;

	return h ? hash_drop(h, address) : 0;
}

/* hash.c: the page address of a valid entry with that upper word; its PTE, or 0 if it is the gateway's. */
l4_word_t hash_address_of(const struct hash_entry *h, uint32_t hi);
arch_pte_t *hash_pte_of(const struct hash_entry *h);

#endif
