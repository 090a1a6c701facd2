/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * random.h - xorshift64: the same numbers in each run. The state is not 0.
 */
#ifndef GUEST_RANDOM_H
#define GUEST_RANDOM_H

#include "guest.h"

static inline word random_next(word *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

#endif
