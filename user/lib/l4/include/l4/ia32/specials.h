/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ia32/specials.h - functions that need machine instructions, small spaces, cache hints. Included by
 * <l4/types.h>.
 */
#ifndef L4_IA32_SPECIALS_H
#define L4_IA32_SPECIALS_H

#include <l4/ia32/types.h>
#include <l4/x86/specials.h>

/* Cache hints of string items, at their place in the item's bits 2..1. */
#define L4_AllocateNewCacheLines	(1 << 1)
#define L4_DoNotAllocateNewCacheLines	(2 << 1)
#define L4_AllocateOnlyNewL1CacheLines	(3 << 1)

/* Small-space specifiers: bits 7..0 of SpaceControl's control (ia32 5). */
#define L4_LargeSpace			(0)

/* location and size in MB; size: a power of two, at least 4. */
static inline L4_Word_t L4_SmallSpace(L4_Word_t location, L4_Word_t size)
{
	return ((location / 2 & ~(size / 4 - 1)) | size / 4) & 0xff;
}

#endif
