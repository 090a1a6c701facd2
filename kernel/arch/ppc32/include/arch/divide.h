/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * divide.h - the division of two words by one, for words32/int64.c. An instruction divides one word, with
 * which most numbers do that the kernel prints; two words are divided by a digit of one bit at a time.
 */
#ifndef ARCH_DIVIDE_H
#define ARCH_DIVIDE_H

#include <x2/word.h>

/* Returns high:low / d, which must fit, and *rest. */
static inline uint32_t arch_divide(uint32_t high, uint32_t low, uint32_t d, uint32_t *rest)
{
	if (!high) {
		*rest = low % d;
		return low / d;
	}
	for (unsigned bit = 0; bit < 32; bit++) {
		bool more = high >> 31;		/* a bit of the rest above the word */

		high = high << 1 | low >> 31;
		low <<= 1;
		if (more || high >= d) {
			high -= d;
			low |= 1;
		}
	}
	*rest = high;
	return low;
}

#endif
