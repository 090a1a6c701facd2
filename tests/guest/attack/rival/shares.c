/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * shares.c - how much of the CPU a task that computes has, beside one with many threads, or ever new ones.
 */
#include <l4/misc.h>
#include <l4/schedule.h>
#include <pecan/addresses.h>
#include <pecan/print.h>
#include <pecan/task.h>
#include <pecan/thread.h>

#include "nanoseconds.h"
#include "rival.h"

enum {
	NS_PER_US = 1000, NS_PER_MS = 1000000, SETTLE_MS = 4000, FULL_MS = 200,
	GAP_NS = 20000,			/* between two looks at the counter: another thread ran */
	STACK = 512, MOST = 64, CHURN_MS = 1,
};

static L4_ThreadId_t thread[MOST];
static char stack[MOST][STACK] __attribute__((aligned(16)));

static void ask_root(void)
{
	struct pecan_task own;

	pecan_task_of(L4_nilthread, &own);
}

/* In ns: the time that passed, that of others in it, and the longest piece of theirs. */
struct times { L4_Word64_t passed, away, longest; };

/* Computes for that long, with a request to root each ms if `asks`. */
static struct times compute_for(L4_Word_t ms, bool asks)
{
	L4_Word64_t begin = nanoseconds(), now = begin, last, asked = begin;
	struct times t = { 0 };

	while (now - begin < ms * NS_PER_MS) {
		last = now;
		now = nanoseconds();
		if (now - last > GAP_NS)
			t.away += now - last;
		if (now - last > t.longest)
			t.longest = now - last;
		if (asks && now - asked > NS_PER_MS) {
			asked = now;
			ask_root();
		}
	}
	t.passed = now - begin;
	return t;
}

static void measure(const char *name, L4_Word_t ms, bool asks)
{
	struct times t = compute_for(ms, asks);

	printf("\nshare: %s ms %lu thousandths %lu gap %lu\n", name, ms,
	       (unsigned long)(1000 - t.away * 1000 / t.passed),
	       (unsigned long)(t.longest / NS_PER_US));
}

void shares_measure(const char *name, L4_Word_t ms) { measure(name, ms, false); }

/* ---- the task beside it ---- */

static void compute(void)
{
	static volatile L4_Word_t count;

	for (;;)
		count++;
}

static bool start(unsigned i)
{
	L4_Word_t top = PECAN_CALLED_SP((L4_Word_t)(stack[i] + STACK));
	enum root_error e = pecan_thread_new((L4_Word_t)compute, top, 0, &thread[i]);

	if (e != ROOT_OK)
		printf("\nshares: no thread %u: %s\n", i, pecan_error_text(e));
	return e == ROOT_OK;
}

static void crowd(unsigned threads)
{
	bool all = true;

	for (unsigned i = 1; i < threads && i < MOST; i++)
		all &= start(i);
	if (all)
		printf("\nshares: ready\n");
}

void shares_crowd(unsigned threads)
{
	crowd(threads);
	compute();
}

/* Makes a thread and ends it, each time before its own slice is over. */
void shares_churn(void)
{
	printf("\nshares: ready\n");
	for (;;) {
		bool there = start(1);

		compute_for(CHURN_MS, false);
		if (there)
			pecan_thread_end(thread[1]);
		compute_for(CHURN_MS, false);
	}
}

/* All but one of its threads end; that one measures, when it has had some time to get their share. */
void shares_shrink(const char *name, unsigned threads, L4_Word_t ms)
{
	crowd(threads);
	compute_for(FULL_MS, false);
	for (unsigned i = 1; i < threads && i < MOST; i++)
		pecan_thread_end(thread[i]);
	compute_for(SETTLE_MS, true);
	measure(name, ms, true);
	compute();
}
