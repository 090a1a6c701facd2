/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cliffs_ready.c - a round trip while a thread of the priority of both partners is ready.
 *
 * On a slice of its own the caller switches directly, so the ready thread changes nothing. On the slice of a
 * thread above, each message may be an answer after which the ready thread runs (scheduling.md, "A slice from
 * above"), so both go by C: this is what is measured.
 */
#include "bench.h"

static void spinning_main(void)
{
	for (;;)
		;
}

/* Runs on the slice of the thread that calls it. */
static void calling_main(void)
{
	L4_ThreadId_t to = echo_there, from;

	L4_Wait(&from);
	MEASURE_TIMES(REPEAT_POINT, W_CLIFF, call(to, 0));
	L4_Call(from);
}

/* Main is above both partners while it calls one of them, on a slice of its own. */
void cliffs_ready(void)
{
	L4_ThreadId_t calling = thread_here(calling_main), equal;

	L4_ThreadSwitch(calling);
	equal = thread_there(spinning_main);
	L4_Set_Priority(main_thread, PRIORITY_CLIENT);
	L4_ThreadSwitch(L4_nilthread);
	call(calling, 0);
	if (L4_IpcFailed(L4_MsgTag()))
		fail("round trips beside a ready thread");
	cost("rtt_equal", W_CLIFF, REPEAT_POINT, 1);
	delete(equal);
	L4_Set_Priority(main_thread, PRIORITY);
}
