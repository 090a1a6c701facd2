/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * notes.c - what was noted of the requests to the disk: see fake.h. And the date.
 */
#include <time.h>

#include <pecan/date.h>
#include "fake.h"

uint64_t pecan_date(void)
{
	return (uint64_t)(fake->date ? fake->date : time(NULL));
}

static bool is_in(const struct note *n, uint64_t sector)
{
	return sector >= n->sector && sector - n->sector < n->sectors;
}

int disk_noted(char kind, uint64_t sector)
{
	for (unsigned i = 0; i < fake->noted; i++)
		if (fake->note[i].kind == kind && (kind == 'f' || is_in(&fake->note[i], sector)))
			return (int)i;
	return -1;
}

bool disk_in_order(uint64_t first, uint64_t second)
{
	int a = disk_noted('w', first), b = (int)fake->noted - 1, flushes = 0;

	while (b >= 0 && (fake->note[b].kind != 'w' || !is_in(&fake->note[b], second)))
		b--;
	for (int i = a; i < b; i++)
		flushes += fake->note[i].kind == 'f';
	return a >= 0 && b >= 0 && flushes > 0;
}
