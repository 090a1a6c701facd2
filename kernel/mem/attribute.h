/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * attribute.h - the memory attributes that sigma0 has given to physical memory (MemoryControl).
 *
 * Everybody's pages keep their attribute in the page-table entry. Sigma0's root extent is never looked
 * at for holes, so what sigma0 sets must be kept elsewhere: in ranges, aligned powers of two of
 * physical memory. They nest; an address has the attribute of the innermost range around it, or
 * default memory (0).
 *
 *   R1  a range is naturally aligned; no two are equal
 *   R2  attributes fit into an entry
 *
 * A range is a block of sigma0's account. There is none until sigma0 sets an attribute, and then
 * nothing of this costs anything.
 */
#ifndef MEM_ATTRIBUTE_H
#define MEM_ATTRIBUTE_H

#include <x2/word.h>
#include <lib/tree.h>

struct space;

struct attribute_range {
	struct tree_node node;		/* in attributes.ranges, filed like an extent (mapping.h) */
	uint8_t attr;
};

struct attributes {
	struct tree ranges;
	size_t count;
};

/* The attribute of physical memory at address. */
uint8_t attribute_at(uint64_t address);

/* Have all of the 2^log2 bytes at base, aligned, the same one as far as the ranges tell? */
bool attribute_uniform(uint64_t base, unsigned log2);

/*
 * The 2^log2 bytes at base get attr; ranges inside them hold on until attribute_thin_out has been
 * called. False, and nothing changed, if sigma0's account is exhausted.
 */
bool attribute_set(struct space *sigma0, uint64_t base, unsigned log2, uint8_t attr);

/* Drop the ranges inside that range, for *budget at the most; true if none is left. */
bool attribute_thin_out(struct space *sigma0, uint64_t base, unsigned log2, unsigned *budget);

void attribute_check(void);

#endif
