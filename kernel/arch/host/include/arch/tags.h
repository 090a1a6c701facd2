/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tags.h - the kind of the TLB (generic/include/arch/tags.h), which a test chooses: host_tlb_tags
 * (host.h).
 */
#ifndef ARCH_TAGS_H
#define ARCH_TAGS_H

#include <arch/tlb.h>

unsigned arch_tlb_tags(void);
void arch_tlb_load_fresh(uint64_t word);
void arch_tlb_all(uint64_t word);
bool arch_tlb_loaded(uint64_t word);

#endif
