/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ptab.h - the machine's part of a space: four levels of page tables, and the set of I/O ports.
 */
#ifndef ARCH_PTAB_H
#define ARCH_PTAB_H

#include <x2/word.h>
#include <arch/pte.h>

enum { IO_FRAMES = 2, IO_TABLES = 3 };	/* 65536 bits; levels below the root */

enum { ARCH_PAGE_LOG2 = PTE_PAGE_LOG2, ARCH_TABLE_LOG2 = PTE_BIG_LOG2 };

/* Tables in which the lookup of a user address can begin, and what one entry of theirs maps. */
enum { ARCH_ROOTS = 1, ARCH_ROOT_LOG2 = 39 };

enum { ARCH_WORK = 4 };	/* budget of a step, in units of about 300 instructions (mem/config.h) */
enum { ARCH_RUN_ENTRIES = 17 };		/* PTEs for one unit, about 14 instructions each */
enum { ARCH_COPY_BYTES = 2048 };	/* of a string, for one unit */

enum { ARCH_TLB_TAGS = 4096 };		/* PCIDs have 12 bits */

/* The I/O ports that a space may use (io.c). Frames by kernel address, 0: not allocated yet. */
struct io_set {
	uint64_t *frame[IO_FRAMES + IO_TABLES];	/* the bitmap: bit p set denies port p; tables that map it */
	bool mapped;			/* all are allocated and in use; else every port is denied */
};

struct arch_space {
	arch_pte_t *root[ARCH_ROOTS];	/* PML4, kernel address */
	arch_pte_t *last_pt;		/* page table of the last lookup (Q2 in kernel/arch/x86/ptab.h) */
	l4_word_t last_pt_at;
	arch_pte_t *last_pd;		/* page directory of the last lookup */
	l4_word_t last_pd_at;
	struct io_set io;
	uint64_t below[ARCH_ROOTS];	/* PTE_BELOW of a root, which no entry points at */
};

#endif
