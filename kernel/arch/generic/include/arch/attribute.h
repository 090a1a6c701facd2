/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * attribute.h - memory attributes (api 7.4) and caches. This one is for a machine that has default memory
 * only and coherent caches.
 *
 * arch_attribute	returns the machine's code, below 2^LEAF_ATTR_BITS, for an attribute of MemoryControl: 0
 *			for default memory, ARCH_NO_ATTRIBUTE if the machine does not have it
 * arch_attribute_name	the reverse
 * arch_cache_flush	writes back and invalidates the cache lines of physical memory from pa on: to the end of
 *			its frame, or of the memory that the kernel cannot reach, which is not cached; at most
 *			`bytes`. Returns the number of bytes that are done, more than 0
 */
#ifndef ARCH_ATTRIBUTE_H
#define ARCH_ATTRIBUTE_H

#include <x2/call.h>

static inline uint8_t arch_attribute(l4_word_t name)
{
	return name == L4_MEMORY_DEFAULT ? 0 : ARCH_NO_ATTRIBUTE;
}

static inline l4_word_t arch_attribute_name(uint8_t attr)
{
	(void)attr;
	return L4_MEMORY_DEFAULT;
}

static inline uint64_t arch_cache_flush(uint64_t pa, uint64_t bytes)
{
	(void)pa;
	return bytes;
}

#endif
