/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * gateway.h - the page through which programs call the kernel (gateway.S): an `sc` for each call, at the same
 * address in all spaces. The kernel knows the call by the address of the `sc`, and returns to LR.
 */
#ifndef ARCH_GATEWAY_H
#define ARCH_GATEWAY_H

#include <x2/call.h>

#define GATEWAY_ADDRESS 0xfffff000ul	/* a 16-bit immediate reaches all of it */

enum {
	GATEWAY_SLOT_LOG2	= 3,
	GATEWAY_SLOT		= 1 << GATEWAY_SLOT_LOG2,
	GATEWAY_SC_BYTES	= 4,
	GATEWAY_NULL		= L4_CALLS,	/* the slot of the null call, which only entry.S knows */
	GATEWAY_SLOTS,
};

/*
 * Returns the call whose `sc` returns to ip; L4_CALLS or more if there is none: the rotation moves low bits
 * that do not match to the top of the word.
 */
static inline l4_word_t gateway_call(l4_word_t ip)
{
	l4_word_t off = ip - (l4_word_t)(GATEWAY_ADDRESS + GATEWAY_SC_BYTES);

	return off >> GATEWAY_SLOT_LOG2 | off << (L4_WORD_BITS - GATEWAY_SLOT_LOG2);
}

/* Returns the address that programs call: the link in the KIP. */
static inline l4_word_t gateway_link(unsigned slot)
{
	return (l4_word_t)(GATEWAY_ADDRESS + ((l4_word_t)slot << GATEWAY_SLOT_LOG2));
}

#endif
