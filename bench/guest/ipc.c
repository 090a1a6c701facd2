/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ipc.c - system calls that do nothing, and round trips to an echoing thread.
 */
#include "bench.h"

enum { RECEIVE_TIMED_OUT = 3 };		/* error code of an Ipc: timeout, receive phase */

void bench_calls(void)
{
	MEASURE(W_NULL, L4_SystemClock());
}

/* ---- other calls that do nothing ---- */

static volatile unsigned turns;

static void turn_main(void)
{
	for (;;) {
		L4_Receive(main_thread);
		turns++;
	}
}

/* The switch is one: a thread that is ready gets its turn, before the windows. */
static void bench_switch(void)
{
	L4_ThreadId_t t = thread_here(turn_main);

	L4_Set_MsgTag(L4_Niltag);
	L4_Send(t);
	L4_ThreadSwitch(L4_nilthread);
	if (turns != 1)
		fail("a thread that is ready has no turn");
	MEASURE(W_SWITCH, L4_ThreadSwitch(L4_nilthread));
	if (turns != 1)
		fail("a blocked thread has a turn");
}

static void yielding_main(void)
{
	for (;;)
		L4_ThreadSwitch(L4_nilthread);
}

static void bench_yield(void)
{
	L4_ThreadId_t t = thread_there(yielding_main);

	MEASURE(W_YIELD, L4_ThreadSwitch(L4_nilthread));
	delete(t);
}

void bench_null_calls(void)
{
	L4_ThreadId_t to = echo_there, from, found = L4_nilthread;
	L4_Time_t slice, quantum;
	L4_Word_t state = 0;
	L4_MsgTag_t tag = L4_Niltag;

	bench_switch();
	MEASURE(W_SCHEDULE, state = L4_Timeslice(to, &slice, &quantum));
	if (state != L4_SCHEDRESULT_WAITING)
		fail("the state that Schedule gives");
	MEASURE(W_POLL, tag = L4_Wait_Timeout(L4_ZeroTime, &from));
	if (!L4_IpcFailed(tag) || L4_ErrorCode() != RECEIVE_TIMED_OUT)
		fail("a receive with nothing to receive");
	MEASURE(W_EXREGS, found = L4_PagerOf(to));
	if (!L4_IsThreadEqual(found, pager))
		fail("the pager that ExchangeRegisters gives");
	bench_yield();
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
