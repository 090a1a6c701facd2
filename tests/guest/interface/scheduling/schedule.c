/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * schedule.c - Schedule, ThreadSwitch, priorities and slices (api 7.1, 7.2).
 */
#include "machine.h"

#define SAME (-1ul)

static word schedule(L4_ThreadId_t t, word time, word processor, word prio, word preemption)
{
	word old;

	return L4_Schedule(t, time, processor, prio, preemption, &old);
}

static void spin_entry(void *counter) { spin(counter); }

static void receive_forever(void *unused)
{
	L4_ThreadId_t from;

	(void)unused;
	for (;;) {
		L4_MsgTag_t tag = L4_Wait(&from);

		(void)tag;
	}
}

static void send_to(void *to)
{
	L4_MsgTag_t tag;

	L4_Set_MsgTag(L4_Niltag);
	tag = L4_Send(*(L4_ThreadId_t *)to);
	(void)tag;
}

TEST(GSCH0001, "the result of Schedule is the state: inactive, waiting, sending, running, halted")
{
	static volatile word counter;
	static L4_ThreadId_t me;
	L4_ThreadId_t t;

	me = L4_Myself();
	CHECK_EQ(thread_state(thread_inactive()), L4_SCHEDRESULT_INACTIVE);
	CHECK_EQ(thread_state(thread_waiting(supervisor)), L4_SCHEDRESULT_WAITING);
	CHECK_EQ(thread_state(thread_start(receive_forever, 0)), L4_SCHEDRESULT_WAITING);
	CHECK_EQ(thread_state(thread_start(send_to, &me)), L4_SCHEDRESULT_PENDING_SEND);
	t = thread_start_prio(spin_entry, (void *)&counter, 50);
	CHECK_EQ(thread_state(t), L4_SCHEDRESULT_RUNNING);
	CHECK_EQ(thread_state(L4_Myself()), L4_SCHEDRESULT_RUNNING);
	L4_Stop(t);
	CHECK_EQ(thread_state(t), L4_SCHEDRESULT_INACTIVE);
}

TEST(GSCH0002, "a thread that does not exist: result 0, error 2")
{
	CHECK_EQ(schedule(tid_new(), SAME, SAME, SAME, SAME), 0);
	CHECK_EQ(L4_ErrorCode(), L4_ErrInvalidThread);
}

TEST(GSCH0003, "nilthread: result 0")
{
	CHECK_EQ(schedule(L4_nilthread, SAME, SAME, SAME, SAME), 0);
}

TEST(GSCH0004, "Schedule takes a local id")
{
	CHECK_EQ(schedule(L4_MyLocalId(), SAME, SAME, SAME, SAME), L4_SCHEDRESULT_RUNNING);
}

TEST(GSCH0005, "a thread of lower priority does not run while a higher one is ready")
{
	static volatile word counter;
	word start = now();

	counter = 0;
	thread_start_prio(spin_entry, (void *)&counter, 99);
	while (now() - start < 30000)
		;
	CHECK_EQ(counter, 0);
	sleep_us(1000);
	CHECK(counter > 0);
}

TEST(GSCH0006, "a thread whose priority is raised above the running one's preempts it")
{
	L4_ThreadId_t t = thread_waiting(supervisor);

	CHECK(L4_Set_Priority(t, 99));
	redirected = 0;
	L4_Start_SpIp(t, stack_new(), (word)redirect_target);
	CHECK_EQ(redirected, 0);
	CHECK(L4_Set_Priority(t, 101));
	CHECK_EQ(redirected, 1);
}

TEST(GSCH0007, "a sleeper of higher priority preempts a thread that computes")
{
	static volatile word counter;

	counter = 0;
	thread_start_prio(spin_entry, (void *)&counter, 99);
	sleep_us(5000);
	CHECK(counter > 0);
}

TEST(GSCH0008, "threads of one priority share the processor by turns")
{
	static volatile word a, b, c;

	a = b = c = 0;
	thread_start_prio(spin_entry, (void *)&a, 99);
	thread_start_prio(spin_entry, (void *)&b, 99);
	thread_start_prio(spin_entry, (void *)&c, 99);
	sleep_us(150000);
	guest_note("a", a);
	guest_note("b", b);
	guest_note("c", c);
	CHECK(a > 0 && b > 0 && c > 0);
	CHECK(a < 3 * b && b < 3 * c && c < 3 * a);
}

TEST(GSCH0009, "a thread with an endless slice is not preempted by its equals")
{
	static volatile word a, b;
	L4_ThreadId_t t;

	a = b = 0;
	t = thread_start_prio(spin_entry, (void *)&a, 99);
	CHECK(L4_Set_Timeslice(t, L4_Never, L4_Never));
	thread_start_prio(spin_entry, (void *)&b, 99);
	sleep_us(60000);
	CHECK(a > 0);
	CHECK_EQ(b, 0);
}

TEST(GSCH0010, "slices of different length give different shares")
{
	static volatile word a, b;
	L4_ThreadId_t t;

	a = b = 0;
	t = thread_start_prio(spin_entry, (void *)&a, 99);
	CHECK(L4_Set_Timeslice(t, L4_TimePeriod(20000), L4_Never));
	t = thread_start_prio(spin_entry, (void *)&b, 99);
	CHECK(L4_Set_Timeslice(t, L4_TimePeriod(2000), L4_Never));
	sleep_us(200000);
	guest_note("a", a);
	guest_note("b", b);
	CHECK(a > 4 * b && b > 0);
}

TEST(GSCH0011, "the remaining slice comes back as a period, not above what was set")
{
	L4_ThreadId_t t = thread_waiting(supervisor);
	L4_Time_t slice, quantum;

	CHECK(L4_Set_Timeslice(t, L4_TimePeriod(20000), L4_Never));
	CHECK(L4_Timeslice(t, &slice, &quantum));
	CHECK_EQ((word)slice.period.m << slice.period.e, 20000);
	CHECK_EQ(quantum.raw, L4_Never.raw);
}

TEST(GSCH0012, "a time point as slice is refused: error 5")
{
	CHECK_EQ(schedule(thread_waiting(supervisor), 0x8123ul << 16, SAME, SAME, SAME), 0);
	CHECK_EQ(L4_ErrorCode(), L4_ErrInvalidParam);
}

TEST(GSCH0013, "a processor that is not there is refused: error 5")
{
	L4_ThreadId_t t = thread_waiting(supervisor);

	CHECK_EQ(schedule(t, SAME, 7, SAME, SAME), 0);
	CHECK_EQ(L4_ErrorCode(), L4_ErrInvalidParam);
	CHECK_EQ(schedule(t, SAME, 0, SAME, SAME), L4_SCHEDRESULT_WAITING);
}

TEST(GSCH0014, "a refused call changes nothing")
{
	L4_ThreadId_t t = thread_waiting(supervisor);
	L4_Time_t slice, quantum;

	CHECK(L4_Set_Timeslice(t, L4_TimePeriod(20000), L4_Never));
	CHECK_EQ(schedule(t, L4_TimePeriod(8000).raw << 16, 7, 20, SAME), 0);
	CHECK(L4_Timeslice(t, &slice, &quantum));
	CHECK_EQ((word)slice.period.m << slice.period.e, 20000);
}

TEST(GSCH0015, "all ones, and 0x1ff in the priority field, leave the priority as it is")
{
	static volatile word counter;
	L4_ThreadId_t t;

	counter = 0;
	t = thread_start_prio(spin_entry, (void *)&counter, 99);
	CHECK_EQ(schedule(t, SAME, SAME, 0x1ff, SAME), L4_SCHEDRESULT_RUNNING);
	CHECK_EQ(schedule(t, SAME, SAME, SAME, SAME), L4_SCHEDRESULT_RUNNING);
	CHECK_EQ(counter, 0);
	L4_ThreadSwitch(L4_nilthread);
	CHECK_EQ(counter, 0);
}

static volatile word turns[8], turn_count;

static void take_turns(void *me)
{
	L4_Set_Timeslice(L4_Myself(), L4_Never, L4_Never);
	for (unsigned i = 0; i < 3; i++) {
		if (turn_count < 8)
			turns[turn_count] = (word)me;
		turn_count++;
		L4_Yield();
	}
}

TEST(GSCH0016, "yield passes the processor round among equals")
{
	turn_count = 0;
	thread_start_prio(take_turns, (void *)1, 90);
	thread_start_prio(take_turns, (void *)2, 90);
	AWAIT(turn_count == 6);
	CHECK_EQ(turn_count, 6);
	for (unsigned i = 0; i < 6; i++)
		CHECK_EQ(turns[i], i % 2 + 1);
}

enum { LONGER_THAN_SLICE = 25000 };

static void be_busy(word us)
{
	for (word start = now(); now() - start < us; )
		continue;
}

TEST(GSCH0017, "ThreadSwitch to a ready thread of lower priority lets that run, also after more than a slice")
{
	static volatile word counter;
	L4_ThreadId_t t;

	counter = 0;
	t = thread_start_prio(spin_entry, (void *)&counter, 99);
	be_busy(LONGER_THAN_SLICE);
	L4_ThreadSwitch(t);
	CHECK(counter > 0);
}

struct switcher { L4_ThreadId_t to; bool to_self; volatile word seen, done; };
static volatile word equal_ran;

static void run_once(void *unused)
{
	(void)unused;
	equal_ran++;
}

static void switch_once(void *arg)
{
	struct switcher *s = arg;

	L4_ThreadSwitch(s->to_self ? L4_Myself() : s->to);
	s->seen = equal_ran;
	s->done = 1;
}

/* A thread calls ThreadSwitch while one of its priority is ready behind it. */
static void check_yields(L4_ThreadId_t to, bool to_self)
{
	static struct switcher s;

	s = (struct switcher){ .to = to, .to_self = to_self };
	equal_ran = 0;
	thread_start_prio(switch_once, &s, 90);
	thread_start_prio(run_once, 0, 90);
	AWAIT(s.done);
	CHECK(s.done);
	CHECK_EQ(s.seen, 1);
}

TEST(GSCH0018, "ThreadSwitch to a blocked, inactive or missing thread, or to oneself, is a yield to an equal")
{
	check_yields(L4_nilthread, false);
	check_yields(thread_waiting(supervisor), false);
	check_yields(thread_inactive(), false);
	check_yields(tid_new(), false);
	check_yields(L4_anythread, false);
	check_yields(L4_nilthread, true);
}

TEST(GSCH0019, "a message to a thread of higher priority runs it at once, one of lower priority later")
{
	static struct receiver high, low;
	L4_ThreadId_t h, l;

	high = low = (struct receiver){ .from = L4_Myself() };
	h = thread_start_prio(receive_once, &high, 120);
	l = thread_start_prio(receive_once, &low, 80);
	sleep_us(1000);
	L4_Set_MsgTag(L4_Niltag);
	CHECK(L4_IpcSucceeded(L4_Send_Timeout(h, L4_ZeroTime)));
	CHECK(high.got.done);
	L4_Set_MsgTag(L4_Niltag);
	CHECK(L4_IpcSucceeded(L4_Send_Timeout(l, L4_ZeroTime)));
	CHECK(!low.got.done);
	sleep_us(1000);
	CHECK(low.got.done);
}

TEST(GSCH0020, "a privileged caller may give a priority above its own")
{
	L4_ThreadId_t t = thread_waiting(supervisor);

	CHECK(L4_Set_Priority(t, 200) != 0);
}

TEST(GSCH0021, "a server that is called by a client of low priority does not lose its own priority")
{
	static struct receiver r;
	L4_ThreadId_t t;

	r = (struct receiver){ .from = L4_anythread };
	t = thread_start_prio(receive_once, &r, 101);
	CHECK_EQ(thread_state(t), L4_SCHEDRESULT_WAITING);
	L4_Set_MsgTag(L4_Niltag);
	CHECK(L4_IpcSucceeded(L4_Send_Timeout(t, L4_ZeroTime)));
	CHECK(r.got.done);
}

TEST(GSCH0022, "a thread of priority 0 runs when no other thread is ready")
{
	static volatile word counter;

	counter = 0;
	thread_start_prio(spin_entry, (void *)&counter, 0);
	AWAIT(counter > 0);
	CHECK(counter > 0);
}

/* The slice in us, and the raw total quantum. */
static void check_times(L4_ThreadId_t t, word us, word total)
{
	L4_Time_t slice, quantum;

	CHECK(L4_Timeslice(t, &slice, &quantum));
	CHECK_EQ((word)slice.period.m << slice.period.e, us);
	CHECK_EQ(quantum.raw, total);
}

TEST(GSCH0023, "all ones in one half of the time word leave that half as it is")
{
	L4_ThreadId_t t = thread_waiting(supervisor);

	CHECK(L4_Set_Timeslice(t, L4_TimePeriod(20000), L4_TimePeriod(512)));
	CHECK(schedule(t, 0xffffffff, SAME, SAME, SAME) != 0);
	check_times(t, 20000, period(512));
	CHECK(schedule(t, period(4000) << 16 | 0xffff, SAME, SAME, SAME) != 0);
	check_times(t, 4000, period(512));
	CHECK(schedule(t, 0xffff0000 | period(256), SAME, SAME, SAME) != 0);
	check_times(t, 4000, period(256));
}

TEST(GSCH0027, "a time word with a bit above 31, but all ones, is refused with 5 and changes nothing")
{
	L4_ThreadId_t t = thread_waiting(supervisor);
	word time = (word)L4_TimePeriod(4000).raw << 16 | L4_TimePeriod(8000).raw;

	need_long_words();
	CHECK(L4_Set_Timeslice(t, L4_TimePeriod(20000), L4_Never));
	for (unsigned bit = 32; bit < L4_BITS_PER_WORD; bit++) {
		CHECK_EQ(schedule(t, time | 1ul << bit, SAME, 120, SAME), 0);
		CHECK_EQ(L4_ErrorCode(), L4_ErrInvalidParam);
	}
	CHECK_EQ(schedule(t, -2ul, SAME, SAME, SAME), 0);
	CHECK_EQ(L4_ErrorCode(), L4_ErrInvalidParam);
	CHECK_EQ(schedule(t, ~0xfffffffful | time, SAME, SAME, SAME), 0);
	check_times(t, 20000, L4_Never.raw);
	CHECK(schedule(t, SAME, SAME, SAME, SAME) != 0);
}

TEST(GSCH0028, "L4_HS_Schedule, which passes a thread id as time word, is refused with 5 and changes nothing")
{
	L4_ThreadId_t t = thread_waiting(supervisor);
	word old;

	need_long_words();
	CHECK(L4_Set_Timeslice(t, L4_TimePeriod(20000), L4_Never));
	CHECK_EQ(L4_HS_Schedule(t, 1, L4_Myself(), 50, 500, &old), 0);
	CHECK_EQ(L4_ErrorCode(), L4_ErrInvalidParam);
	CHECK_EQ(L4_HS_Schedule(t, 0, supervisor, 50, 500, &old), 0);
	CHECK_EQ(L4_ErrorCode(), L4_ErrInvalidParam);
	check_times(t, 20000, L4_Never.raw);
}

TEST(GSCH0024, "a slice that is partly used is shown shorter, and a new one is set whole")
{
	static volatile word counter;
	L4_ThreadId_t t = thread_start_prio(spin_entry, (void *)&counter, 99);
	L4_Time_t slice, quantum;

	CHECK(L4_Set_Timeslice(t, L4_TimePeriod(200000), L4_Never));
	sleep_us(20000);
	CHECK(L4_Timeslice(t, &slice, &quantum));
	CHECK(((word)slice.period.m << slice.period.e) < 185000);
	CHECK(L4_Set_Timeslice(t, L4_TimePeriod(200000), L4_Never));
	CHECK(L4_Timeslice(t, &slice, &quantum));
	CHECK(((word)slice.period.m << slice.period.e) > 190000);
}

static void call_forever(void *to)
{
	for (;;) {
		L4_MsgTag_t tag;

		L4_Set_MsgTag(L4_Niltag);
		tag = L4_Call(*(L4_ThreadId_t *)to);
		(void)tag;
	}
}

static volatile word served;

static void serve_forever(void *unused)
{
	L4_ThreadId_t from;
	L4_MsgTag_t tag = L4_Wait(&from);

	(void)unused;
	for (;;) {
		served++;
		L4_Set_MsgTag(L4_Niltag);
		tag = L4_ReplyWait(from, &from);
		(void)tag;
	}
}

TEST(GSCH0025, "a client and server that call each other all the time do not starve an equal")
{
	static volatile word counter;
	static L4_ThreadId_t server;

	counter = served = 0;
	server = thread_start_prio(serve_forever, 0, 99);
	sleep_us(1000);
	thread_start_prio(call_forever, &server, 99);
	thread_start_prio(spin_entry, (void *)&counter, 99);
	sleep_us(200000);
	CHECK(counter > 1000);
	CHECK(served > 100);
}

static void yield_forever(void *counter)
{
	for (;;) {
		++*(volatile word *)counter;
		L4_Yield();
	}
}

TEST(GSCH0026, "threads that give the processor to each other all the time do not starve an equal")
{
	static volatile word counter, a, b;

	counter = a = b = 0;
	thread_start_prio(yield_forever, (void *)&a, 99);
	thread_start_prio(yield_forever, (void *)&b, 99);
	thread_start_prio(spin_entry, (void *)&counter, 99);
	sleep_us(200000);
	CHECK(counter > 1000);
	CHECK(a > 0 && b > 0);
}

struct sent_alone { L4_ThreadId_t to; unsigned kind; volatile word done; };

/* A message of words, with a map item, or in its own name; and nothing is received. */
static void send_alone(void *arg)
{
	struct sent_alone *s = arg;
	L4_MsgTag_t tag = tag_make(1, 2, 0);

	L4_LoadMR(1, 8);
	L4_LoadMR(2, 0);
	if (s->kind == 1)
		tag = tag_make(1, 0, 2);
	if (s->kind == 2) {
		L4_Set_VirtualSender(L4_Myself());
		L4_Set_Propagation(&tag);
	}
	L4_Set_MsgTag(tag);
	tag = L4_Send(s->to);
	s->done = L4_IpcSucceeded(tag);
	guest_wait();
}

/* Returns whether it had continued, once its queued message was taken and the receiver runs again. */
static word ran_on(word prio, unsigned kind)
{
	static struct sent_alone threads[15];
	struct sent_alone *s = &threads[kind * 3 + prio - 99];
	L4_ThreadId_t t, from = L4_nilthread;
	L4_MsgTag_t tag;

	*s = (struct sent_alone){ .to = L4_Myself(), .kind = kind };
	t = thread_start_prio(send_alone, s, prio);
	sleep_us(1000);
	CHECK_EQ(thread_state(t), L4_SCHEDRESULT_PENDING_SEND);
	L4_Accept(L4_MapGrantItems(L4_CompleteAddressSpace));
	tag = L4_Ipc(L4_nilthread, kind == 3 ? t : L4_anythread, kind == 4 ? L4_TimePeriod(1000).raw : 0, &from);
	CHECK(L4_IpcSucceeded(tag));
	L4_Accept(L4_UntypedWordsAcceptor);
	return s->done;
}

TEST(GSCH0029, "a sender without a receive phase whose queued message is taken is first, if it is not below")
{
	for (unsigned kind = 0; kind < 5; kind++) {
		CHECK_EQ(ran_on(99, kind), 0);
		CHECK_EQ(ran_on(100, kind), 1);
		CHECK_EQ(ran_on(101, kind), 1);
	}
}
