/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * words.h - runs of words: one instruction each (SDM 2B, REP). The direction flag is clear in the
 * kernel: SYSCALL masks it, and entry.S clears it after the other ways in.
 */
#ifndef ARCH_WORDS_H
#define ARCH_WORDS_H

#include <x2/word.h>

enum { ARCH_COPY_BYTES = 2048 };	/* copied for one unit of a step (mem/config.h) */

static inline void arch_words_clear(void *to, size_t n)
{
	__asm__ volatile("rep stosq" : "+D"(to), "+c"(n) : "a"(0) : "memory");
}

/* The first word first: to may lie below from and overlay it. */
static inline void arch_words_copy(void *to, const void *from, size_t n)
{
	__asm__ volatile("rep movsq" : "+D"(to), "+S"(from), "+c"(n) : : "memory");
}

#endif
