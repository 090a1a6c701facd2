/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * user.h - access of the kernel to user memory (generic/include/arch/user.h); near: by the last page table.
 */
#ifndef ARCH_USER_H
#define ARCH_USER_H

#include <arch/kmap.h>
#include <arch/layout.h>
#include <arch/pte.h>

void *arch_user_ptr(struct space *s, l4_word_t at, bool write);
bool arch_copy_in(struct space *s, void *to, l4_word_t from, size_t n);

static inline void *arch_user_near(const struct arch_space *s, l4_word_t at, bool write)
{
	uint64_t need = PTE_P | PTE_U | PTE_A | (write ? PTE_W | PTE_D : 0);
	const arch_pte_t *e = pte_near(s, at);
	uint64_t pa;

	if (!pte_is_near(s, at) || (*e & (need | PTE_PWT | PTE_PCD | PTE_PAT)) != need)
		return 0;
	pa = (*e & PTE_FRAME) | (at & (((l4_word_t)1 << PTE_PAGE_LOG2) - 1));
	return pa < kmap_covered_below ? KMAP_POINTER(pa) : 0;
}

#endif
