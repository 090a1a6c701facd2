/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * resident.h - resident spaces (generic/include/arch/resident.h), if a test chooses them: host_tlb_resident
 * (host.h).
 */
#ifndef ARCH_RESIDENT_H
#define ARCH_RESIDENT_H

#include <stdbool.h>
#include <x2/word.h>

struct space;

bool arch_tlb_is_resident(const struct space *s);
void arch_tlb_page_of(const struct space *s, l4_word_t address);
void arch_tlb_all_of(const struct space *s);

#endif
