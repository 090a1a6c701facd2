/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * parked.c - see parked.h.
 */
#include <l4/thread.h>

#include "parked.h"

static struct parked parked[PARKED];	/* the first `count` ones */
static unsigned count;

bool parked_has_place(void)
{
	return count < PARKED;
}

void parked_put(const struct parked *p)
{
	parked[count++] = *p;
}

bool parked_any(void)
{
	return count > 0;
}

static void remove_at(unsigned i)
{
	parked[i] = parked[--count];
}

bool parked_next(struct parked *p)
{
	for (unsigned i = 0; i < count; i++)
		if (cache_can_go_on(&parked[i].misses)) {
			*p = parked[i];
			remove_at(i);
			return true;
		}
	return false;
}

void parked_forget(L4_ThreadId_t thread)
{
	for (unsigned i = count; i-- > 0; )
		if (L4_IsThreadEqual(parked[i].thread, thread))
			remove_at(i);
}
