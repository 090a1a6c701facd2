/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * woken_receiver.c - kernel entries between a message and the next run of its receiver, which is ready and
 * below its sender.
 */
#include "machine.h"

static volatile word runs;		/* how often the receiver ran */

static void receive_all(void *unused)
{
	L4_ThreadId_t from;

	(void)unused;
	for (;;) {
		L4_MsgTag_t tag = L4_Wait(&from);

		runs += L4_IpcSucceeded(tag);
	}
}

/* A server, that answers with what it sees of a counter. */
static void tell(const volatile word *count)
{
	L4_ThreadId_t from;
	L4_MsgTag_t tag = L4_Wait(&from);

	while (L4_IpcSucceeded(tag)) {
		msg_load(0, 1, *count - 1);
		tag = L4_ReplyWait(from, &from);
	}
}

static void tell_runs(void *unused)
{
	(void)unused;
	tell(&runs);
}

static L4_ThreadId_t start_below(void (*run)(void *), word prio)
{
	L4_ThreadId_t t = thread_start(run, 0);

	CHECK(L4_Set_Priority(t, prio) != 0);
	return t;
}

/* The receiver has a message, then `between` enters the kernel, then the server is called. */
static void send_and_call(void (*between)(void))
{
	L4_ThreadId_t server = start_below(tell_runs, 90), receiver = start_below(receive_all, 95);

	runs = 0;
	for (word i = 1; i <= 3; i++) {
		L4_Set_MsgTag(L4_Niltag);
		CHECK(L4_IpcSucceeded(L4_Send(receiver)));
		CHECK_EQ(runs, i - 1);
		between();
		CHECK_EQ(runs, i - 1);
		L4_Set_MsgTag(L4_Niltag);
		CHECK(L4_IpcSucceeded(L4_Call(server)));
		CHECK_EQ(mr(1), i);
	}
}

static void nothing(void) { }

static void kernel_interface(void)
{
	word version, flags, id;

	CHECK(L4_KernelInterface(&version, &flags, &id) == kip);
}

static void refused_exchange(void)
{
	word w;
	L4_ThreadId_t pager;

	CHECK(L4_IsNilThread(L4_ExchangeRegisters(tid_new(), 0, 0, 0, 0, 0, L4_nilthread, &w, &w, &w, &w, &w,
						  &pager)));
}

static void make_thread(void) { thread_waiting(supervisor); }

static void use_registers(void)
{
	struct fpu f;

	fpu_store(&f);
}

TEST_ROW(GPRI0006, "a thread that has got a message runs before a server below it that is called next",
	 send_and_call(nothing))
TEST_ROW(GPRI0007, "the same if KernelInterface is asked for in between", send_and_call(kernel_interface))
TEST_ROW(GPRI0008, "the same if a system call is refused in between", send_and_call(refused_exchange))
TEST_ROW(GPRI0009, "the same if a thread is made in between", send_and_call(make_thread))
TEST_ROW(GPRI0010, "the same if vector registers are used in between", send_and_call(use_registers))

struct flagged { L4_ThreadId_t server; word flags; };

/* Calls, and calls again, then with these flags in its tag. */
static void call_flagged(void *arg)
{
	struct flagged *f = arg;

	for (unsigned i = 0; i < 4; i++) {
		L4_MsgTag_t tag = { .raw = tag_make(7, 1, 0).raw | (i > 0 ? f->flags : 0) };

		L4_Set_MsgTag(tag);
		tag = L4_Call(f->server);
		CHECK(L4_IpcSucceeded(tag));
	}
}

TEST(GIPC0049, "flags that a queued caller has set in its tag do not arrive, however its message is taken")
{
	static struct flagged a, b;
	L4_ThreadId_t from;
	L4_MsgTag_t tag;

	a = (struct flagged){ .server = L4_Myself() };
	b = (struct flagged){ .server = L4_Myself(), .flags = 0xe000 };
	thread_start(call_flagged, &a);
	thread_start(call_flagged, &b);
	tag = L4_Wait(&from);
	for (unsigned i = 0; i < 7; i++) {
		CHECK_EQ(tag.raw, tag_make(7, 1, 0).raw);
		L4_Set_MsgTag(L4_Niltag);
		tag = L4_ReplyWait(from, &from);
	}
	CHECK_EQ(tag.raw, tag_make(7, 1, 0).raw);
}

/* ---- slices ---- */

enum { NEXT_SLICE = 2000, LOOKS = 30000, LATER = 150000 };

static L4_ThreadId_t tester, rival_of;
static volatile word rival, seen, looked;

static void spin_entry(void *counter) { spin(counter); }

static void sleep_long(void *unused)
{
	(void)unused;
	sleep_us(LATER);
}

/* Waits for a while until the rival, its equal, runs. */
static void look(void *unused)
{
	L4_ThreadId_t from;
	L4_MsgTag_t tag = L4_Wait(&from);
	word begin = now();

	(void)unused;
	while (L4_IpcSucceeded(tag) && now() - begin < LOOKS)
		seen = rival;
	looked = 1;
	L4_Set_MsgTag(L4_Niltag);
	tag = L4_Send(tester);
	(void)tag;
}

/* Runs on a slice of its own, asks the kernel for something, and calls. */
static void ask_and_call(void *unused)
{
	L4_ThreadId_t from;
	L4_MsgTag_t tag = L4_Wait(&from);

	(void)unused;
	kernel_interface();
	L4_Set_MsgTag(L4_Niltag);
	tag = L4_Call(rival_of);
	(void)tag;
}

TEST(GPRI0011, "an equal has its turn at the end of the slice of one that got it with a message, and called")
{
	L4_ThreadId_t caller;
	word begin = now();

	rival = seen = looked = 0;
	tester = L4_Myself();
	CHECK(L4_Set_Timeslice(tester, L4_TimePeriod(10 * LATER), L4_Never) != 0);
	rival_of = start_below(look, 90);
	caller = start_below(ask_and_call, 95);
	CHECK(L4_Set_Timeslice(caller, L4_TimePeriod(NEXT_SLICE), L4_Never) != 0);
	thread_start_prio(spin_entry, (void *)&rival, 90);
	thread_start(sleep_long, 0);
	while (now() - begin < LATER / 3)
		;
	L4_Set_MsgTag(L4_Niltag);
	CHECK(L4_IpcSucceeded(L4_Send(caller)));
	CHECK(L4_IpcSucceeded(L4_Wait(&caller)));
	CHECK(looked && seen > 0);
}

/* ---- more than one thread with a message ---- */

static volatile word turns, turn_of[2];

static void note_turn(void *number)
{
	L4_ThreadId_t from;

	while (L4_IpcSucceeded(L4_Wait(&from)))
		turn_of[(word)number] = ++turns;
}

TEST(GPRI0012, "of two that get messages one after the other the higher runs first, and both run")
{
	L4_ThreadId_t low = thread_start(note_turn, (void *)0), high = thread_start(note_turn, (void *)1);

	CHECK(L4_Set_Priority(low, 90) != 0 && L4_Set_Priority(high, 95) != 0);
	for (unsigned i = 0; i < 3; i++) {
		turns = 0;
		L4_Set_MsgTag(L4_Niltag);
		CHECK(L4_IpcSucceeded(L4_Send(low)));
		L4_Set_MsgTag(L4_Niltag);
		CHECK(L4_IpcSucceeded(L4_Send(high)));
		CHECK_EQ(turns, 0);
		sleep_us(500);
		CHECK(turns == 2 && turn_of[1] == 1 && turn_of[0] == 2);
	}
}

static L4_ThreadId_t told, busy;
static volatile word served, finished;

/* Sends to a thread of lower priority at each call before it answers. */
static void tell_and_answer(void *unused)
{
	L4_ThreadId_t from;
	L4_MsgTag_t tag = L4_Wait(&from);

	(void)unused;
	while (L4_IpcSucceeded(tag)) {
		if (++served < 19)
			L4_ThreadSwitch(told);		/* until it waits; not at the end */
		L4_Set_MsgTag(L4_Niltag);
		CHECK(L4_IpcSucceeded(L4_Send(told)));
		L4_Set_MsgTag(L4_Niltag);
		tag = L4_ReplyWait(from, &from);
	}
}

static void call_often(void *unused)
{
	(void)unused;
	for (unsigned i = 0; i < 10; i++) {
		L4_Set_MsgTag(L4_Niltag);
		CHECK(L4_IpcSucceeded(L4_Call(busy)));
	}
	finished++;
}

TEST(GPRI0013, "a thread that has got a message still runs when its sender answers a call and takes the next")
{
	runs = served = finished = 0;
	told = start_below(receive_all, 80);
	busy = start_below(tell_and_answer, 90);
	start_below(call_often, 95);
	start_below(call_often, 95);
	for (unsigned i = 0; i < 200 && finished < 2; i++)
		sleep_us(5000);
	CHECK_EQ(finished, 2);
	CHECK_EQ(runs, 20);
}

static L4_ThreadId_t low_server;
static volatile word in_call[2], overtaken;

static void count_and_answer(void *unused)
{
	L4_ThreadId_t from;
	L4_MsgTag_t tag = L4_Wait(&from);

	(void)unused;
	while (L4_IpcSucceeded(tag)) {
		msg_load(0, 1, ++served - 1);
		tag = L4_ReplyWait(from, &from);
	}
}

static void tell_served(void *unused)
{
	(void)unused;
	tell(&served);
}

/* Calls one server, then the other. A sender that was queued at the first meanwhile is served before the
 * other. */
static void call_both(void *number)
{
	word me = (word)number, before = 0;
	bool queued = false;

	for (unsigned i = 0; i < 12; i++) {
		in_call[me] = 1;
		L4_Set_MsgTag(L4_Niltag);
		CHECK(L4_IpcSucceeded(L4_Call(busy)));
		before = mr(1);
		in_call[me] = 0;
		queued = in_call[1 - me];
		if (i % 4 < 3)
			continue;
		L4_Set_MsgTag(L4_Niltag);
		CHECK(L4_IpcSucceeded(L4_Call(low_server)));
		CHECK(mr(1) >= before + queued);
		overtaken += queued;
	}
	finished++;
}

TEST(GPRI0014, "a thread that answers and takes the next call continues with it before a server below runs")
{
	L4_ThreadId_t client[2];

	served = finished = overtaken = 0;
	busy = start_below(count_and_answer, 90);
	low_server = start_below(tell_served, 85);
	for (word i = 0; i < 2; i++) {
		client[i] = thread_start(call_both, (void *)i);
		CHECK(L4_Set_Priority(client[i], 95) != 0);
	}
	for (unsigned i = 0; i < 200 && finished < 2; i++)
		sleep_us(5000);
	CHECK_EQ(finished, 2);
	CHECK(overtaken > 0);
}
