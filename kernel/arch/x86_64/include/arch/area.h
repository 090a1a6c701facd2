/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * area.h - what the page tables that both x86 machines have (ptab_arch.c) must know of small spaces: there
 * are none here. The functions: kernel/arch/ia32/include/arch/area.h.
 */
#ifndef ARCH_AREA_H
#define ARCH_AREA_H

#include <arch/pte.h>
#include <x2/word.h>

struct space;

static inline l4_word_t area_base(const struct space *s)
{
	(void)s;
	return 0;
}

static inline l4_word_t area_address(const struct space *s, l4_word_t linear)
{
	(void)s;
	return linear;
}

static inline bool area_takes(struct space *s, l4_word_t address, unsigned log2)
{
	(void)s, (void)address, (void)log2;
	return true;
}

static inline void area_note(struct space *s, l4_word_t address, arch_pte_t e)
{
	(void)s, (void)address, (void)e;
}

static inline void area_leave(struct space *s) { (void)s; }

struct pte_place { };

static inline struct pte_place pte_place_of(const struct space *s)
{
	(void)s;
	return (struct pte_place){ };
}

static inline arch_pte_t pte_placed(struct pte_place p, arch_pte_t e)
{
	(void)p;
	return e;
}

#endif
