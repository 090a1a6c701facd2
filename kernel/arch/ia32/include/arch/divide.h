/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * divide.h - the division of two words by one, for words32/int64.c.
 */
#ifndef ARCH_DIVIDE_H
#define ARCH_DIVIDE_H

#include <x2/word.h>

/* Returns high:low / d, which must fit, and *rest. */
static inline uint32_t arch_divide(uint32_t high, uint32_t low, uint32_t d, uint32_t *rest)
{
	uint32_t q;

	__asm__("divl %4" : "=a"(q), "=d"(*rest) : "0"(low), "1"(high), "r"(d) : "cc");
	return q;
}

#endif
