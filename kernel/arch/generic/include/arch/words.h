/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * words.h - clear and copy n words, at any alignment: loops in C.
 *
 * arch_words_clear	sets them to 0
 * arch_words_copy	copies in ascending order: `to` may overlap `from` if it is below it
 */
#ifndef ARCH_WORDS_H
#define ARCH_WORDS_H

#include <x2/word.h>

/* A word that may alias any type at any alignment. */
typedef l4_word_t __attribute__((may_alias, aligned(1))) words_word_t;

static inline void arch_words_clear(void *to, size_t n)
{
	for (words_word_t *t = to; n > 0; n--)
		*t++ = 0;
}

static inline void arch_words_copy(void *to, const void *from, size_t n)
{
	const words_word_t *f = from;

	for (words_word_t *t = to; n > 0; n--)
		*t++ = *f++;
}

#endif
