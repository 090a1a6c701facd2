/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * victim.c - a thread that wakes at times that it knows.
 */
#include <l4/misc.h>
#include <l4/schedule.h>
#include <pecan/print.h>

#include "nanoseconds.h"
#include "rival.h"

enum { LEAST_US = 20, SPREAD_US = 180, NS_PER_US = 1000 };

/* How late it woke after a sleep of that period, in ns, its own system call with it; the clock counts us. */
static L4_SignedWord_t late(L4_Word_t period_us)
{
	L4_Word64_t before = nanoseconds();

	L4_Sleep(L4_TimePeriod(period_us));
	return (L4_SignedWord_t)(nanoseconds() - before - period_us * NS_PER_US);
}

void victim_run(const char *name, L4_Word_t wakes, L4_Word_t seed, L4_Word_t limit_us)
{
	L4_SignedWord_t most = 0, limit = (L4_SignedWord_t)limit_us * NS_PER_US;
	L4_Word_t at = 0, above = 0;
	struct breaker b = { 0 };

	breaker_seed(&b, seed);
	printf("\nlate: %s begins\n", name);
	late(LEAST_US);			/* its pages are there: a fault is work at its priority, above other victims */
	for (L4_Word_t i = 0; i < wakes; i++) {
		L4_SignedWord_t ns = late(LEAST_US + breaker_random(&b) % SPREAD_US);

		above += ns > limit;
		if (ns > most) {
			most = ns;
			at = i;
		}
	}
	printf("\nlate: %s wakes %lu most %ld at %lu above %lu\n", name, wakes, most, at, above);
	L4_Sleep(L4_Never);		/* so is the end of its task */
}
