/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * shift.c - shifts of 64 bits by 0 to 63 and counts of zeros, which compilers call where they optimise for
 * size.
 */
#include <stdint.h>

uint64_t __ashldi3(uint64_t n, int by);
uint64_t __lshrdi3(uint64_t n, int by);
int64_t __ashrdi3(int64_t n, int by);
int __clzdi2(uint64_t n);

static uint64_t from_words(uint32_t high, uint32_t low) { return (uint64_t)high << 32 | low; }

uint64_t __ashldi3(uint64_t n, int by)
{
	uint32_t high = (uint32_t)(n >> 32), low = (uint32_t)n;

	if (by >= 32)
		return from_words(low << (by - 32), 0);
	return by == 0 ? n : from_words(high << by | low >> (32 - by), low << by);
}

uint64_t __lshrdi3(uint64_t n, int by)
{
	uint32_t high = (uint32_t)(n >> 32), low = (uint32_t)n;

	if (by >= 32)
		return from_words(0, high >> (by - 32));
	return by == 0 ? n : from_words(high >> by, high << (32 - by) | low >> by);
}

int64_t __ashrdi3(int64_t n, int by)
{
	uint64_t sign = n < 0 ? UINT64_MAX : 0;

	return (int64_t)(by == 0 ? (uint64_t)n : __lshrdi3((uint64_t)n, by) | __ashldi3(sign, 64 - by));
}

int __clzdi2(uint64_t n)
{
	uint32_t high = (uint32_t)(n >> 32);

	return high ? __builtin_clz(high) : 32 + __builtin_clz((uint32_t)n);
}
