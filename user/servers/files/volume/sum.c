/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sum.c - see sum.h. A sum is a polynomial over GF(2) modulo that of CRC-32C, with its lowest coefficient in
 * the highest bit. A byte 0 behind what was summed up multiplies it by x^8.
 */
#include <ext2fs/ext2fs.h>

#include "sum.h"

enum { STEP = 64 };

#define ONE		0x80000000
#define POLYNOMIAL	0x82f63b78

static const unsigned char zeros[STEP];

/* What i * STEP bytes 0 multiply by. */
static uint32_t power(unsigned i)
{
	static uint32_t powers[SUM_BYTES_MAX / STEP + 1] = { ONE };
	static unsigned known = 1;

	for (; known <= i; known++)
		powers[known] = ext2fs_crc32c_le(powers[known - 1], zeros, STEP);
	return powers[i];
}

static uint32_t product(uint32_t a, uint32_t b)
{
	uint32_t result = 0;

	for (; a; a <<= 1) {
		if (a & ONE)
			result ^= b;
		b = b & 1 ? b >> 1 ^ POLYNOMIAL : b >> 1;
	}
	return result;
}

uint32_t sum_of_change(const char *was, const char *is, unsigned at, unsigned bytes, unsigned all)
{
	unsigned behind = all - at - bytes, n;
	uint32_t sum = 0;

	for (; bytes > 0; bytes -= n, was += n, is += n) {
		unsigned char difference[STEP];

		n = bytes < STEP ? bytes : STEP;
		for (unsigned i = 0; i < n; i++)
			difference[i] = (unsigned char)(was[i] ^ is[i]);
		sum = ext2fs_crc32c_le(sum, difference, n);
	}
	sum = ext2fs_crc32c_le(sum, zeros, behind % STEP);
	return product(sum, power(behind / STEP));
}
