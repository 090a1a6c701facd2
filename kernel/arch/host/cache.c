/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cache.c - memory attributes of the host machine, with the names of x86, and a model of its cache, which
 * contains each frame of RAM that was accessed with the default attribute, until the frame is flushed.
 */
#include <core/arch.h>
#include "host.h"

enum { FRAME_LOG2 = 12 };

/* As on x86: the index of its page attribute table (protocols 7.6). */
uint8_t arch_attribute(l4_word_t name)
{
	switch (name) {
	case L4_MEMORY_DEFAULT:
	case L4_MEMORY_WRITE_BACK:
		return 0;
	case L4_MEMORY_WRITE_THROUGH:
	case L4_MEMORY_UNCACHEABLE:
	case L4_MEMORY_WRITE_COMBINING:
	case L4_MEMORY_WRITE_PROTECTED:
		return (uint8_t)(name - 1);
	default:
		return ARCH_NO_ATTRIBUTE;
	}
}

l4_word_t arch_attribute_name(uint8_t attr) { return attr ? attr + 1u : L4_MEMORY_DEFAULT; }

static uint8_t bit(uint64_t pa) { return (uint8_t)(1u << (pa >> FRAME_LOG2 & 7)); }

void host_cache_access(uint64_t pa, uint8_t attr)
{
	if (attr == 0 && pa < HOST_MEMORY)
		host.cached[pa >> FRAME_LOG2 >> 3] |= bit(pa);
}

bool host_cached(uint64_t pa) { return host.cached[pa >> FRAME_LOG2 >> 3] & bit(pa); }

uint64_t arch_cache_flush(uint64_t pa, uint64_t bytes)
{
	uint64_t frame_end = (pa | ((1 << FRAME_LOG2) - 1)) + 1;

	if (pa >= HOST_MEMORY)
		return bytes;
	host.flushes++;
	if (!host_tlb_caches(pa))
		host.cached[pa >> FRAME_LOG2 >> 3] &= (uint8_t)~bit(pa);
	return bytes < frame_end - pa ? bytes : frame_end - pa;
}
