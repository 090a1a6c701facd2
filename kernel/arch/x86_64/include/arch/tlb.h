/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tlb.h - loads of CR3 and invalidations (SDM 3A 4.10), for mem/tlb.c.
 *
 * With PCIDs, bits 11..0 of CR3 are the tag. A load of CR3 with bit 63 set invalidates nothing; with bit 63
 * clear it invalidates the translations under that tag. Without PCIDs it invalidates all translations.
 * Global pages, which only the kernel has, stay.
 */
#ifndef ARCH_TLB_H
#define ARCH_TLB_H

#include <arch/cpu.h>
#include <arch/features.h>

static inline void arch_tlb_load(uint64_t word) { cpu_write_cr3(word); }

/* Load, and invalidate all translations under the tag. */
static inline void arch_tlb_load_fresh(uint64_t word) { cpu_write_cr3(word & ~CR3_KEEP); }

/*
 * Invalidate translations under the loaded tag: arch_tlb_page those of one 4 KiB page, and all of the
 * paging-structure caches (SDM 3A 4.10.4.1); arch_tlb_all everything.
 */
static inline void arch_tlb_page(l4_word_t address) { cpu_invlpg(address); }

static inline void arch_tlb_all(uint64_t word)
{
	if (feature_used(FEATURE_INVPCID))
		cpu_invpcid(word & CR3_TAG);
	else
		arch_tlb_load_fresh(word);
}

/* Returns true if word is the value in CR3. */
static inline bool arch_tlb_loaded(uint64_t word) { return cpu_read_cr3() == (word & ~CR3_KEEP); }

#endif
