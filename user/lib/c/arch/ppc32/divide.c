/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * divide.c - uint64_t __udivmoddi4(uint64_t n, uint64_t d, uint64_t *rest): what compilers call to divide
 * numbers of 64 bits. rest may be NULL. With it programs need no library of the compiler. No instruction
 * divides more than a word.
 */
#include <stdint.h>

uint64_t __udivmoddi4(uint64_t n, uint64_t d, uint64_t *rest);

/* high:low / d, of which the result fits, by d below 2^16: two digits of 16 bits. */
static uint32_t divide_by_half(uint32_t high, uint32_t low, uint32_t d, uint32_t *rest)
{
	uint32_t first = high << 16 | low >> 16, second = first % d << 16 | (low & 0xffff);

	*rest = second % d;
	return first / d << 16 | second / d;
}

/* One bit of the quotient at a time, from the first one that can be set. */
static uint64_t divide_long(uint64_t n, uint64_t d, uint64_t *rest)
{
	int bits = n < d ? 0 : __builtin_clzll(d) - __builtin_clzll(n) + 1;
	uint64_t quotient = 0;

	if (bits > 0)
		d <<= bits - 1;
	for (; bits > 0; bits--) {
		quotient <<= 1;
		if (n >= d) {
			n -= d;
			quotient |= 1;
		}
		d >>= 1;
	}
	*rest = n;
	return quotient;
}

static uint64_t divide_short(uint64_t n, uint32_t d, uint64_t *rest)
{
	uint32_t high = (uint32_t)(n >> 32), digit;
	uint32_t low = divide_by_half(high % d, (uint32_t)n, d, &digit);

	*rest = digit;
	return (uint64_t)(high / d) << 32 | low;
}

uint64_t __udivmoddi4(uint64_t n, uint64_t d, uint64_t *rest)
{
	uint64_t ignored;

	if (!rest)
		rest = &ignored;
	if (d == 0)
		__builtin_trap();
	return d >> 16 ? divide_long(n, d, rest) : divide_short(n, (uint32_t)d, rest);
}
