/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * shares.c - how much of the CPU a task that computes has, beside one with many threads that compute.
 */
#include <l4/misc.h>
#include <l4/schedule.h>
#include <pecan/print.h>
#include <pecan/thread.h>

#include "rival.h"

enum {
	NS_PER_MS = 1000000,
	GAP_NS = 20000,			/* between two looks at the counter: another thread ran */
};

void shares_measure(const char *name, L4_Word_t ms)
{
	L4_Word_t begin = __L4_Rdtsc(), now = begin, last, away = 0, longest = 0;

	while (now - begin < ms * NS_PER_MS) {
		last = now;
		now = __L4_Rdtsc();
		if (now - last < GAP_NS)
			continue;
		away += now - last;
		if (now - last > longest)
			longest = now - last;
	}
	printf("\nshare: %s ms %lu thousandths %lu gap %lu\n", name, ms,
	       1000 - away * 1000 / (now - begin), longest / 1000);
}

static void compute(void *unused)
{
	static volatile L4_Word_t count;

	(void)unused;
	for (;;)
		count++;
}

void shares_crowd(L4_Word_t threads)
{
	for (L4_Word_t i = 1; i < threads; i++)
		if (pecan_thread_start(compute, 0, 0, 0) != ROOT_OK)
			printf("\ncrowd: no thread %lu\n", i);
	printf("\ncrowd: there\n");
	compute(0);
}
