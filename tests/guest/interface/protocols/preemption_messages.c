/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * preemption_messages.c - preemption messages and exceptions (api 2.2, protocols 4). A worker at priority
 * 80 computes with s set, and is preempted by sleepers; the test, far above its sensitive priority of 85,
 * is its exception handler.
 */
#include "exception_message.h"
#include "exregs.h"
#include "machine.h"

enum { WORKER = 80, SENSITIVE = 85, LONG = 1000000 };

struct worker {
	L4_ThreadId_t handler;
	bool delay, no_signal;
	volatile word counter, wrong;
};

/* Checks all the time that its message registers are unchanged. */
static void work(void *arg)
{
	struct worker *w = arg;

	L4_Set_ExceptionHandler(w->handler);
	for (int i = 0; i < 64; i++)
		L4_LoadMR(i, 0x5a00 + (word)i);
	if (!w->no_signal)
		L4_EnablePreemptionFaultException();
	if (w->delay)
		L4_DisablePreemption();
	for (;;) {
		for (int i = 0; i < 64; i++)
			if (mr(i) != 0x5a00 + (word)i)
				w->wrong++;
		w->counter++;
	}
}

static struct worker worker;

static L4_ThreadId_t start_worker(struct worker w, word delay)
{
	L4_ThreadId_t t = thread_waiting(supervisor);

	worker = w;
	CHECK(L4_Set_PreemptionDelay(t, SENSITIVE, delay) != 0);
	thread_go(t, WORKER, thread_frame(stack_new(), work, &worker));
	AWAIT(worker.counter);
	return t;
}

static L4_ThreadId_t start_plain(void)
{
	return start_worker((struct worker){ .handler = L4_MyGlobalId() }, 0);
}

/* Sleeps for 2000 us, again and again; longer where the worker would not run meanwhile. */
static volatile word wakes, woke_at;
static word nap_us;

static void wake_up(void *rounds)
{
	for (word i = 0; i < (word)rounds; i++) {
		sleep_us(nap_us);
		woke_at = now();
		wakes++;
	}
}

static void start_sleeper(word prio, word rounds)
{
	wakes = 0;
	nap_us = 2000 + 100 * entry_us();
	thread_start_prio(wake_up, (void *)rounds, prio);
}

/* For so many naps, in one sleep: a test that wakes with a sleeper, far above it, would preempt the worker
 * itself. */
static void let_sleep(word naps) { sleep_us(naps * nap_us); }

/* The next message of t, which has come already or will; returns its clock. */
static word message(L4_ThreadId_t t)
{
	L4_MsgTag_t tag = L4_Receive_Timeout(t, L4_TimePeriod(LONG));

	CHECK(L4_IpcSucceeded(tag));
	CHECK_EQ(tag.raw, (word)N_PREEMPTION << 20 | 2);
	CHECK_EQ(mr(2), 0);
	return mr(1);
}

static bool goes_on(void)
{
	word before = worker.counter;

	for (unsigned i = 0; i < 20 && worker.counter == before; i++)
		sleep_us(5000);
	return worker.counter > before;
}

TEST(GPMS0001, "with s a preempted thread sends its exception handler the time, and waits until it is taken")
{
	L4_ThreadId_t t = start_plain();
	word begin = now(), at;

	start_sleeper(SENSITIVE, 1);
	let_sleep(5);
	CHECK_EQ(wakes, 1);
	CHECK_EQ(thread_state(t), L4_SCHEDRESULT_PENDING_SEND);
	CHECK(!goes_on());
	at = message(t);
	CHECK(at > begin && at <= woke_at);
	CHECK_EQ(thread_state(t), L4_SCHEDRESULT_RUNNING);
	CHECK(goes_on());
	CHECK_EQ(worker.wrong, 0);
}

TEST(GPMS0002, "a handler that waits has each message at once; the clock rises, the thread continues")
{
	L4_ThreadId_t t = start_plain(), from;
	word last = 0, counted = 0;

	start_sleeper(SENSITIVE, 10);
	for (unsigned i = 0; i < 10; i++) {
		L4_MsgTag_t tag = L4_Wait_Timeout(L4_TimePeriod(LONG), &from);

		CHECK_EQ(tag.raw, (word)N_PREEMPTION << 20 | 2);
		CHECK_EQ(from.raw, L4_LocalIdOf(t).raw);
		CHECK(mr(1) > last && worker.counter > counted);
		last = mr(1);
		counted = worker.counter;
	}
	CHECK(goes_on());
	CHECK_EQ(worker.wrong, 0);
}

TEST(GPMS0003, "one above the sensitive priority preempts without a message")
{
	L4_ThreadId_t t = start_plain();

	start_sleeper(SENSITIVE + 1, 3);
	let_sleep(10);
	CHECK_EQ(wakes, 3);
	CHECK_EQ(thread_state(t), L4_SCHEDRESULT_RUNNING);
	CHECK(goes_on());
}

TEST(GPMS0004, "without s no message is sent")
{
	L4_ThreadId_t t = start_worker((struct worker){ .handler = L4_MyGlobalId(), .no_signal = true }, 0);

	start_sleeper(SENSITIVE, 3);
	let_sleep(10);
	CHECK_EQ(wakes, 3);
	CHECK_EQ(thread_state(t), L4_SCHEDRESULT_RUNNING);
}

static void spin_entry(void *counter) { spin(counter); }

TEST(GPMS0005, "the end of a slice, when an equal takes over, is reported as well")
{
	static volatile word counter;
	L4_ThreadId_t t = start_plain();

	sleep_us(50000);
	CHECK_EQ(thread_state(t), L4_SCHEDRESULT_RUNNING);
	counter = 0;
	thread_start_prio(spin_entry, (void *)&counter, WORKER);
	message(t);
	sleep_us(1000);
	CHECK(counter > 0);
	message(t);
}

static void call_and_switch(void *arg)
{
	struct worker *w = arg;

	L4_Set_ExceptionHandler(w->handler);
	L4_EnablePreemptionFaultException();
	for (unsigned i = 0; i < 100; i++) {
		L4_ThreadSwitch(L4_nilthread);
		L4_Sleep(L4_TimePeriod(10));
		w->counter++;
	}
	L4_DisablePreemptionFaultException();
}

TEST(GPMS0006, "a thread that gives up the processor by its own calls causes no message")
{
	static volatile word counter;
	L4_ThreadId_t t;

	worker = (struct worker){ .handler = L4_MyGlobalId() };
	counter = 0;
	t = thread_start_prio(call_and_switch, &worker, WORKER);
	thread_start_prio(spin_entry, (void *)&counter, WORKER - 1);
	AWAIT(thread_state(t) == L4_SCHEDRESULT_WAITING && worker.counter == 100);
	CHECK_EQ(worker.counter, 100);
	CHECK_EQ(thread_state(t), L4_SCHEDRESULT_WAITING);
}

TEST(GPMS0007, "a delay that is used up is reported by an exception with all registers; its reply resumes")
{
	L4_ThreadId_t t = start_worker((struct worker){ .handler = L4_MyGlobalId(), .delay = true }, 1000);
	L4_MsgTag_t tag;
	word m[M_WORDS + 1];

	start_sleeper(SENSITIVE, 1);
	tag = L4_Receive_Timeout(t, L4_TimePeriod(LONG));
	CHECK_EQ(tag.raw, (word)N_SYS_EXCEPTION << 20 | M_WORDS);
	L4_StoreMRs(1, M_WORDS, m + 1);
	CHECK_EQ(m[M_NUMBER], EXCEPTION_PREEMPTION);
	CHECK_EQ(m[M_ERROR], 0);
	CHECK_EQ(m[M_IP], exchange_control(t, 0).ip);
	L4_LoadMRs(1, M_WORDS, m + 1);
	L4_Set_MsgTag(tag_make(0, M_WORDS, 0));
	CHECK(L4_IpcSucceeded(L4_Reply(t)));
	CHECK(goes_on());
	CHECK_EQ(worker.wrong, 0);
	start_sleeper(SENSITIVE, 1);		/* no delay is left: a plain message */
	message(t);
}

TEST(GPMS0008, "the reply to that exception may send the thread elsewhere")
{
	L4_ThreadId_t t = start_worker((struct worker){ .handler = L4_MyGlobalId(), .delay = true }, 1000);

	start_sleeper(SENSITIVE, 1);
	CHECK_EQ(tag_protocol(L4_Receive_Timeout(t, L4_TimePeriod(LONG))), N_SYS_EXCEPTION);
	CHECK_EQ(thread_state(t), L4_SCHEDRESULT_WAITING);
	CHECK(!goes_on());
	redirected = 0;
	L4_LoadMR(M_IP, (word)redirect_target);
	L4_Set_MsgTag(tag_make(0, 1, 0));
	CHECK(L4_IpcSucceeded(L4_Reply(t)));
	AWAIT(redirected);
	CHECK_EQ(redirected, 1);
}

TEST(GPMS0009, "without an exception handler a thread is preempted without a message, and continues")
{
	L4_ThreadId_t t = start_worker((struct worker){ .handler = L4_nilthread, .delay = true }, 1000);

	start_sleeper(SENSITIVE, 3);
	let_sleep(10);
	CHECK_EQ(wakes, 3);
	CHECK_EQ(thread_state(t), L4_SCHEDRESULT_RUNNING);
	CHECK(goes_on());
}

TEST(GPMS0010, "ExchangeRegisters ends the wait for a message to be taken, and shows that it was a send")
{
	L4_ThreadId_t t = start_plain();

	start_sleeper(SENSITIVE, 1);
	let_sleep(5);
	CHECK_EQ(L4_AbortSend_and_stop(t).raw & 7, 4);
	L4_Start(t);
	CHECK(goes_on());
	CHECK_EQ(worker.wrong, 0);
}

TEST(GPMS0011, "when the handler is deleted with the message queued the thread continues")
{
	L4_ThreadId_t handler = thread_inactive(), t = start_worker((struct worker){ .handler = handler }, 0);

	start_sleeper(SENSITIVE, 1);
	let_sleep(5);
	CHECK_EQ(thread_state(t), L4_SCHEDRESULT_PENDING_SEND);
	thread_delete(handler);
	disown(handler);
	CHECK(goes_on());
}

TEST(GPMS0012, "a handler in another space sees the global id")
{
	static struct space s;
	static struct receiver r;
	L4_ThreadId_t t, handler;

	space_make(&s);
	r = (struct receiver){ .from = L4_anythread };
	handler = space_start(&s, receive_once, &r);
	t = start_worker((struct worker){ .handler = handler }, 0);
	start_sleeper(SENSITIVE, 1);
	let_sleep(5);
	CHECK(r.got.done);
	CHECK_EQ(r.got.tag, (word)N_PREEMPTION << 20 | 2);
	CHECK_EQ(r.got.from, t.raw);
	CHECK(goes_on());
}
