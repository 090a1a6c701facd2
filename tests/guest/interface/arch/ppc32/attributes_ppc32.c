/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * attributes_ppc32.c - see attributes.h (ppc32 11).
 */
#include "attributes.h"

const word no_attribute[] = { 5, 6, 7, 8, 9, 16, -1ul, 0 };

unsigned attributes(word *name)
{
	for (word i = 0; i < ATTRIBUTES; i++)
		name[i] = L4_UncacheableMemory + i;
	return ATTRIBUTES;
}

bool has_some_attribute(void) { return true; }

/* Each CPU can. */
void need_flush(void) { }
