/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * page.h - the PTE of one 4 KiB page (mem/arch.h).
 */
#ifndef ARCH_PAGE_H
#define ARCH_PAGE_H

#include <stdbool.h>
#include <stdint.h>
#include <arch/ptab.h>

uint64_t *arch_page_last(const struct arch_space *s, l4_word_t at);
bool arch_page_mapped(const uint64_t *e);
unsigned arch_page_remove(uint64_t *e);
unsigned arch_page_keep(uint64_t *e, unsigned not, unsigned more);

#endif
