/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pte.h - bits of page-table entries (ptab_arch.c). A PTE has the format of the lower word of an entry of the
 * hash table (hash.h), so that a refill copies it. The kept status (mem/leaf.h) is in a byte of its own
 * (<arch/kept.h>), with leaf.own.
 */
#ifndef ARCH_PTE_H
#define ARCH_PTE_H

#include <stdint.h>

typedef uint32_t arch_pte_t;

enum {
	PTE_PRESENT	= 0x002,	/* upper bit of PP: 2, read and write; 3, read */
	PTE_READ_ONLY	= 0x001,	/* lower bit of PP */
	PTE_SECOND	= 0x004,	/* where its entry of the hash table is, if it has one: in the second group; */
	PTE_SLOT_SHIFT	= 9,
	PTE_SLOT	= 0xe00,	/* the index there */
	PTE_G		= 0x008,	/* WIMG: guarded, */
	PTE_M		= 0x010,	/* coherent with other processors, */
	PTE_I		= 0x020,	/* cache-inhibited, */
	PTE_W		= 0x040,	/* write-through */
	PTE_WIMG	= 0x078,
	PTE_CHANGED	= 0x080,
	PTE_REFERENCED	= 0x100,
	PTE_STATUS	= PTE_REFERENCED | PTE_CHANGED,
	PTE_NOTE	= PTE_SECOND | PTE_SLOT,
};
#define PTE_FRAME	0xfffff000u

/* In the byte of the kept status: leaf.own. */
enum { KEPT_OWNED = 0x40 };

/* A table, and what an entry maps at each level. */
enum { PTE_LEVEL_BITS = 10, PTE_ENTRIES = 1 << PTE_LEVEL_BITS, PTE_PAGE_LOG2 = 12, PTE_TABLE_LOG2 = 22 };

enum { PTE_LINE = 8 };		/* entries in a cache line of 32 bytes */

#endif
