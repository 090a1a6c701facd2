/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * curves.c - how a cost grows with the number of something that the operation does not name.
 */
#include "world.h"

/* Lists end with 0. */
static const unsigned threads[] = { 1, 10, 100, 1000, 10000, 0 }, spaces[] = { 1, 10, 100, 1000, 2000, 0 };
static const unsigned mappings[] = { 1, 10, 100, 1000, 10000, 100000, 0 };
static const unsigned queue[] = { 1, 2, 3, 10, 30, 100, 300, 1000, 0 };
static const unsigned timeouts[] = { 1, 10, 100, 1000, 10000, 0 };
static const unsigned priorities[] = { 1, 2, 4, 8, 16, 32, 64, 128, 200, 0 };

enum {
	SPARE_SPACE	= 41,		/* thread numbers between those of world.c and the crowd */
	FIRST_IDLE	= 20000,	/* above the crowd */
};

static void curve_words(void)
{
	L4_ThreadId_t to = echo_there;

	for (unsigned n = 0; n < 64; n++)
		POINT("rtt_words", n, W_CURVE, call(to, n));
}

/* Inactive threads: they cost the kernel what a thread costs, and need no UTCB. */
static void curve_threads(const unsigned *n)
{
	L4_ThreadId_t spare = thread_id(SPARE), to = echo_there;
	void *utcb = utcb_here(SPARE);
	unsigned made = 0;

	for (; *n; n++) {
		for (; made < *n; made++)
			if (!L4_ThreadControl(thread_id(FIRST_IDLE + made), main_thread, main_thread,
					      L4_nilthread, (void *)-1))
				fail("many threads");
		POINT("rtt_threads", *n, W_CURVE, call(to, 0));
		POINT("cycle_threads", *n, W_CURVE_2, { create(spare, utcb); delete(spare); });
	}
	while (made > 0)
		delete(thread_id(FIRST_IDLE + --made));
}

/* Spaces with their areas and one active thread, which waits for its start. */
static void curve_spaces(const unsigned *n)
{
	L4_ThreadId_t spare = thread_id(SPARE_SPACE), to = echo_there;
	unsigned made = 0;

	for (; *n; n++) {
		for (; made < *n; made++) {
			L4_ThreadId_t t = thread_id(FIRST_IDLE + made);

			space_create(t, 12);
			if (!L4_ThreadControl(t, t, main_thread, pager, (void *)UTCB_AREA))
				fail("many spaces");
		}
		POINT("rtt_spaces", *n, W_CURVE, call(to, 0));
		POINT("cycle_spaces", *n, W_CURVE_2, space_cycle(spare));
	}
	while (made > 0)
		delete(thread_id(FIRST_IDLE + --made));
}

/* ---- queues ---- */

static void caller_main(void)
{
	for (;;) {
		L4_Set_MsgTag(L4_Niltag);
		L4_Call(main_thread);
	}
}

/* Answers `to` and receives from the one that was queued last before: the last but `to` itself. */
static inline void answer_last(L4_ThreadId_t to, L4_ThreadId_t last)
{
	L4_ThreadId_t from;

	L4_Set_MsgTag(L4_Niltag);
	if (L4_IpcFailed(L4_Ipc(to, last, L4_Timeouts(L4_ZeroTime, L4_Never), &from)))
		fail("receive from a queued thread");
}

/*
 * Main is a server below its n clients, which all queue: each reply lets one run, which queues again
 * at the end. Receiving from one of them, not the first, means to find it.
 */
static void curve_queue(const unsigned *n)
{
	L4_ThreadId_t from = L4_nilthread, last;

	for (; *n; n++) {
		crowd_grow(*n, caller_main, PRIORITY_CLIENT);
		if (L4_IsNilThread(from))
			L4_Wait(&from);
		POINT("queue_any", *n, W_CURVE, from = answer_any(from));
		if (*n < 3)
			continue;
		last = from;
		from = answer_any(from);	/* last is the last of the queue now */
		MEASURE_TIMES(REPEAT_POINT, W_CURVE_2, {
			L4_ThreadId_t next = from;

			answer_last(from, last);
			from = last;
			last = next;
		});
		point("queue_closed", *n, W_CURVE_2, REPEAT_POINT, 1);
	}
	crowd_end();
}

/* ---- timeouts ---- */

enum { SECOND = 1000000, SLEEP = 1000, FAR = 3600 };

/* Each its own deadline; all of them long after the benchmark's end. */
static void sleeper_main(void)
{
	for (;;)
		L4_Sleep(L4_TimePeriod((SLEEP + crowd_index() % 1000) * (L4_Word64_t)SECOND));
}

static void curve_timeouts(const unsigned *n)
{
	L4_ThreadId_t to = echo_there;
	L4_Time_t near = L4_TimePeriod(SECOND), far = L4_TimePeriod((L4_Word64_t)FAR * SECOND);

	for (; *n; n++) {
		crowd_grow(*n, sleeper_main, PRIORITY_CLIENT);
		POINT("timeout_near", *n, W_CURVE, call_within(to, near));
		POINT("timeout_far", *n, W_CURVE_2, call_within(to, far));
	}
	crowd_end();
}

/* ---- priorities ---- */

static void spinning_main(void)
{
	for (;;)
		;
}

/* n threads are ready, each at a priority of its own, below the threads that communicate. */
static void curve_priorities(const unsigned *n)
{
	L4_ThreadId_t to = echo_there, apart = thread_there(split_main);
	L4_ThreadId_t top[] = { pager, to, apart, main_thread };

	for (unsigned i = 0; i < sizeof top / sizeof top[0]; i++)
		L4_Set_Priority(top[i], PRIORITY_TOP);
	for (; *n; n++) {
		crowd_grow(*n, spinning_main, 0);
		POINT("rtt_priorities", *n, W_CURVE, call(to, 0));
		MEASURE_SPLIT(REPEAT_POINT, W_CURVE_2, apart);
		point("split_priorities", *n, W_CURVE_2, REPEAT_POINT, 1);
	}
	crowd_end();
}

void bench_curves(void)
{
	echo_start();
	receiver_start();
	call(echo_there, 0);		/* both wait from now on: a ready thread more would be in the figures */
	call(receiver, 0);
	curve_words();
	curve_threads(threads);
	curve_spaces(spaces);
	curve_mappings(mappings);
	curve_queue(queue);
	curve_timeouts(timeouts);
	curve_priorities(priorities);
}
