/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ipc.c - the null system call, and round trips to an echoing thread.
 */
#include "bench.h"

void bench_calls(void)
{
	MEASURE(W_NULL, L4_SystemClock());
}

/* Sends back as many words as came. */
void echo_main(void)
{
	L4_ThreadId_t from;
	L4_MsgTag_t tag = L4_Wait(&from);

	for (;;) {
		L4_Set_MsgTag(tag);
		tag = L4_ReplyWait(from, &from);
	}
}

static void check_echo(L4_ThreadId_t to)
{
	L4_Word_t first = 0, last = 0;

	L4_LoadMR(1, 11);
	L4_LoadMR(63, 73);
	call(to, 63);
	L4_StoreMR(1, &first);
	L4_StoreMR(63, &last);
	if (L4_MsgTag().raw != 63 || first != 11 || last != 73)
		fail("the echo is not what was sent");
}

L4_ThreadId_t echo_there;

void echo_start(void)
{
	echo_there = thread_there(echo_main);
}

void bench_ipc(void)
{
	L4_ThreadId_t here = thread_here(echo_main), there;

	echo_start();
	there = echo_there;
	check_echo(here);
	check_echo(there);
	MEASURE(W_CROSS_0, call(there, 0));
	MEASURE(W_CROSS_7, call(there, 7));
	MEASURE(W_CROSS_63, call(there, 63));
	MEASURE(W_SAME_0, call(here, 0));
	MEASURE(W_SAME_7, call(here, 7));
	MEASURE(W_SAME_63, call(here, 63));
}
