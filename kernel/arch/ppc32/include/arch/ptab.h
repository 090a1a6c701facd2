/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ptab.h - the machine's part of a space: two levels of page tables of 1024 entries, and the number of its
 * segments.
 */
#ifndef ARCH_PTAB_H
#define ARCH_PTAB_H

#include <x2/word.h>
#include <arch/pte.h>

enum { ARCH_PAGE_LOG2 = PTE_PAGE_LOG2, ARCH_TABLE_LOG2 = PTE_TABLE_LOG2 };

enum { ARCH_WORK = 4 };	/* budget of a step, in units of about 300 instructions (mem/config.h) */
enum { ARCH_RUN_ENTRIES = 12 };		/* PTEs for one unit, about 20 instructions each */
enum { ARCH_COPY_BYTES = 1024 };	/* of a string, for one unit */

/* Segments take the place of tags: tag 0 is the only one. A second place, as gcc does not know that. */
enum { ARCH_TLB_TAGS = 2 };

struct arch_space {
	uint32_t *root;		/* page directory: physical addresses of page tables, or 0 */
	uint32_t seg;		/* value of segment register 0; the others follow (vsid.h) */
	unsigned tables;	/* the number of page tables */
	unsigned freed;		/* in a teardown: entries of the directory that are free already */
};

#endif
