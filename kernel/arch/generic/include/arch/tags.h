/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tags.h - what a TLB keeps over a load of another space (mem/tlb.h). This one is for a machine of the kind
 * "loaded": its TLB has no tags, and each load invalidates all translations of user addresses.
 *
 * arch_tlb_tags	returns the number of tags, at most ARCH_TLB_TAGS; 1: no tags
 * arch_tlb_load_fresh	arch_tlb_load, and invalidates all translations under the tag of word
 * arch_tlb_all		invalidates all translations under the tag of word, which is loaded
 * arch_tlb_loaded	returns true if word was loaded last: for checks
 */
#ifndef ARCH_TAGS_H
#define ARCH_TAGS_H

#include <arch/tlb.h>

static inline unsigned arch_tlb_tags(void) { return 1; }
static inline void arch_tlb_load_fresh(uint64_t word) { arch_tlb_load(word); }
static inline void arch_tlb_all(uint64_t word) { arch_tlb_load(word); }

static inline bool arch_tlb_loaded(uint64_t word)
{
	(void)word;
	return true;
}

#endif
