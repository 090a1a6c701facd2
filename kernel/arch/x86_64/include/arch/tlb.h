/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tlb.h - loads of CR3 and invalidations (SDM 3A 4.10). mem/tlb.c decides about them.
 *
 * With PCIDs bits 11..0 of CR3 are the tag, and a load with bit 63 keeps what the TLB has under it;
 * without it a load forgets that, and without PCIDs all. Global pages are the kernel's, and stay.
 */
#ifndef ARCH_TLB_H
#define ARCH_TLB_H

#include <arch/cpu.h>
#include <arch/features.h>

static inline void arch_tlb_load(uint64_t word) { cpu_write_cr3(word); }

/* Load, and forget what was under the tag before. */
static inline void arch_tlb_load_fresh(uint64_t word) { cpu_write_cr3(word & ~CR3_KEEP); }

/*
 * Forget what is under the loaded tag: of one page of 4 KiB, and all about tables (SDM 3A 4.10.4.1); or
 * everything.
 */
static inline void arch_tlb_page(l4_word_t address) { cpu_invlpg(address); }

static inline void arch_tlb_all(uint64_t word)
{
	if (feature_used(FEATURE_INVPCID))
		cpu_invpcid(word & CR3_TAG);
	else
		arch_tlb_load_fresh(word);
}

/* Is that what is loaded? */
static inline bool arch_tlb_loaded(uint64_t word) { return cpu_read_cr3() == (word & ~CR3_KEEP); }

#endif
