/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ptab.h - what a space owns in the machine: four levels of page tables, and the set of I/O ports.
 */
#ifndef ARCH_PTAB_H
#define ARCH_PTAB_H

#include <x2/word.h>

enum { IO_FRAMES = 2 };			/* 65536 bits */

enum { ARCH_RUN_ENTRIES = 16 };		/* at some 18 instructions each */

enum { ARCH_TLB_TAGS = 4096 };		/* PCIDs have 12 bits */

struct arch_space {
	uint64_t *root;			/* PML4, kernel address */
	uint64_t *near;			/* a table of 4 KiB entries that was used lately, */
	l4_word_t near_at;		/* and which one (kernel/arch/x86_64/ptab.h) */
	uint64_t *mid;			/* the same of a table one level above */
	l4_word_t mid_at;
	uint8_t *io[IO_FRAMES];		/* bit p: port p is denied (the TSS's form); 0: none allowed */
	unsigned io_low, io_high;	/* bytes [low, high) of the bitmap that may have a clear bit */
	uint64_t below;			/* of the root: PTE_BELOW, as an entry that names it would have it */
};

#endif
