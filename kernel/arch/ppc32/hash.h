/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hash.h - the hash table from which the CPU loads its TLB: a cache of the page tables
 * (docs/decisions/segments-ppc.md).
 *
 *   H1  each valid entry, but the gateway's, is that of a present PTE of the space with its number: same
 *       frame, WIMG and PP; PTE_NOTE says where it is, so a PTE has at most one
 *   H2  status that the CPU has set since is in the entry, and not in the PTE. A PTE with an entry is
 *       PTE_REFERENCED
 *   H3  the TLB has translations of valid entries only
 */
#ifndef PPC32_HASH_H
#define PPC32_HASH_H

#include <stdbool.h>
#include <stddef.h>
#include <x2/word.h>
#include <arch/pte.h>

struct space;

/* In struct cpu_local, as a refill in real mode (refill.S) uses it. */
struct hash {
	struct hash_entry *table;
	uint32_t mask;			/* of the offset of a group in bytes */
	uint32_t victim;		/* offset of the entry of its group that was evicted last, and more */
	uint32_t *directory;		/* indexed by the number of a space: the words of numbers (vsid.c) */
};

/*
 * Called once, at boot, before user code runs: the table of so many bytes, a power of two, is at physical
 * address base, which is aligned to its size. Loads SDR1 and the segment registers, clears the TLB.
 */
void hash_init(uint32_t base, size_t bytes);

/* Called after that: users can read and execute the frame at pa at GATEWAY_ADDRESS. */
void hash_set_gateway(uint32_t pa);

/* Returns status that the entry of e, the present PTE for address, has. */
uint32_t hash_status(const struct space *s, l4_word_t address, arch_pte_t e);

/* The same, and removes the entry, and what the TLB has of it. Call before e loses a right, or changes. */
uint32_t hash_remove(const struct space *s, l4_word_t address, arch_pte_t e);

/* Checks H1. For debug kernels: reads the whole table. */
void hash_check(void);

#endif
