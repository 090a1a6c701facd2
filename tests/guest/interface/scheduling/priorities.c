/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * priorities.c - priorities changed while threads run, wait, send and serve (api 7.2), whether or not the
 * caller is a partner of theirs.
 */
#include "machine.h"

static void spin_entry(void *counter) { spin(counter); }

static void set_prio(L4_ThreadId_t t, word prio) { CHECK(L4_Set_Priority(t, prio) != 0); }

TEST(GPRI0001, "of two threads that compute the one that is raised runs from then on")
{
	static volatile word a, b;
	L4_ThreadId_t s, t;
	word before, before_a;

	a = b = 0;
	s = thread_start_prio(spin_entry, (void *)&a, 80);
	t = thread_start_prio(spin_entry, (void *)&b, 81);
	sleep_us(5000);
	CHECK(a == 0 && b > 0);
	set_prio(s, 82);
	before = b;
	sleep_us(5000);
	CHECK(a > 0);
	CHECK_EQ(b, before);
	set_prio(s, 80);
	before = a;
	sleep_us(5000);
	CHECK_EQ(a, before);
	set_prio(t, 79);
	before = b;
	before_a = a;
	sleep_us(5000);
	CHECK(a > before_a);
	CHECK_EQ(b, before);
}

TEST(GPRI0002, "a waiting thread that is raised or lowered is woken at its new priority")
{
	static struct receiver high, low;
	L4_ThreadId_t h, l;

	high = low = (struct receiver){ .from = L4_Myself() };
	h = thread_start_prio(receive_once, &high, 120);
	l = thread_start_prio(receive_once, &low, 120);
	set_prio(h, 101);
	set_prio(l, 99);
	L4_Set_MsgTag(L4_Niltag);
	CHECK(L4_IpcSucceeded(L4_Send_Timeout(l, L4_ZeroTime)));
	CHECK(!low.got.done);
	L4_Set_MsgTag(L4_Niltag);
	CHECK(L4_IpcSucceeded(L4_Send_Timeout(h, L4_ZeroTime)));
	CHECK(high.got.done && !low.got.done);
	sleep_us(1000);
	CHECK(low.got.done);
}

struct sender { L4_ThreadId_t to; word label; volatile bool done; };

static void send_once(void *arg)
{
	struct sender *s = arg;
	L4_MsgTag_t tag;

	L4_Set_MsgTag(tag_make(s->label, 0, 0));
	tag = L4_Send(s->to);
	s->done = L4_IpcSucceeded(tag);
}

TEST(GPRI0003, "senders whose priority changes while they are queued keep their place")
{
	static struct sender a, b;
	L4_ThreadId_t first, second;

	a = (struct sender){ .to = L4_Myself(), .label = 1 };
	b = (struct sender){ .to = L4_Myself(), .label = 2 };
	first = thread_start_prio(send_once, &a, 120);
	second = thread_start_prio(send_once, &b, 120);
	set_prio(first, 90);
	set_prio(second, 130);
	CHECK_EQ(L4_Label(L4_Wait(&first)), 1);
	CHECK(!a.done);
	CHECK_EQ(L4_Label(L4_Wait(&second)), 2);
	CHECK(b.done && !a.done);
	AWAIT(a.done);
	CHECK(a.done);
}

static volatile word answered;

static void call_once(void *server)
{
	L4_MsgTag_t tag;

	L4_Set_MsgTag(L4_Niltag);
	tag = L4_Call(*(L4_ThreadId_t *)server);
	answered += L4_IpcSucceeded(tag);
}

static volatile word working;
enum { SERVE_US = 200000 };

static void serve_slowly(void *unused)
{
	L4_ThreadId_t from;
	L4_MsgTag_t tag = L4_Wait(&from);
	word begin = now();

	(void)unused;
	while (now() - begin < SERVE_US)
		working++;
	L4_Set_MsgTag(L4_Niltag);
	tag = L4_Reply(from);
	(void)tag;
}

TEST(GPRI0004, "a server at work for a client has its own priority, not the client's, when either changes")
{
	static volatile word rival;
	static L4_ThreadId_t server;
	L4_ThreadId_t client;
	word before;

	rival = working = answered = 0;
	server = thread_start_prio(serve_slowly, 0, 80);
	sleep_us(1000);
	client = thread_start_prio(call_once, &server, 80);
	sleep_us(2000);
	CHECK(working > 0);
	thread_start_prio(spin_entry, (void *)&rival, 81);
	set_prio(client, 90);			/* does not help the server */
	before = working;
	sleep_us(3000);
	CHECK_EQ(working, before);
	CHECK(rival > 0);
	set_prio(server, 82);
	before = rival;
	sleep_us(3000);
	CHECK(working > 0);
	CHECK_EQ(rival, before);
	set_prio(client, 70);
	sleep_us(2 * SERVE_US);
	CHECK(rival > before);			/* the server has answered, the client stays below */
	CHECK_EQ(answered, 0);
	set_prio(client, 83);
	CHECK_EQ(answered, 0);
	AWAIT(answered);
	CHECK_EQ(answered, 1);
}

TEST(GPRI0005, "a preempted thread is the first of its equals to run again, one that was changed the last")
{
	static volatile word a, b;
	L4_ThreadId_t s;
	word before_a, before_b;

	a = b = 0;
	s = thread_start_prio(spin_entry, (void *)&a, 80);
	CHECK(L4_Set_Timeslice(s, L4_TimePeriod(50000), L4_Never) != 0);
	sleep_us(1000);
	CHECK(L4_Set_Timeslice(thread_start_prio(spin_entry, (void *)&b, 80), L4_TimePeriod(50000),
			       L4_Never) != 0);
	for (unsigned i = 0; i < 5; i++) {
		before_b = b;
		before_a = a;
		sleep_us(1000);			/* the test preempts it each time */
		CHECK(a > before_a);
		CHECK_EQ(b, before_b);
	}
	set_prio(s, 80);
	before_a = a;
	sleep_us(1000);
	CHECK_EQ(a, before_a);
	CHECK(b > 0);
}
