/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * resident.h - spaces whose translations may be in use while another space is loaded (generic/resident.h):
 * all. The change of a PTE invalidates its translations at once, wherever it is done (hash_remove), so
 * nothing is left to be invalidated.
 */
#ifndef ARCH_RESIDENT_H
#define ARCH_RESIDENT_H

#include <stdbool.h>
#include <x2/word.h>

struct space;

static inline bool arch_tlb_is_resident(const struct space *s)
{
	(void)s;
	return true;
}

static inline void arch_tlb_page_of(const struct space *s, l4_word_t address)
{
	(void)s, (void)address;
}

static inline void arch_tlb_all_of(const struct space *s) { (void)s; }

#endif
