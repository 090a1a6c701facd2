/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * timeouts.c - timeouts of Ipc: zero, periods and points (api 3.1, 5.7). Lower bounds are exact. Upper
 * bounds are in time of the guest, which is counted in instructions: a busy host does not move them.
 */
#include "guest.h"

/* How late a timeout may be, in us: more where each entry to the kernel is slow (a debug build). */
static word late(void)
{
	static word cost;

	if (cost == 0)
		cost = 1000 + 200 * entry_us();
	return cost;
}

static struct received receive_until(L4_ThreadId_t from, word timeout)
{
	struct receiver r = { .from = from, .timeout = timeout };

	receive_once(&r);
	return r.got;
}

/* A time point: the first instant at or after `at` that can be written with exponent e. */
static word point(word at, unsigned e)
{
	word units = (at + (1ul << e) - 1) >> e;

	return 0x8000 | e << 11 | (units >> 10 & 1) << 10 | (units & 0x3ff);
}

/* At least us after start, and at most `allowed` more, the value of late() before. */
#define CHECK_TOOK(start, us, allowed)						\
	do {									\
		word took = now() - (start);						\
										\
		guest_note("it took", took);					\
		CHECK(took >= (us));						\
		CHECK(took < (us) + (allowed));					\
	} while (0)

TEST(GTMO0001, "a send with a period as timeout fails after it, not before and not much later")
{
	word allowed = late(), start = now();
	L4_ThreadId_t t = thread_inactive();

	L4_Set_MsgTag(L4_Niltag);
	CHECK(L4_IpcFailed(L4_Send_Timeout(t, L4_TimePeriod(5000))));
	CHECK_TOOK(start, 4999, allowed);
	CHECK_EQ(L4_ErrorCode(), SEND_TIMEOUT);
}

TEST(GTMO0002, "a receive with a period as timeout fails after it, not before and not much later")
{
	word allowed = late(), start = now();

	CHECK_EQ(receive_until(L4_anythread, period(5000)).error, RECEIVE_TIMEOUT);
	CHECK_TOOK(start, 4999, allowed);
}

TEST(GTMO0003, "periods of every exponent up to half a second are kept, not shorter and not much longer")
{
	word allowed = late();

	for (unsigned e = 0; e < 20; e++) {
		word start = now();

		CHECK_EQ(receive_until(L4_anythread, e << 10 | 1).error, RECEIVE_TIMEOUT);
		CHECK_TOOK(start, 1ul << e, allowed);
	}
}

TEST(GTMO0004, "a length of zero with any exponent is no wait")
{
	for (unsigned e = 1; e < 32; e++)
		CHECK_EQ(receive_until(L4_anythread, e << 10).error, RECEIVE_TIMEOUT);
}

TEST(GTMO0005, "a time point in the future ends a receive then, and not much later")
{
	word allowed = late();

	for (unsigned e = 3; e <= 6; e++) {
		word at = now() + 4000;

		CHECK_EQ(receive_until(L4_anythread, point(at, e)).error, RECEIVE_TIMEOUT);
		CHECK(now() >= at);
		CHECK(now() < at + (1ul << e) + allowed);
	}
}

TEST(GTMO0006, "a time point in the future ends a send then, and not much later")
{
	word allowed = late(), at = now() + 4000;
	L4_ThreadId_t t = thread_inactive();

	L4_Set_MsgTag(L4_Niltag);
	CHECK(L4_IpcFailed(L4_Send_Timeout(t, (L4_Time_t){ .raw = (L4_Word16_t)point(at, 4) })));
	CHECK_EQ(L4_ErrorCode(), SEND_TIMEOUT);
	CHECK(now() >= at);
	CHECK(now() < at + 16 + allowed);
}

struct sleeper { word us; volatile word order; };
static volatile word woken;

static void sleep_once(void *arg)
{
	struct sleeper *s = arg;

	sleep_us(s->us);
	s->order = ++woken;
}

static void sleep_until(void *arg)
{
	struct sleeper *s = arg;

	receive_until(L4_anythread, point(s->us, 7));
	s->order = ++woken;
}

TEST(GTMO0007, "sleepers wake in the order of their deadlines")
{
	static const word places[6] = { 3, 1, 6, 2, 5, 4 };
	static struct sleeper s[6];
	word begin = now() + 20000;

	woken = 0;
	for (unsigned i = 0; i < 6; i++) {
		s[i] = (struct sleeper){ begin + 10000 * places[i], 0 };
		thread_start(sleep_until, &s[i]);
	}
	sleep_us(200000);
	for (unsigned i = 0; i < 6; i++)
		CHECK_EQ(s[i].order, places[i]);
}

static void sleep_long(void *us)
{
	for (;;)
		sleep_us((word)us);
}

TEST(GTMO0008, "a hundred sleepers at once do not disturb each other")
{
	word factor = 1 + entry_us();

	for (word i = 0; i < 100; i++)
		thread_start(sleep_long, (void *)((500 + i * 37) * factor));
	sleep_us(50000);
}

struct late_send { L4_ThreadId_t to; word us; };

static void send_later(void *arg)
{
	struct late_send *s = arg;
	L4_MsgTag_t tag;

	sleep_us(s->us);
	L4_Set_MsgTag(tag_make(0x31, 0, 0));
	tag = L4_Send(s->to);
	(void)tag;
}

TEST(GTMO0009, "a message that comes before the timeout is received, and the timeout is forgotten")
{
	static struct late_send s;

	s = (struct late_send){ L4_Myself(), 3000 };
	thread_start(send_later, &s);
	CHECK_EQ(receive_until(L4_anythread, period(300000)).tag, tag_make(0x31, 0, 0).raw);
	sleep_us(20000);
	CHECK_EQ(receive_until(L4_anythread, L4_ZeroTime.raw).error, RECEIVE_TIMEOUT);
}

TEST(GTMO0010, "the receive timeout of a call starts when the send is done")
{
	static struct receiver r;
	word allowed = late(), start = now();
	L4_ThreadId_t t;
	L4_MsgTag_t tag;

	r = (struct receiver){ .from = L4_Myself() };
	t = thread_start(receive_once, &r);
	L4_Set_MsgTag(L4_Niltag);
	tag = L4_Call_Timeouts(t, L4_ZeroTime, L4_TimePeriod(5000));
	CHECK(L4_IpcFailed(tag));
	CHECK_EQ(L4_ErrorCode(), RECEIVE_TIMEOUT);
	CHECK_TOOK(start, 4999, allowed);
	CHECK(r.got.done);
}

TEST(GTMO0011, "a message to a sleeper does not end a sleep: it is closed to all but itself")
{
	static struct sleeper s;
	L4_ThreadId_t t;

	woken = 0;
	s = (struct sleeper){ 1000000, 0 };
	t = thread_start(sleep_once, &s);
	L4_Set_MsgTag(L4_Niltag);
	CHECK(L4_IpcFailed(L4_Send_Timeout(t, L4_ZeroTime)));
	CHECK_EQ(s.order, 0);
}

TEST(GTMO0012, "a sender deleted with a timeout running leaves no timeout behind")
{
	static struct sleeper s;
	L4_ThreadId_t t;

	woken = 0;
	for (unsigned i = 0; i < 20; i++) {
		s = (struct sleeper){ 100000, 0 };
		t = thread_start(sleep_once, &s);
		thread_delete(t);
	}
	sleep_us(200000);
	CHECK_EQ(woken, 0);
}

TEST(GTMO0013, "the longest periods are days: none overflows to a short one")
{
	static const word times[] = {
		31 << 10 | 1023, 31 << 10 | 1, 30 << 10 | 4, 22 << 10 | 512, 22 << 10 | 1023, 23 << 10 | 512,
		24 << 10 | 256,
	};
	static struct receiver r[7];

	for (unsigned i = 0; i < 7; i++) {
		r[i] = (struct receiver){ .from = L4_anythread, .timeout = times[i] };
		thread_start(receive_once, &r[i]);
	}
	sleep_us(200000);
	for (unsigned i = 0; i < 7; i++)
		CHECK(!r[i].got.done);
}

TEST(GTMO0015, "points are kept with every exponent, near and far within its span")
{
	word allowed = late();

	for (unsigned e = 0; e < 10; e++)
		for (word part = 1; part <= 3; part++) {
			word at = now() + 100 + (part << (e + 8));
			word p = point(at, e);

			CHECK_EQ(receive_until(L4_anythread, p).error, RECEIVE_TIMEOUT);
			CHECK(now() >= at);
			CHECK(now() < at + (512ul << e) + allowed);
		}
}

TEST(GTMO0016, "a call may have points for both phases: its answer is waited for until then")
{
	static struct receiver r;
	word allowed = late(), at = now() + 20000;
	L4_ThreadId_t t;
	L4_MsgTag_t tag;

	r = (struct receiver){ .from = L4_Myself() };
	t = thread_start(receive_once, &r);
	L4_Set_MsgTag(L4_Niltag);
	tag = L4_Call_Timeouts(t, (L4_Time_t){ .raw = (L4_Word16_t)point(now() + 5000, 5) },
			       (L4_Time_t){ .raw = (L4_Word16_t)point(at, 6) });
	CHECK(L4_IpcFailed(tag));
	CHECK_EQ(L4_ErrorCode(), RECEIVE_TIMEOUT);
	CHECK(r.got.done);
	CHECK(now() >= at);
	CHECK(now() < at + 64 + allowed);
}

TEST(GTMO0017, "a point that has passed is over at once")
{
	word allowed = late();

	for (unsigned e = 8; e < 16; e++) {
		word start, at;

		sleep_us(2000);
		start = now();
		at = (start - 1000) >> e << e;
		CHECK_EQ(receive_until(L4_anythread, point(at, e)).error, RECEIVE_TIMEOUT);
		CHECK(now() - start < allowed);
	}
}

TEST(GTMO0019, "so is one that has passed in the span of 2^(e+10) us before the present one")
{
	word allowed = late();

	for (unsigned e = 5; e < 9; e++) {
		word span = 1024ul << e, start;

		do
			start = now();
		while (start < span || start % span > span / 2);
		CHECK_EQ(receive_until(L4_anythread, point(start - start % span - span / 4, e)).error,
			 RECEIVE_TIMEOUT);
		CHECK(now() - start < allowed);
	}
}

TEST(GTMO0018, "with timeout never neither a sender nor a receiver gets a timeout")
{
	static struct receiver r;
	L4_ThreadId_t waiter;

	r = (struct receiver){ .from = L4_anythread, .timeout = L4_Never.raw };
	waiter = thread_start(receive_once, &r);
	sleep_us(3000000);
	CHECK_EQ(thread_state(waiter), L4_SCHEDRESULT_WAITING);
	CHECK(!r.got.done);
}

/* ---- threads below the running one ---- */

enum { LATE_SENDERS = 8, PRIO_LOW = 50 };

struct late_sender { L4_ThreadId_t to; volatile word sends, error, done; };

static void send_in_time(void *arg)
{
	struct late_sender *s = arg;
	L4_MsgTag_t tag;

	s->sends = 1;
	L4_Set_MsgTag(L4_Niltag);
	tag = L4_Send_Timeout(s->to, L4_TimePeriod(1000));
	s->error = L4_IpcFailed(tag) ? L4_ErrorCode() : 0;
	s->done = 1;
}

TEST(GTMO0020, "messages of senders below the running thread are not taken after their timeouts, but fail"
	       " with 1")
{
	static struct late_sender s[LATE_SENDERS];
	word start;

	for (unsigned i = 0; i < LATE_SENDERS; i++) {
		s[i] = (struct late_sender){ .to = L4_Myself() };
		thread_start_prio(send_in_time, &s[i], PRIO_LOW);
	}
	for (unsigned i = 0; i < LATE_SENDERS; i++)
		AWAIT(s[i].sends);
	for (start = now(); now() - start < 3000; )
		continue;
	CHECK_EQ(receive_until(L4_anythread, L4_ZeroTime.raw).error, RECEIVE_TIMEOUT);
	for (unsigned i = 0; i < LATE_SENDERS; i++) {
		AWAIT(s[i].done);
		CHECK_EQ(s[i].error, SEND_TIMEOUT);
	}
}
