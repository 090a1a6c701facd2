/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tlb.h - loads and invalidations of the made-up machine.
 */
#ifndef ARCH_TLB_H
#define ARCH_TLB_H

#include <stdint.h>
#include <x2/word.h>

void arch_tlb_load(uint64_t word);
void arch_tlb_page(l4_word_t address);

#endif
