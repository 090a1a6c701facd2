/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tlb.h - loads of page tables and invalidations, for the model of the TLB. A word is like x86's CR3:
 * the address of the table, the tag in bits 11..0, bit 63: do not invalidate the tag.
 */
#ifndef ARCH_TLB_H
#define ARCH_TLB_H

#include <stdbool.h>
#include <x2/word.h>

#define HOST_TLB_KEEP	((uint64_t)1 << 63)
#define HOST_TLB_TAG	((uint64_t)0xfff)

void arch_tlb_load(uint64_t word);
void arch_tlb_page(l4_word_t address);

#endif
