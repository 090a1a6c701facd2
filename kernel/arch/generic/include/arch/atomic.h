/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * atomic.h - changes of a PTE of 64 bits in which the hardware of this CPU or of another sets bits at the
 * same time: none of these bits is lost. The order of accesses to other words is not defined.
 *
 * A CPU without instructions for that (some with words of 32 bits) executes loads and stores instead. That is
 * correct because the kernel runs with interrupts off, and if no hardware and no other CPU changes the word.
 */
#ifndef ARCH_ATOMIC_H
#define ARCH_ATOMIC_H

#include <stdbool.h>
#include <stdint.h>
#include <lib/section.h>

typedef uint64_t atomic_word __attribute__((aligned(8)));	/* a uint64_t is aligned to 4 on some machines */

#define ATOMIC_BY_CPU	__atomic_always_lock_free(sizeof(atomic_word), 0)

/* If *at is *old, sets it to new and returns true. Otherwise sets *old to *at and returns false. */
static INLINE bool atomic_try(uint64_t *at, uint64_t *old, uint64_t new)
{
	if (ATOMIC_BY_CPU)
		return __atomic_compare_exchange_n((atomic_word *)at, old, new, false, __ATOMIC_RELAXED,
						   __ATOMIC_RELAXED);
	if (*at == *old) {
		*at = new;
		return true;
	}
	*old = *at;
	return false;
}

/* If *at is `old`, sets it to new and returns true. Otherwise returns false. */
static INLINE bool atomic_replace(uint64_t *at, uint64_t old, uint64_t new)
{
	return atomic_try(at, &old, new);
}

/* Sets *at to (*at & stay) | add. Returns its old value. */
static INLINE uint64_t atomic_change(uint64_t *at, uint64_t stay, uint64_t add)
{
	uint64_t old = *at;

	while (!atomic_try(at, &old, (old & stay) | add))
		;
	return old;
}

/* Sets *at to 0. Returns its old value. */
static INLINE uint64_t atomic_take(uint64_t *at)
{
	return ATOMIC_BY_CPU ? __atomic_exchange_n((atomic_word *)at, 0, __ATOMIC_RELAXED)
			     : atomic_change(at, 0, 0);
}

#endif
