/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * quantum.c - total quantum: a thread stops when it has used it up, and its scheduler gets a message (api
 * 7.2, protocols 4). The test is the scheduler of its workers.
 */
#include "machine.h"

enum { QUANTUM = 8000, LONG = 1000000 };

static volatile word counter;

static void spin_entry(void *c) { spin(c); }

static word us(L4_Time_t t) { return (word)t.period.m << t.period.e; }

static word set_quantum(L4_ThreadId_t t, L4_Time_t quantum)
{
	word old;

	return L4_Schedule(t, 0xffff0000 | quantum.raw, -1ul, -1ul, -1ul, &old);
}

static L4_Time_t quantum_left(L4_ThreadId_t t)
{
	L4_Time_t slice, quantum;

	CHECK(L4_Timeslice(t, &slice, &quantum) != 0);
	return quantum;
}

static void set_scheduler(L4_ThreadId_t t, L4_ThreadId_t scheduler)
{
	CHECK_EQ(thread_control(t, t, scheduler, L4_nilthread, -1ul), 0);
}

/* A worker below the test, whose scheduler is the test, with a quantum of that many us. */
static L4_ThreadId_t start(void (*run)(void *), void *arg, word quantum)
{
	L4_ThreadId_t t = thread_start_prio(run, arg, 90);

	set_scheduler(t, L4_MyGlobalId());
	CHECK(set_quantum(t, L4_TimePeriod(quantum)) != 0);
	return t;
}

/* The message about t, which may be still to come; returns the clock in it. */
static word await_end(L4_ThreadId_t t)
{
	L4_MsgTag_t tag = L4_Receive_Timeout(t, L4_TimePeriod(LONG));

	CHECK(L4_IpcSucceeded(tag));
	CHECK_EQ(tag.raw, (word)N_PREEMPTION << 20 | 2);
	CHECK_EQ(mr(2), 0);
	CHECK(mr(1) <= now());
	return mr(1);
}

static bool no_message(L4_ThreadId_t t)
{
	return L4_IpcFailed(L4_Receive_Timeout(t, L4_ZeroTime)) && L4_ErrorCode() == RECEIVE_TIMEOUT;
}

static bool stands_still(volatile word *c)
{
	word before = *c;

	sleep_us(30000);
	return *c == before;
}

TEST(GQUA0001, "what is left of a total quantum comes back as a period; a new thread has never")
{
	L4_ThreadId_t t = thread_waiting(supervisor);

	CHECK_EQ(quantum_left(t).raw, L4_Never.raw);
	CHECK(L4_Set_Timeslice(t, L4_TimePeriod(4000), L4_TimePeriod(64000)) != 0);
	CHECK_EQ(us(quantum_left(t)), 64000);
	CHECK(L4_Set_Timeslice(t, L4_TimePeriod(4000), L4_Never) != 0);
	CHECK_EQ(quantum_left(t).raw, L4_Never.raw);
}

TEST(GQUA0002, "a total quantum of no length, or up to a time point, is refused with 5; nothing is changed")
{
	L4_ThreadId_t t = thread_waiting(supervisor);
	L4_Time_t slice, quantum;

	CHECK(L4_Set_Timeslice(t, L4_TimePeriod(4000), L4_TimePeriod(64000)) != 0);
	CHECK_EQ(L4_Set_Timeslice(t, L4_TimePeriod(8000), L4_ZeroTime), 0);
	CHECK_EQ(L4_ErrorCode(), L4_ErrInvalidParam);
	for (word point = 0x8000; point < 0x10000; point += 0x7b) {
		if (point == 0xffff)
			continue;
		CHECK_EQ(set_quantum(t, (L4_Time_t){ .raw = (L4_Word16_t)point }), 0);
		CHECK_EQ(L4_ErrorCode(), L4_ErrInvalidParam);
	}
	CHECK(L4_Timeslice(t, &slice, &quantum) != 0);
	CHECK_EQ(us(slice), 4000);
	CHECK_EQ(us(quantum), 64000);
}

TEST(GQUA0003, "a thread alone stops when its quantum is over; its scheduler gets a message with the time")
{
	word begin = now(), at;
	L4_ThreadId_t t, from;
	L4_MsgTag_t tag;

	counter = 0;
	t = start(spin_entry, (void *)&counter, QUANTUM);
	tag = L4_Wait(&from);
	at = mr(1);
	CHECK_EQ(tag.raw, (word)N_PREEMPTION << 20 | 2);
	CHECK_EQ(from.raw, L4_LocalIdOf(t).raw);
	CHECK_EQ(mr(2), 0);
	guest_note("after", at - begin);
	CHECK(at - begin >= QUANTUM && at - begin < QUANTUM + 20000 + 200 * entry_us());
	CHECK(at <= now());
	CHECK(counter > 0);
	CHECK(stands_still(&counter));
	CHECK(no_message(t));
}

TEST(GQUA0004, "a stopped thread is pending send until its message is taken, then inactive")
{
	L4_ThreadId_t t = start(spin_entry, (void *)&counter, QUANTUM);

	CHECK_EQ(thread_state(t), L4_SCHEDRESULT_RUNNING);
	sleep_us(30000);
	CHECK_EQ(thread_state(t), L4_SCHEDRESULT_PENDING_SEND);
	CHECK_EQ(quantum_left(t).raw, L4_ZeroTime.raw);
	await_end(t);
	CHECK_EQ(thread_state(t), L4_SCHEDRESULT_INACTIVE);
	CHECK_EQ(quantum_left(t).raw, L4_ZeroTime.raw);
	L4_ThreadSwitch(t);
	CHECK(stands_still(&counter));
}

TEST(GQUA0005, "its scheduler renews the quantum again and again, and the thread continues each time")
{
	word last = 0, at = 0;
	L4_ThreadId_t t;

	counter = 0;
	t = start(spin_entry, (void *)&counter, QUANTUM);
	for (unsigned i = 0; i < 20; i++) {
		word next = await_end(t);

		CHECK(next >= at + (i > 0 ? QUANTUM : 0));
		CHECK(counter > last || entry_us() > SLOW_US);
		last = counter;
		at = next;
		CHECK_EQ(set_quantum(t, L4_TimePeriod(QUANTUM)), L4_SCHEDRESULT_INACTIVE);
	}
	await_end(t);
	last = counter;
	CHECK(set_quantum(t, L4_Never) != 0);
	sleep_us(10 * QUANTUM);
	CHECK(counter > last);
	CHECK(no_message(t));
}

TEST(GQUA0006, "a Schedule that leaves the quantum as it is does not set the thread going")
{
	L4_ThreadId_t t = start(spin_entry, (void *)&counter, QUANTUM);
	word old;

	await_end(t);
	CHECK(L4_Schedule(t, -1ul, -1ul, -1ul, -1ul, &old) != 0);
	CHECK(L4_Schedule(t, (word)period(20000) << 16 | 0xffff, -1ul, 95, -1ul, &old) != 0);
	CHECK(L4_Set_PreemptionDelay(t, 95, 100) != 0);
	CHECK(stands_still(&counter));
	CHECK_EQ(thread_state(t), L4_SCHEDRESULT_INACTIVE);
}

TEST(GQUA0007, "a new quantum before the message is taken withdraws it")
{
	L4_ThreadId_t t = start(spin_entry, (void *)&counter, QUANTUM);
	word before;

	sleep_us(3 * QUANTUM);
	CHECK_EQ(set_quantum(t, L4_Never), L4_SCHEDRESULT_PENDING_SEND);
	CHECK(no_message(t));
	before = counter;
	sleep_us(3000);
	CHECK(counter > before);
}

struct client { L4_ThreadId_t server; volatile word answers, last; };

static void call_once(void *arg)
{
	struct client *c = arg;

	for (;;) {
		L4_MsgTag_t tag;

		L4_LoadMR(1, 77);
		L4_Set_MsgTag(tag_make(1, 1, 0));
		tag = L4_Call(c->server);
		if (L4_IpcFailed(tag))
			guest_fail(__FILE__, __LINE__, "call");
		c->last = mr(1);
		c->answers++;
		L4_Sleep(L4_Never);
	}
}

/* Answers one call after so many us of its own computing. */
static volatile word serve_us, serve_done;

static void compute(word length)
{
	word begin = now();

	while (now() - begin < length)
		;
}

static void serve(void *unused)
{
	L4_ThreadId_t from;
	L4_MsgTag_t tag = L4_Wait(&from);

	(void)unused;
	for (;;) {
		word w = mr(1);

		compute(serve_us);
		serve_done++;
		L4_LoadMR(1, w + 1);
		L4_Set_MsgTag(tag_make(2, 1, 0));
		tag = L4_ReplyWait(from, &from);
		if (L4_IpcFailed(tag))
			guest_fail(__FILE__, __LINE__, "reply");
	}
}

TEST(GQUA0008, "in an RPC the server continues when its client's quantum is over; the client has its answer")
{
	static struct client c;
	L4_ThreadId_t t;

	c = (struct client){ .server = thread_start_prio(serve, 0, 91) };
	serve_us = 5 * QUANTUM;
	serve_done = 0;
	sleep_us(1000);
	t = start(call_once, &c, QUANTUM);
	await_end(t);				/* not before the answer */
	CHECK_EQ(serve_done, 1);
	CHECK_EQ(c.answers, 0);
	CHECK(set_quantum(t, L4_TimePeriod(QUANTUM)) != 0);
	sleep_us(3000);
	CHECK_EQ(c.answers, 1);
	CHECK_EQ(c.last, 78);
}

TEST(GQUA0009, "in an RPC the client is charged: a server with a small quantum serves longer than that")
{
	static struct client c;
	L4_ThreadId_t client;

	c = (struct client){ .server = start(serve, 0, LONG) };
	serve_us = 5 * QUANTUM;
	serve_done = 0;
	sleep_us(1000);
	CHECK(set_quantum(c.server, L4_TimePeriod(QUANTUM)) != 0);
	client = thread_waiting(supervisor);
	CHECK(L4_Set_Timeslice(client, L4_TimePeriod(LONG), L4_Never) != 0);
	thread_go(client, 90, thread_frame(stack_new(), call_once, &c));
	sleep_us(8 * QUANTUM);
	CHECK_EQ(c.answers, 1);
	CHECK(no_message(c.server));
	CHECK(us(quantum_left(c.server)) > QUANTUM / 2);
}

TEST(GQUA0010, "a server whose own quantum is over stops, client or not, and answers when it has a new one")
{
	static struct client c;
	static L4_ThreadId_t server;

	c = (struct client){ .server = server = start(serve, 0, LONG) };
	serve_us = 3 * QUANTUM;
	serve_done = 0;
	sleep_us(1000);
	thread_go(thread_waiting(supervisor), 90, thread_frame(stack_new(), call_once, &c));
	sleep_us(1000);				/* the client has called: the server is at work */
	CHECK(set_quantum(server, L4_TimePeriod(100)) != 0);
	L4_ThreadSwitch(server);		/* on the test's time */
	CHECK_EQ(c.answers, 0);
	sleep_us(10 * QUANTUM);
	CHECK_EQ(c.answers + (thread_state(server) == L4_SCHEDRESULT_PENDING_SEND), 1);
	CHECK(set_quantum(server, L4_Never) != 0);
	sleep_us(10 * QUANTUM);
	CHECK_EQ(c.answers, 1);
}

static void sleep_mostly(void *c)
{
	for (;;) {
		compute(200);
		sleep_us(4000);
		++*(volatile word *)c;
	}
}

TEST(GQUA0011, "only the time that a thread runs counts")
{
	L4_ThreadId_t t;

	counter = 0;
	t = start(sleep_mostly, (void *)&counter, 40 * QUANTUM);
	sleep_us(60 * QUANTUM);
	CHECK(no_message(t));
	CHECK(counter > 40);
	CHECK(us(quantum_left(t)) > 20 * QUANTUM);
}

TEST(GQUA0012, "of two equals each stops after its own quantum, the second one after twice the time")
{
	static volatile word a, b;
	word begin = now(), end_a, end_b;
	L4_ThreadId_t s, t;

	a = b = 0;
	s = start(spin_entry, (void *)&a, 5 * QUANTUM);
	t = start(spin_entry, (void *)&b, 5 * QUANTUM);
	sleep_us(20 * QUANTUM);
	end_a = await_end(s) - begin;
	end_b = await_end(t) - begin;
	guest_note("a", end_a);
	guest_note("b", end_b);
	CHECK((end_a > end_b ? end_a : end_b) >= 10 * QUANTUM);
	CHECK((end_a < end_b ? end_a : end_b) >= 5 * QUANTUM);
}

TEST(GQUA0013, "without a scheduler it stops all the same, and one that is set later gets the message")
{
	L4_ThreadId_t nobody = thread_inactive(), t;
	word before;

	t = thread_start_prio(spin_entry, (void *)&counter, 90);
	set_scheduler(t, nobody);
	CHECK(set_quantum(t, L4_TimePeriod(QUANTUM)) != 0);
	thread_delete(nobody);
	disown(nobody);
	sleep_us(3 * QUANTUM);
	CHECK_EQ(thread_state(t), L4_SCHEDRESULT_INACTIVE);
	set_scheduler(t, L4_MyGlobalId());
	await_end(t);
	before = counter;
	CHECK(set_quantum(t, L4_TimePeriod(QUANTUM)) != 0);
	await_end(t);
	CHECK(counter > before);
}

TEST(GQUA0014, "when the scheduler is deleted with the message queued, or changed, nothing hangs")
{
	L4_ThreadId_t nobody = thread_inactive(), t;

	t = thread_start_prio(spin_entry, (void *)&counter, 90);
	set_scheduler(t, nobody);
	CHECK(set_quantum(t, L4_TimePeriod(QUANTUM)) != 0);
	AWAIT(thread_state(t) == L4_SCHEDRESULT_PENDING_SEND);
	CHECK_EQ(thread_state(t), L4_SCHEDRESULT_PENDING_SEND);
	set_scheduler(t, L4_MyGlobalId());	/* which gets the message instead */
	await_end(t);
	set_scheduler(t, nobody);
	CHECK(set_quantum(t, L4_TimePeriod(QUANTUM)) != 0);
	AWAIT(thread_state(t) == L4_SCHEDRESULT_PENDING_SEND);
	CHECK_EQ(thread_state(t), L4_SCHEDRESULT_PENDING_SEND);
	thread_delete(nobody);
	disown(nobody);
	sleep_us(1000);
	CHECK_EQ(thread_state(t), L4_SCHEDRESULT_INACTIVE);
	CHECK(stands_still(&counter));
	set_scheduler(t, L4_MyGlobalId());
	await_end(t);
	set_scheduler(t, L4_MyGlobalId());	/* that was the only message */
	CHECK(no_message(t));
}

TEST(GQUA0015, "ExchangeRegisters does not set a stopped thread free; halting is another matter")
{
	L4_ThreadId_t t = start(spin_entry, (void *)&counter, QUANTUM);
	word before;

	sleep_us(3 * QUANTUM);
	L4_Start_SpIp(t, stack_new(), (word)redirect_target);
	sleep_us(3000);
	CHECK_EQ(thread_state(t), L4_SCHEDRESULT_PENDING_SEND);
	CHECK(stands_still(&counter));
	await_end(t);
	L4_Stop(t);
	CHECK(set_quantum(t, L4_Never) != 0);
	redirected = 0;
	sleep_us(3000);
	CHECK_EQ(redirected, 0);
	before = counter;
	L4_Start(t);
	sleep_us(3000);
	CHECK_EQ(redirected, 1);		/* where it was sent meanwhile */
	CHECK_EQ(counter, before);
}

TEST(GQUA0016, "a quantum that ends while the pager serves a fault is reported after the fault")
{
	static struct space s;
	L4_ThreadId_t t;
	L4_MsgTag_t tag;

	space_make(&s);
	counter = 0;
	t = space_start_pager(&s, spin_entry, (void *)(WINDOW + 8), L4_MyGlobalId());
	CHECK(L4_Set_Priority(t, 90) != 0);
	set_scheduler(t, L4_MyGlobalId());
	CHECK(set_quantum(t, L4_TimePeriod(4 * QUANTUM)) != 0);
	tag = pager_serve(t);
	CHECK_EQ(tag_protocol(tag), N_PAGEFAULT);
	compute(20 * QUANTUM);			/* on whose slice does not matter here */
	CHECK(set_quantum(t, L4_TimePeriod(1)) != 0);
	L4_LoadMR(1, WINDOW | 8);
	L4_LoadMR(2, fpage(pool(1), 12, L4_FullyAccessible).raw);
	L4_Set_MsgTag(tag_make(0, 0, 2));
	tag = L4_Call(t);			/* the answer; then the message, if the thread ran at all */
	CHECK(L4_IpcSucceeded(tag));
	CHECK_EQ(tag_protocol(tag), N_PREEMPTION);
}

static void schedule_other(void *arg)
{
	L4_ThreadId_t t;
	L4_MsgTag_t tag = L4_Wait(&t);
	volatile word *seen = arg;

	for (;;) {
		if (tag.raw != ((word)N_PREEMPTION << 20 | 2))
			guest_fail(__FILE__, __LINE__, "not the message");
		++*seen;
		if (set_quantum(t, L4_TimePeriod(QUANTUM)) == 0)
			guest_fail(__FILE__, __LINE__, "Schedule");
		tag = L4_Wait(&t);
	}
}

TEST(GQUA0017, "a scheduler without privileges, in another space, gets the message and renews the quantum")
{
	static struct space s;
	static volatile word seen;
	L4_ThreadId_t scheduler, t;
	word before;

	seen = 0;
	space_make(&s);
	scheduler = space_start_prio(&s, schedule_other, (void *)&seen, 95);
	counter = 0;
	t = thread_start_prio(spin_entry, (void *)&counter, 90);
	set_scheduler(t, scheduler);
	CHECK(set_quantum(t, L4_TimePeriod(QUANTUM)) != 0);
	AWAIT(seen >= 2);
	before = counter;
	AWAIT(seen >= 5);
	CHECK(seen >= 5 && counter > before);
}

TEST(GQUA0018, "threads deleted with the message queued leave nothing at the scheduler, a hundred times")
{
	struct mark mark = world_mark();

	for (unsigned i = 0; i < 100; i++) {
		L4_ThreadId_t t = start(spin_entry, (void *)&counter, 200);

		AWAIT(thread_state(t) == L4_SCHEDRESULT_PENDING_SEND);
		CHECK_EQ(thread_state(t), L4_SCHEDRESULT_PENDING_SEND);
		thread_delete(t);
		world_release(mark);
	}
	CHECK(no_message(L4_anythread));
}

TEST(GQUA0019, "when its client's slice is used up a server is charged, though no other thread is ready")
{
	static struct client c;

	c = (struct client){ .server = start(serve, 0, LONG) };
	serve_us = 10 * QUANTUM;
	serve_done = 0;
	sleep_us(1000);
	CHECK(set_quantum(c.server, L4_TimePeriod(QUANTUM)) != 0);
	thread_start_prio(call_once, &c, 90);
	await_end(c.server);
	CHECK_EQ(c.answers + serve_done, 0);
	CHECK(set_quantum(c.server, L4_Never) != 0);
	sleep_us(20 * QUANTUM);
	CHECK_EQ(c.answers, 1);
}
