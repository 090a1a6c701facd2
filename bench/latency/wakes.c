/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wakes.c - how late a thread wakes, and what one that computes loses, beside a crowd below it whose timeouts
 * end at the same instant, or around it. See latency.h.
 */
#include <l4/misc.h>
#include <l4/schedule.h>

#include "latency.h"
#include "nanoseconds.h"

enum {
	BELOW = 50, ALIGN_US = 1024, NS = 1000,
	AHEAD_US = 400 * ALIGN_US,	/* enough for all to sleep */
	FINE_US = 900,			/* before the instant: a time point is exact for 1,023 us */
	COMPUTE_US = 200, BEFORE_US = 10,
	ROW_CYCLES = 250,		/* between two looks at the time, or more, something else has run */
};

static const unsigned counts[] = { 0, 100, 1000, CROWD_MAX };
static const unsigned priorities[] = { 200, 124 };
static const int offsets[] = { -8, -2, -1, 0, 1, 2, 3, 8, 20 };	/* us from the crowd's instant */

static volatile L4_Word64_t instant;	/* of the crowd, us */
static volatile bool spread;		/* each begins when it can, so that the instants lie around it */
static volatile unsigned asleep, woken;
static volatile L4_Word_t member[CROWD_MAX];

/* The victim's task and result. */
static struct { volatile int offset; volatile bool computes; volatile L4_Word64_t ns; } asked;
static L4_ThreadId_t victim;

static void sleep_until(L4_Word64_t us)
{
	L4_Sleep(__L4_TimePointFrom((L4_Clock_t){ .raw = us }, L4_SystemClock()));
}

static void member_main(void)
{
	member[crowd_index()] = L4_Myself().raw;
	for (;;) {
		asleep++;
		if (spread)
			L4_Sleep(L4_TimePeriod(AHEAD_US));
		else
			sleep_until(instant);
		woken++;
		L4_Receive(main_thread);
	}
}

/* Sleeps nearly until then, and computes up to the last `before` us. */
static void approach(L4_Word64_t until, L4_Word64_t before)
{
	sleep_until((until - FINE_US) / ALIGN_US * ALIGN_US);
	while (L4_SystemClock().raw + before < until)
		continue;
}

/* What nanoseconds() shows at the beginning of this us of the clock. */
static L4_Word64_t begin_of_us(L4_Word64_t *us)
{
	L4_Word64_t ns, first = L4_SystemClock().raw;

	do
		ns = nanoseconds();
	while ((*us = L4_SystemClock().raw) == first);
	return ns;
}

/* How late it wakes, its own system call with it. */
static L4_Word64_t wake(L4_Word64_t until)
{
	L4_Word64_t us, ns;

	approach(until, FINE_US);
	ns = begin_of_us(&us);
	sleep_until(until);
	return nanoseconds() - ns - (until - us) * NS;
}

/* What it loses to others while it computes. */
static L4_Word64_t compute(L4_Word64_t until)
{
	L4_Word64_t lost = 0, last, at;

	approach(until, BEFORE_US);
	last = nanoseconds();
	for (L4_Word64_t end = last + (BEFORE_US + COMPUTE_US) * NS; last < end; last = at) {
		at = nanoseconds();
		if (at - last > ROW_CYCLES)
			lost += at - last;
	}
	return lost;
}

static void victim_main(void)
{
	for (;;) {
		L4_Word64_t until;

		L4_Receive(main_thread);
		until = instant + (L4_Word64_t)(L4_SignedWord_t)asked.offset;
		asked.ns = asked.computes ? compute(until) : wake(until);
		L4_Set_MsgTag(L4_Niltag);
		L4_Send(main_thread);
	}
}

static void crowd_sleeps(unsigned n)
{
	static unsigned made;
	L4_Word64_t begin = L4_SystemClock().raw;

	asleep = woken = 0;
	instant = (begin + AHEAD_US) / ALIGN_US * ALIGN_US;
	for (unsigned i = 0; i < n && i < made; i++) {
		L4_Set_MsgTag(L4_Niltag);
		L4_Send((L4_ThreadId_t){ .raw = member[i] });
	}
	if (made < n) {
		crowd_grow(n, member_main, BELOW);
		made = n;
	}
	while (asleep < n)
		L4_Sleep(L4_TimePeriod(ALIGN_US));
	if (L4_SystemClock().raw + 2 * FINE_US > instant)
		fail("the crowd slept too late");
	if (spread)
		instant += (L4_SystemClock().raw - begin) / 2;
}

/* One run, with n threads below. */
static L4_Word64_t run(unsigned n, int offset, bool computes)
{
	asked.offset = offset;
	asked.computes = computes;
	crowd_sleeps(n);
	L4_Set_MsgTag(L4_Niltag);
	L4_Send(victim);
	L4_Receive(victim);
	while (woken < n)
		L4_Sleep(L4_TimePeriod(ALIGN_US));
	return asked.ns;
}

/* The worst of all places of the instants. */
static L4_Word64_t latest(unsigned n)
{
	unsigned places = sizeof offsets / sizeof *offsets;
	L4_Word64_t worst = 0;

	for (unsigned i = 0; i < 2 * places; i++) {
		L4_Word64_t ns;

		spread = i >= places;
		ns = run(n, offsets[i % places], false);
		worst = ns > worst ? ns : worst;
	}
	spread = false;
	return worst;
}

static void say(const char *what, unsigned priority, unsigned n, L4_Word64_t ns)
{
	put(what);
	put_number(priority);
	put(" ");
	put_number(n);
	put(" ");
	put_number((L4_Word_t)ns);
	put("\n");
}

void wakes_measure(void)
{
	victim = thread_here(victim_main);
	for (unsigned i = 0; i < sizeof counts / sizeof *counts && (!small || counts[i] <= 1000); i++)
		for (unsigned p = 0; p < sizeof priorities / sizeof *priorities; p++) {
			L4_Set_Priority(victim, priorities[p]);
			run(counts[i], 0, false);	/* all pages are there */
			say("wake ", priorities[p], counts[i], latest(counts[i]));
			run(counts[i], 0, true);
			say("compute ", priorities[p], counts[i], run(counts[i], 0, true));
		}
	crowd_end();
}
