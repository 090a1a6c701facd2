/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * resident.h - spaces whose translations may be in use while another space is loaded (generic/resident.h):
 * small ones, which have linear addresses of their own.
 */
#ifndef ARCH_RESIDENT_H
#define ARCH_RESIDENT_H

#include <arch/tlb.h>

static inline bool arch_tlb_is_resident(const struct space *s) { return s->arch.base; }

static inline void arch_tlb_page_of(const struct space *s, l4_word_t address)
{
	arch_tlb_page(s->arch.base + address);
}

static inline void arch_tlb_all_of(const struct space *s)
{
	(void)s;
	tlb_flush_all();
}

#endif
