/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * atomic.h - changes of a 64-bit word in which the hardware of this CPU or of another sets bits at the same
 * time: none of these bits is lost. The order of accesses to other words is not defined.
 */
#ifndef LIB_ATOMIC_H
#define LIB_ATOMIC_H

#include <stdbool.h>
#include <stdint.h>
#include <lib/section.h>

typedef uint64_t atomic_word __attribute__((aligned(8)));	/* a uint64_t is aligned to 4 on some machines */

/* If *at is `old`, sets it to new and returns true. Otherwise returns false. */
static INLINE bool atomic_replace(uint64_t *at, uint64_t old, uint64_t new)
{
	return __atomic_compare_exchange_n((atomic_word *)at, &old, new, false, __ATOMIC_RELAXED,
					   __ATOMIC_RELAXED);
}

/* Sets *at to 0. Returns its old value. */
static INLINE uint64_t atomic_take(uint64_t *at)
{
	return __atomic_exchange_n((atomic_word *)at, 0, __ATOMIC_RELAXED);
}

/* Sets *at to (*at & stay) | add. Returns its old value. */
static INLINE uint64_t atomic_change(uint64_t *at, uint64_t stay, uint64_t add)
{
	uint64_t old = *at;

	while (!__atomic_compare_exchange_n((atomic_word *)at, &old, (old & stay) | add, false,
					    __ATOMIC_RELAXED, __ATOMIC_RELAXED))
		;
	return old;
}

#endif
