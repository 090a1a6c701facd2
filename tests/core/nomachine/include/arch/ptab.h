/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ptab.h - the page table of a space of the made-up machine, and the costs of that machine.
 */
#ifndef ARCH_PTAB_H
#define ARCH_PTAB_H

#include <x2/word.h>

/* Pages of 8 KiB: the portable kernel compiles for other sizes than 4 KiB. Tables of 1024 entries. */
enum { ARCH_PAGE_LOG2 = 13, ARCH_TABLE_LOG2 = 23 };

/* The smallest step that the kernel permits; ranges of one PTE, as the generic ones are; no tags. */
enum { ARCH_WORK = 4, ARCH_RUN_ENTRIES = 1, ARCH_COPY_BYTES = 1024, ARCH_TLB_TAGS = 1 };

typedef uint64_t arch_pte_t;

struct arch_space { void *root; };

#endif
