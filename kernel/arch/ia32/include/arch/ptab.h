/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ptab.h - the machine's part of a space: three levels of page tables (PAE), and the set of I/O ports.
 */
#ifndef ARCH_PTAB_H
#define ARCH_PTAB_H

#include <x2/word.h>
#include <arch/pte.h>
#include <lib/list.h>

enum { ARCH_PAGE_LOG2 = 12, ARCH_TABLE_LOG2 = 21 };	/* a small page; what a page table maps */

/* Tables in which the lookup of a user address can begin, and what one entry of theirs maps. */
enum { ARCH_ROOTS = 3, ARCH_ROOT_LOG2 = 21 };

enum { ARCH_WORK = 4 };	/* budget of a step, in units of about 300 instructions (mem/config.h) */
enum { ARCH_RUN_ENTRIES = 4 };		/* PTEs for one unit, about 80 instructions each */
enum { ARCH_COPY_BYTES = 1024 };	/* of a string, for one unit */

/* PCIDs exist in long mode only: tag 0 is the only one. A second place, as gcc does not know that. */
enum { ARCH_TLB_TAGS = 2 };

enum { IO_FRAMES = 2 };			/* 65536 bits */

/* The I/O ports that a space may use (io.c). Frames by kernel address, 0: not allocated yet. */
struct io_set {
	uint64_t *frame[IO_FRAMES];	/* the bitmap: bit p set denies port p */
	bool mapped;			/* all are allocated and in use; else every port is denied */
	uint16_t offset;		/* for TSS.iomap: where the bitmap is, or IO_NONE */
};

enum { PDPT_ENTRIES = 4, PDPT_BYTES = 32 };

struct arch_space {
	arch_pte_t *root[ARCH_ROOTS];	/* page directories of the three gigabytes, kernel addresses */
	arch_pte_t *last_pt;		/* page table of the last lookup (Q2 in kernel/arch/x86/ptab.h) */
	l4_word_t last_pt_at;
	arch_pte_t *last_pd;		/* not used: directories are roots */
	l4_word_t last_pd_at;
	struct io_set io;
	uint64_t below[ARCH_ROOTS];	/* PTE_BELOW of a root */
	l4_word_t ipc_return;	/* behind the SYSENTER of its KIP; set when C exits to one of its threads */
	struct { uint32_t low, high; } seg;	/* descriptor of its code segment (L5 in kernel/arch/ia32/local.h) */
	l4_word_t base, size;	/* of a small space (small.c): its slots; 0: it is large */
	struct list grown;	/* Z4 in small.c: it has global_parts of its tables to make local */
	unsigned global_parts;
	arch_pte_t pdpt[PDPT_ENTRIES] __attribute__((aligned(PDPT_BYTES)));	/* CR3 points at it */
};

#endif
