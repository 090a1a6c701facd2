/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * words.h - clear and copy n words (generic/include/arch/words.h): whole lines of the cache are cleared by
 * one instruction each. The kernel's memory is cached.
 */
#ifndef ARCH_WORDS_H
#define ARCH_WORDS_H

#include <arch/cpu.h>

/* A word that may alias any type. The CPU loads and stores one at any address. */
typedef l4_word_t __attribute__((may_alias)) words_word_t;

enum { WORDS_LINE = CPU_LINE / sizeof(l4_word_t), WORDS_COPIED = 8 };

static inline void arch_words_clear(void *to, size_t n)
{
	char *t = to;

	for (; (uintptr_t)t % CPU_LINE && n > 0; n--, t += sizeof(l4_word_t))
		*(words_word_t *)(void *)t = 0;
	for (; n >= WORDS_LINE; n -= WORDS_LINE, t += CPU_LINE)
		cpu_dcbz(t);
	for (; n > 0; n--, t += sizeof(l4_word_t))
		*(words_word_t *)(void *)t = 0;
}

/* Copies in ascending order: to may overlap from if it is below it. */
static inline void arch_words_copy(void *to, const void *from, size_t n)
{
	const words_word_t *f = from;
	words_word_t *t = to;

	for (; n >= WORDS_COPIED; n -= WORDS_COPIED, f += WORDS_COPIED, t += WORDS_COPIED) {
		t[0] = f[0], t[1] = f[1], t[2] = f[2], t[3] = f[3];
		t[4] = f[4], t[5] = f[5], t[6] = f[6], t[7] = f[7];
	}
	for (; n > 0; n--)
		*t++ = *f++;
}

#endif
