/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ptab.h - the page table of a space of the made-up machine, and the costs of that machine.
 */
#ifndef ARCH_PTAB_H
#define ARCH_PTAB_H

#include <x2/word.h>

enum { ARCH_PAGE_LOG2 = 13, ARCH_TABLE_LOG2 = 23 };
enum { ARCH_WORK = 4, ARCH_RUN_ENTRIES = 1, ARCH_COPY_BYTES = 1024, ARCH_TLB_TAGS = 1 };

typedef uint64_t arch_pte_t;

struct arch_space { void *root; };

#endif
