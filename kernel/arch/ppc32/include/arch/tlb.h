/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tlb.h - loads of the segment registers for mem/tlb.c. All spaces are resident (<arch/resident.h>).
 */
#ifndef ARCH_TLB_H
#define ARCH_TLB_H

#include <arch/cpu.h>

/* word: of segment register 0. */
static inline void arch_tlb_load(uint64_t word) { cpu_load_segments((uint32_t)word); }

/* Never called: no space is tied to the load of its segments. */
static inline void arch_tlb_page(l4_word_t address) { (void)address; }

#endif
