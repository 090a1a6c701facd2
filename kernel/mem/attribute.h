/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * attribute.h - the memory attributes that sigma0 has given to physical memory (MemoryControl).
 *
 * The attribute of a page is in its PTE. Sigma0 owns memory for which it has no PTE (M5), so the attributes
 * that it sets are also kept here, in ranges: aligned regions of 2^n bytes of physical memory. Ranges nest;
 * an address has the attribute of the innermost range that contains it, or default memory (0).
 *
 *   R1  a range is naturally aligned; no two are equal
 *   R2  attributes fit into a PTE
 *
 * A range is a block of sigma0's account. Until sigma0 sets an attribute there are no ranges, and lookups
 * are O(1).
 */
#ifndef MEM_ATTRIBUTE_H
#define MEM_ATTRIBUTE_H

#include <x2/word.h>
#include <lib/tree.h>

struct space;

struct attribute_range {
	struct tree_node node;		/* in attributes.ranges, with the key of an extent (mapping.h) */
	uint8_t attr;
};

struct attributes {
	struct tree ranges;
	size_t count;
};

/* Returns the attribute of physical memory at address. */
uint8_t attribute_at(uint64_t address);

/* Returns true if no range is smaller than the 2^log2 bytes at base, aligned, and inside them. */
bool attribute_uniform(uint64_t base, unsigned log2);

/*
 * Sets the attribute of the 2^log2 bytes at base; ranges inside them keep theirs until attribute_thin_out
 * removes them. Returns false, with nothing changed, if sigma0's account is exhausted.
 */
bool attribute_set(struct space *sigma0, uint64_t base, unsigned log2, uint8_t attr);

/* Removes the ranges inside that region, within *budget. Returns true if none is left. */
bool attribute_thin_out(struct space *sigma0, uint64_t base, unsigned log2, unsigned *budget);

/* Checks R1 and R2. */
void attribute_check(void);

#endif
