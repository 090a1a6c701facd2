/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ptab.h - what a space owns in the machine: four levels of page tables, and the set of I/O ports.
 */
#ifndef ARCH_PTAB_H
#define ARCH_PTAB_H

#include <x2/word.h>

enum { IO_FRAMES = 2, IO_TABLES = 3 };	/* 65536 bits; levels below the root */

enum { ARCH_WORK = 5 };	/* units of some 300 instructions in a step (mem/config.h) */
enum { ARCH_RUN_ENTRIES = 18 };		/* at some 14 instructions each */

enum { ARCH_TLB_TAGS = 4096 };		/* PCIDs have 12 bits */

/* The I/O ports that a space may use (io.c). Frames by kernel address, 0: not taken yet. */
struct io_set {
	uint64_t *frame[IO_FRAMES + IO_TABLES];	/* bit p of the first: port p is denied; tables that map them */
	bool mapped;			/* all are taken and in use; else every port is denied */
};

struct arch_space {
	uint64_t *root;			/* PML4, kernel address */
	uint64_t *near;			/* a table of 4 KiB entries that was used lately, */
	l4_word_t near_at;		/* and which one (kernel/arch/x86_64/ptab.h) */
	uint64_t *mid;			/* the same of a table one level above */
	l4_word_t mid_at;
	struct io_set io;
	uint64_t below;			/* of the root: PTE_BELOW, as an entry that names it would have it */
};

#endif
