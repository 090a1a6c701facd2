/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * work.c - see work.h.
 */
#include <stddef.h>

#include "work.h"

enum { WORK_FIRST = WORK_MAX / 8 };	/* up to here a step of any size is begun */

static struct { struct progress *progress; bool bounded, over; unsigned long used; } work;

void work_begin(struct progress *p)
{
	if (work.progress)
		work.progress->used = work.used;
	work.progress = p;
	work.bounded = work.over = false;
	work.used = p ? p->used : 0;
}

void work_bound(void) { work.bounded = work.progress; }
struct progress *work_progress(void) { return work.bounded ? work.progress : NULL; }
void work_add(unsigned long n) { work.used += n; }
unsigned long work_used(void) { return work.used; }
bool work_is_over(void) { return work.over; }

bool work_has(unsigned long n)
{
	work.over |= work.bounded && work.used >= WORK_FIRST && work.used + n > WORK_MAX;
	return !work.over;
}
