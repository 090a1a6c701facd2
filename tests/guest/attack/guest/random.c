/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * random.c - the same numbers in each run.
 */
#include "attack.h"
#include "random.h"

word random_below(word limit)
{
	static uint64_t state = 0x9e3779b97f4a7c15;

	return (random_next(&state) >> 11) % limit;
}
