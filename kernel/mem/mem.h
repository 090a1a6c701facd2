/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mem.h - all mutable state of kernel memory, address spaces and mappings, in one variable that a test can
 * copy. It does not refer to threads. Access rules: those of core/kernel.h.
 */
#ifndef MEM_MEM_H
#define MEM_MEM_H

#include <mem/attribute.h>
#include <mem/config.h>
#include <mem/kmem.h>
#include <mem/reserved.h>
#include <mem/tlb.h>
#include <lib/tree.h>

struct mapping;

/* The way up from a page through its derivations that was begun last (climb.c). */
struct climb {
	const struct mapping *from, *at;	/* its node, 0: void; the next one above, 0: no walk covers it */
	uint64_t start, address;		/* in their spaces */
};

struct mem {
	bool general;				/* fastpath=off: only the general path is used */
	unsigned walks;				/* M10 */
	struct climb climb;
	struct kmem kmem;
	struct slab spaces;			/* shared block cache, see kmem.h */
	struct tree space_tree;			/* all spaces by number */
	l4_word_t space_numbers;		/* the number of the newest space */
	size_t nspaces, nmappings;	/* nmappings: extents of all spaces */
	struct attributes attributes;		/* of physical memory, set by sigma0 */
	uint64_t kip_frame;			/* physical address of the kernel interface page */
	unsigned nports;
	struct port_range ports[CFG_RESERVED_PORTS];
	unsigned nreserved;
	struct { uint64_t base, size; } reserved[CFG_RESERVED];
	struct tlb tlb[CFG_CPUS];		/* at the end: large */
};

extern struct mem mem;

/* Returns the TLB state of the executing CPU. */
static inline struct tlb *tlb_here(void) { return &mem.tlb[cpu_number()]; }

#endif
