/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dice.h - random numbers of a test, the same ones after the same seed.
 */
#ifndef TESTS_CORE_HOST_DICE_H
#define TESTS_CORE_HOST_DICE_H

#include <stdint.h>

static uint32_t seed;

/* Below n. */
static inline unsigned dice(unsigned n)
{
	seed = seed * 1664525u + 1013904223u;
	return (seed >> 10) % n;
}

#endif
