/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stubs.c - a call through the functions that tools/stubs makes of examples/counter/counter.idl, and the
 * bare IPC with as many words; and a call that is refused as our servers refuse clients that the system
 * description does not name.
 */
#include <pecan/server.h>
#include <proto/counter_client.h>
#include <proto/counter_server.h>
#include <proto/rtc_client.h>
#include <proto/rtc_server.h>

#include "bench.h"

struct counter_caller { L4_ThreadId_t thread; };
struct rtc_caller { L4_ThreadId_t thread; };

static L4_Word_t counters[COUNTERS];
static char names[COUNTERS][COUNTER_NAME];

enum counter_status serve_counter_add(struct counter_caller *c, const struct counter_add_in *in,
				      struct counter_add_out *out)
{
	(void)c;
	if (__builtin_add_overflow(counters[in->which], in->amount, &out->sum))
		return COUNTER_E_OVERFLOW;
	counters[in->which] = out->sum;
	return COUNTER_OK;
}

enum counter_status serve_counter_reset(struct counter_caller *c, const struct counter_reset_in *in)
{
	(void)c;
	counters[in->which] = 0;
	return COUNTER_OK;
}

enum counter_status serve_counter_rename(struct counter_caller *c, const struct counter_rename_in *in)
{
	(void)c;
	for (unsigned i = 0; i < COUNTER_NAME; i++)
		names[in->which][i] = in->name[i];
	return COUNTER_OK;
}

/* The loop of every server, with its heartbeats. */
static void counter_main(void)
{
	struct counter_caller c;
	L4_MsgTag_t tag;

	pecan_beat();
	tag = pecan_wait_alive(&c.thread);
	for (;;)
		tag = counter_serve(tag, &c) ? pecan_reply_wait_alive(c.thread, &c.thread)
					     : pecan_wait_alive(&c.thread);
}

bool permit_rtc(struct rtc_caller *c)
{
	return pecan_may_use(c->thread);
}

enum rtc_status serve_rtc_tick(struct rtc_caller *c, struct rtc_tick_out *out)
{
	(void)c;
	out->ticks = 1;
	return RTC_OK;
}

enum rtc_status serve_rtc_date(struct rtc_caller *c, struct rtc_date_out *out)
{
	(void)c;
	out->at_boot = 1;
	return RTC_OK;
}

bool allow_rtc(struct rtc_caller *c, L4_Word_t right)
{
	(void)c;
	return right == RTC_MAY_SET;
}

enum rtc_status serve_rtc_set(struct rtc_caller *c, const struct rtc_set_in *in)
{
	(void)c;
	return in->us ? RTC_OK : RTC_BAD_DATE;
}

static void refusing_main(void)
{
	struct rtc_caller c;
	L4_MsgTag_t tag = L4_Wait(&c.thread);

	for (;;)
		tag = rtc_serve(tag, &c) ? L4_ReplyWait(c.thread, &c.thread) : L4_Wait(&c.thread);
}

/* Answers each message with one word, whatever it is. */
static void bare_main(void)
{
	L4_MsgTag_t one = { .raw = 1 };
	L4_ThreadId_t from;

	L4_Wait(&from);
	for (;;) {
		L4_Set_MsgTag(one);
		L4_ReplyWait(from, &from);
	}
}

static void check_counter(L4_ThreadId_t to)
{
	struct counter_add_out out;

	if (counter_add(to, 3, 4, &out) != COUNTER_OK || out.sum != 4
	    || counter_add(to, 3, ~(L4_Word_t)0, &out) != COUNTER_E_OVERFLOW || out.sum != 0
	    || counter_add(to, COUNTERS, 1, &out) != COUNTER_E_REQUEST
	    || counter_rename(to, 3, "three") != COUNTER_OK || names[3][4] != 'e'
	    || counter_rename(to, 3, "") != COUNTER_E_REQUEST || counter_reset(to, 3) != COUNTER_OK
	    || counters[3] != 0)
		fail("calls through stubs");
}

/* This program is the root task: the server requests its verdict of main from main, at the first message. */
static void teach_refusal(L4_ThreadId_t server)
{
	L4_ThreadId_t from;

	L4_Set_MsgTag(stub_tag(RTC_TICK, 0, 0));
	L4_Send(server);
	if (L4_Label(L4_Wait(&from)) != ROOT_MAY_USE || L4_IsThreadNotEqual(from, server))
		fail("a server that asks whom it may serve");
	L4_Set_MsgTag(stub_tag(ROOT_E_RIGHT, 0, 0));
	if (L4_Label(L4_ReplyWait(server, &from)) != RTC_REFUSED)
		fail("a refusal");
}

/* The first heartbeat is sent to main; the next one is due much later. */
static void take_heartbeat(L4_ThreadId_t server)
{
	L4_ThreadId_t from;

	if (L4_Label(L4_Wait(&from)) != ROOT_HEARTBEAT || L4_IsThreadNotEqual(from, server))
		fail("the heartbeat of a server");
}

static void bench_refusal(void)
{
	L4_ThreadId_t server = thread_there(refusing_main);
	struct rtc_tick_out out;

	teach_refusal(server);
	if (rtc_tick(server, &out) != RTC_REFUSED)
		fail("a refusal by a cached verdict");
	MEASURE(W_STUB_REFUSED, rtc_tick(server, &out));
}

void bench_stubs(void)
{
	L4_ThreadId_t counter = thread_there(counter_main), bare = thread_there(bare_main);
	struct counter_add_out out;

	take_heartbeat(counter);
	check_counter(counter);
	call(bare, 2);
	MEASURE(W_STUB_BARE, call(bare, 2));
	MEASURE(W_STUB, counter_add(counter, 3, 4, &out));
	if (out.sum != REPEAT * 4)
		fail("the sum of a counter");
	bench_refusal();
}
