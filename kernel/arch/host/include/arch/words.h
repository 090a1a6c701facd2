/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * words.h - clear and copy n words (core/arch.h).
 */
#ifndef ARCH_WORDS_H
#define ARCH_WORDS_H

#include <x2/word.h>

enum { ARCH_COPY_BYTES = 200 };		/* so that a page uses up a step */

/* A word that may alias any type at any alignment. */
typedef l4_word_t __attribute__((may_alias, aligned(1))) host_word_t;

static inline void arch_words_clear(void *to, size_t n)
{
	for (host_word_t *t = to; n > 0; n--)
		*t++ = 0;
}

static inline void arch_words_copy(void *to, const void *from, size_t n)
{
	const host_word_t *f = from;

	for (host_word_t *t = to; n > 0; n--)
		*t++ = *f++;
}

#endif
