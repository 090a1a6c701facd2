/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * resident.h - spaces whose translations may be in use while another space is loaded (mem/tlb.h). This one is
 * for a machine that has none: translations of a space are used while it is loaded, and not otherwise.
 *
 * arch_tlb_is_resident	returns true if s is such a space
 * arch_tlb_page_of	invalidates the translations of one small page of a resident space
 * arch_tlb_all_of	invalidates all translations of a resident space
 */
#ifndef ARCH_RESIDENT_H
#define ARCH_RESIDENT_H

#include <stdbool.h>
#include <x2/word.h>

struct space;

static inline bool arch_tlb_is_resident(const struct space *s)
{
	(void)s;
	return false;
}

static inline void arch_tlb_page_of(const struct space *s, l4_word_t address)
{
	(void)s, (void)address;
}

static inline void arch_tlb_all_of(const struct space *s) { (void)s; }

#endif
