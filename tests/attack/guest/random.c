/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * random.c - xorshift64: the same numbers in each run.
 */
#include "attack.h"

word random_below(word limit)
{
	static word x = 0x9e3779b97f4a7c15;

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	return (x >> 11) % limit;
}
