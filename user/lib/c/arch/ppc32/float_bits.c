/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * float_bits.c - integers of 64 bits and the bits of IEEE 754 numbers, without a floating-point instruction:
 * the parts of float.S that are C. To the nearest number, of two to the even one.
 */
#include <stdbool.h>
#include <stdint.h>

enum {
	DOUBLE_BITS = 52, DOUBLE_BIAS = 1023, DOUBLE_EXPONENTS = 0x7ff, SINGLE_BITS = 23, SINGLE_BIAS = 127,
	WORD = 63,			/* the highest bit of an integer */
};

#define DOUBLE_SIGN	((uint64_t)1 << 63)
#define SINGLE_SIGN	((uint32_t)1 << 31)

uint64_t __float_double(int64_t n);
uint64_t __float_double_unsigned(uint64_t n);
uint32_t __float_single(int64_t n);
uint32_t __float_single_unsigned(uint64_t n);
int64_t __float_integer(uint64_t number);
uint64_t __float_integer_unsigned(uint64_t number);

/* A number with so many bits of fraction. The bit before the fraction is added to the exponent. */
static uint64_t bits_of(uint64_t n, unsigned bits, unsigned bias)
{
	unsigned log2 = n ? WORD - (unsigned)__builtin_clzll(n) : 0;
	uint64_t fraction, rest, half;

	if (n == 0)
		return 0;
	if (log2 <= bits)
		return ((uint64_t)(bias + log2 - 1) << bits) + (n << (bits - log2));
	fraction = n >> (log2 - bits);
	half = (uint64_t)1 << (log2 - bits - 1);
	rest = n & (2 * half - 1);
	fraction += rest > half || (rest == half && fraction % 2 == 1);
	return ((uint64_t)(bias + log2 - 1) << bits) + fraction;
}

static uint64_t magnitude_of(int64_t n) { return n < 0 ? -(uint64_t)n : (uint64_t)n; }

uint64_t __float_double_unsigned(uint64_t n) { return bits_of(n, DOUBLE_BITS, DOUBLE_BIAS); }
uint32_t __float_single_unsigned(uint64_t n) { return (uint32_t)bits_of(n, SINGLE_BITS, SINGLE_BIAS); }

uint64_t __float_double(int64_t n)
{
	return __float_double_unsigned(magnitude_of(n)) | (n < 0 ? DOUBLE_SIGN : 0);
}

uint32_t __float_single(int64_t n)
{
	return __float_single_unsigned(magnitude_of(n)) | (n < 0 ? SINGLE_SIGN : 0);
}

/* The number without sign and fraction; one that is too large is the largest integer. */
uint64_t __float_integer_unsigned(uint64_t number)
{
	int log2 = (int)(number >> DOUBLE_BITS & DOUBLE_EXPONENTS) - DOUBLE_BIAS;
	uint64_t n = (number & (((uint64_t)1 << DOUBLE_BITS) - 1)) | (uint64_t)1 << DOUBLE_BITS;

	if (log2 < 0)
		return 0;
	if (log2 > WORD)
		return ~(uint64_t)0;
	return log2 >= DOUBLE_BITS ? n << (log2 - DOUBLE_BITS) : n >> (DOUBLE_BITS - log2);
}

int64_t __float_integer(uint64_t number)
{
	uint64_t n = __float_integer_unsigned(number);

	return (int64_t)(number & DOUBLE_SIGN ? -n : n);
}
