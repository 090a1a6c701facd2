/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ptab.h - the page table of a host space: three levels of frames from the kernel's pool, so that
 * copying the pool copies it too. Pages of 4 KiB, 2 MiB and 1 GiB, as on x86-64.
 */
#ifndef ARCH_PTAB_H
#define ARCH_PTAB_H

#include <x2/word.h>

enum { ARCH_PAGE_LOG2 = 12, ARCH_TABLE_LOG2 = 21 };	/* a small page; what a page table maps */

enum { ARCH_WORK = 20 };		/* longer steps than on x86-64: tests act at each point between steps */
enum { ARCH_RUN_ENTRIES = 1 };		/* small, so that ranges are often split between steps */
enum { ARCH_COPY_BYTES = 200 };		/* so that a page uses up a step */

enum { ARCH_TLB_TAGS = 8 };		/* limit of host_tlb_tags */

typedef uint64_t arch_pte_t;

struct arch_space {
	void *root;
	void *io[2];			/* port bitmap: two frames, a set bit permits; or 0 */
	struct { uint32_t low, high; } seg;	/* as on ia32, for its short path: all differ */
	l4_word_t ipc_return;
	uint16_t iomap;
};

#endif
