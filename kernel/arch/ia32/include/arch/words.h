/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * words.h - clear and copy n words (generic/include/arch/words.h): one instruction each (SDM 2B, REP). The
 * direction flag is clear in the kernel: entry.S clears it at all entries.
 */
#ifndef ARCH_WORDS_H
#define ARCH_WORDS_H

#include <x2/word.h>

static inline void arch_words_clear(void *to, size_t n)
{
	__asm__ volatile("rep stosl" : "+D"(to), "+c"(n) : "a"(0) : "memory");
}

/* Copies in ascending order: to may overlap from if it is below it. */
static inline void arch_words_copy(void *to, const void *from, size_t n)
{
	__asm__ volatile("rep movsl" : "+D"(to), "+S"(from), "+c"(n) : : "memory");
}

#endif
