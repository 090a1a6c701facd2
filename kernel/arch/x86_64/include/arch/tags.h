/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tags.h - process-context identifiers, PCIDs (generic/include/arch/tags.h; SDM 3A 4.10).
 *
 * With PCIDs, bits 11..0 of CR3 are the tag. A load of CR3 with bit 63 set invalidates nothing; with bit 63
 * clear it invalidates the translations under that tag. Without PCIDs it invalidates all translations.
 * Global pages, which only the kernel has, stay.
 */
#ifndef ARCH_TAGS_H
#define ARCH_TAGS_H

#include <arch/features.h>
#include <arch/tlb.h>

unsigned arch_tlb_tags(void);

static inline void arch_tlb_load_fresh(uint64_t word) { cpu_write_cr3(word & ~CR3_KEEP); }

static inline void arch_tlb_all(uint64_t word)
{
	if (feature_used(FEATURE_INVPCID))
		cpu_invpcid(word & CR3_TAG);
	else
		arch_tlb_load_fresh(word);
}

static inline bool arch_tlb_loaded(uint64_t word) { return cpu_read_cr3() == (word & ~CR3_KEEP); }

#endif
