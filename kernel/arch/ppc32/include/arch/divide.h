/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * divide.h - the division of two words by one, for words32/int64.c: a digit of one bit at a time. No
 * instruction does it (divwu divides a word), and no frequent operation of the kernel divides.
 */
#ifndef ARCH_DIVIDE_H
#define ARCH_DIVIDE_H

#include <x2/word.h>

/* Returns high:low / d, which must fit, and *rest. */
static inline uint32_t arch_divide(uint32_t high, uint32_t low, uint32_t d, uint32_t *rest)
{
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
