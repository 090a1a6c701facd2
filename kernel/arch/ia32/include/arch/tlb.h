/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tlb.h - loads of CR3, and invalidations of one page (SDM 3A 4.10), for mem/tlb.c.
 */
#ifndef ARCH_TLB_H
#define ARCH_TLB_H

#include <arch/cpu.h>

/* What the end of an NMI's task loads (trap_nmi). Set first: one may come before CR3 is loaded, or after. */
extern uint32_t tlb_cr3;

/* Set while user translations of a large space may be global (small.c). */
extern bool tlb_globals;

/* Invalidates all translations, global ones too. */
void tlb_flush_all(void);

static inline void arch_tlb_load(uint64_t word)
{
	tlb_cr3 = (uint32_t)word;
	cpu_write_cr3((l4_word_t)word);
	if (tlb_globals)
		tlb_flush_all();
}

/* Also invalidates all of the paging-structure caches (SDM 3A 4.10.4.1). */
static inline void arch_tlb_page(l4_word_t address) { cpu_invlpg(address); }

#endif
