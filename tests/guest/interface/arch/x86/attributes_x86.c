/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * attributes_x86.c - see attributes.h (protocols 7.6).
 */
#include "attributes.h"

const word no_attribute[] = { 3, 6, 7, 9, 16, -1ul, 0 };

unsigned attributes(word *name)
{
	static const word all[ATTRIBUTES] = {
		L4_WriteBackMemory, L4_WriteThroughMemory, L4_UncacheableMemory, L4_WriteCombiningMemory,
		L4_WriteProtectedMemory,
	};
	unsigned n = pat_usable() ? 5 : 3;

	for (unsigned i = 0; i < n; i++)
		name[i] = all[i];
	return n;
}

bool has_some_attribute(void) { return pat_usable(); }
