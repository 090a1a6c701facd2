/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * real.c - code at physical addresses. See real.h.
 */
#include <stdlib.h>

#include "real.h"

enum { MOST = 4 };

static struct { uint64_t low, high; } ranges[MOST];
static unsigned count;

bool real_add(const char *value)
{
	char *colon;
	uint64_t low = strtoull(value, &colon, 0);

	if (*colon != ':' || count == MOST)
		return false;
	ranges[count].low = low;
	ranges[count++].high = strtoull(colon + 1, NULL, 0);
	return true;
}

bool real_has(uint64_t va)
{
	for (unsigned i = 0; i < count; i++)
		if (va >= ranges[i].low && va < ranges[i].high)
			return true;
	return false;
}

bool real_any(void) { return count > 0; }
