/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * random.h - xorshift64: the same numbers in each run. The state is not 0. A result is the upper bits of it.
 */
#ifndef GUEST_RANDOM_H
#define GUEST_RANDOM_H

#include "guest.h"

static inline word random_next(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return (word)(*state >> (64 - L4_BITS_PER_WORD));
}

/* The same with 32 bits of state (xorshift32). */
static inline uint32_t random_next32(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

#endif
