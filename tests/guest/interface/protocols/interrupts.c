/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * interrupts.c - interrupts as messages (protocols 2). The device is in uart.h.
 */
#include "uart.h"

TEST(GIRQ0001, "an interrupt can be attached and detached")
{
	begin();
	CHECK_EQ(attach(L4_Myself()), 0);
	CHECK_EQ(detach(), 0);
	CHECK(L4_AssociateInterrupt(irq(), L4_Myself()));
	CHECK(L4_DeassociateInterrupt(irq()));
}

/* ---- what the handler does with the line, and what the line does ---- */

enum step {
	ATTACH = 1, DETACH, RAISE, SLEEP,
	GETS, GETS_AT_ONCE, GETS_NOTHING, GETS_NOTHING_AT_ONCE,		/* receives a message, or times out */
	ACKNOWLEDGE, ACKNOWLEDGE_EARLY, ACKNOWLEDGE_AGAIN,		/* early: the result does not matter */
};

#define INTERRUPT_TAG	((word)N_INTERRUPT << 20)	/* label -1, no words */

/* Returns 0 if the step does not do what its name says. */
static bool play_step(enum step step)
{
	word e;

	switch (step) {
	case ATTACH: return attach(L4_Myself()) == 0;
	case DETACH: return detach() == 0;
	case RAISE: uart_raise(); return true;
	case SLEEP: sleep_us(2000); return true;
	case GETS: return receive(100000).raw == INTERRUPT_TAG;
	case GETS_AT_ONCE: return receive(0).raw == INTERRUPT_TAG;
	case GETS_NOTHING: return L4_IpcFailed(receive(5000));
	case GETS_NOTHING_AT_ONCE: return L4_IpcFailed(receive(0));
	case ACKNOWLEDGE: return acknowledge() == 0;
	case ACKNOWLEDGE_EARLY: acknowledge(); return true;
	case ACKNOWLEDGE_AGAIN: uart_quiet(); e = acknowledge(); return e == 0 || e == SEND_NOT_EXISTING;
	}
	return false;
}

static void play(const enum step *steps)
{
	begin();
	for (word i = 0; steps[i]; i++) {
		bool done = play_step(steps[i]);

		if (!done)
			guest_note("number of the step, from 0", i);
		CHECK(done);
	}
	end();
}

#define STEPS(...)	play((const enum step[]){ ATTACH, __VA_ARGS__, 0 })

TEST_ROW(GIRQ0002, "detaching an interrupt again succeeds", STEPS(DETACH, DETACH, ATTACH))
TEST_ROW(GIRQ0029, "attaching again to the same handler keeps a message that was not delivered",
	 STEPS(RAISE, SLEEP, ATTACH, GETS_AT_ONCE, ACKNOWLEDGE))
TEST_ROW(GIRQ0030, "attaching again to the same handler does not unmask a line that was not acknowledged",
	 STEPS(RAISE, GETS, ATTACH, RAISE, GETS_NOTHING, ACKNOWLEDGE, RAISE, GETS, ACKNOWLEDGE))
TEST_ROW(GIRQ0006, "an interrupt is received by a closed wait for its id", STEPS(RAISE, GETS))
TEST_ROW(GIRQ0007, "no second message comes before the first is acknowledged, and then it does",
	 STEPS(RAISE, GETS, RAISE, GETS_NOTHING, ACKNOWLEDGE, RAISE, GETS, ACKNOWLEDGE))
TEST_ROW(GIRQ0008, "an interrupt waits for its handler when that does not receive",
	 STEPS(RAISE, SLEEP, GETS_AT_ONCE))
TEST_ROW(GIRQ0020, "an acknowledgement before the message was received counts for nothing",
	 STEPS(RAISE, SLEEP, ACKNOWLEDGE_EARLY, RAISE, SLEEP, GETS_AT_ONCE, GETS_NOTHING_AT_ONCE, ACKNOWLEDGE))
TEST_ROW(GIRQ0011, "a second acknowledgement does not block the driver",
	 STEPS(RAISE, GETS, ACKNOWLEDGE, ACKNOWLEDGE_AGAIN))
TEST_ROW(GIRQ0012, "after detaching nothing is delivered", STEPS(DETACH, RAISE, GETS_NOTHING))

TEST(GIRQ0028, "a send to a detached interrupt waits until its timeout")
{
	word start;

	begin();
	CHECK_EQ(attach(L4_Myself()), 0);
	CHECK_EQ(detach(), 0);
	start = now();
	L4_Set_MsgTag(L4_Niltag);
	CHECK(L4_IpcFailed(L4_Send_Timeout(irq(), L4_TimePeriod(3000))));
	CHECK_EQ(L4_ErrorCode(), SEND_TIMEOUT);
	CHECK(now() - start >= 3000);
	L4_Set_MsgTag(L4_Niltag);
	CHECK(L4_IpcFailed(L4_Send_Timeout(irq(), L4_ZeroTime)));
	CHECK_EQ(L4_ErrorCode(), SEND_TIMEOUT);
}

TEST(GIRQ0003, "an interrupt id has version 1, another is refused: error 2")
{
	L4_ThreadId_t wrong = L4_GlobalId(LINE, 3);

	CHECK_EQ(thread_control(wrong, wrong, L4_nilthread, L4_Myself(), -1ul), L4_ErrInvalidThread);
}

TEST(GIRQ0004, "a handler that does not exist is refused: error 2")
{
	begin();
	CHECK_EQ(attach(tid_new()), L4_ErrInvalidThread);
}

TEST(GIRQ0005, "an interrupt is a message: label -1, no words, from the interrupt's global id")
{
	L4_ThreadId_t from;
	L4_MsgTag_t tag;

	begin();
	CHECK_EQ(attach(L4_Myself()), 0);
	uart_raise();
	L4_LoadMR(1, 0x4321);
	tag = L4_Wait_Timeout(L4_TimePeriod(100000), &from);
	CHECK_EQ(tag.raw, 0xfffffffffff00000);
	CHECK_EQ(from.raw, irq().raw);
	CHECK_EQ(mr(1), 0x4321);
	end();
}

struct handler { volatile word count; };

static void handle_interrupts(void *arg)
{
	struct handler *h = arg;
	L4_ThreadId_t from;
	L4_MsgTag_t tag = L4_Wait(&from);

	for (;;) {
		if (tag_protocol(tag) == N_INTERRUPT)
			h->count++;
		uart_quiet();
		L4_Set_MsgTag(L4_Niltag);
		tag = L4_ReplyWait(from, &from);
	}
}

TEST(GIRQ0009, "the usual loop of a driver gets many interrupts, one message each")
{
	static struct handler h;
	L4_ThreadId_t t;

	begin();
	h.count = 0;
	t = thread_start(handle_interrupts, &h);
	CHECK_EQ(attach(t), 0);
	for (word i = 1; i <= 50; i++) {
		uart_raise();
		for (word start = now(); h.count < i && now() - start < 100000; )
			;
		CHECK_EQ(h.count, i);
	}
	end();
}

/* Receives and never acknowledges. */
static void count_interrupts(void *arg)
{
	struct handler *h = arg;

	for (;;)
		h->count += L4_IpcSucceeded(L4_Receive(irq()));
}

TEST(GIRQ0010, "the acknowledgement of another thread counts for nothing")
{
	static struct handler h;
	L4_ThreadId_t t;

	begin();
	h.count = 0;
	t = thread_start(count_interrupts, &h);
	CHECK_EQ(attach(t), 0);
	uart_raise();
	sleep_us(2000);
	CHECK_EQ(h.count, 1);
	CHECK_EQ(acknowledge(), SEND_NOT_EXISTING);
	uart_raise();
	sleep_us(2000);
	CHECK_EQ(h.count, 1);
	end();
}

TEST(GIRQ0013, "attaching another handler moves the interrupt to it")
{
	static struct receiver r;
	L4_ThreadId_t t;

	begin();
	r = (struct receiver){ .from = irq() };
	t = thread_start(receive_once, &r);
	CHECK_EQ(attach(L4_Myself()), 0);
	CHECK_EQ(attach(t), 0);
	uart_raise();
	sleep_us(2000);
	CHECK(r.got.done);
	CHECK_EQ(r.got.tag, 0xfffffffffff00000);
	end();
}

TEST(GIRQ0014, "when the handler is deleted the interrupt is free for another")
{
	static struct receiver r;
	L4_ThreadId_t t;

	begin();
	r = (struct receiver){ .from = irq() };
	t = thread_start(receive_once, &r);
	CHECK_EQ(attach(t), 0);
	thread_delete(t);
	uart_raise();
	sleep_us(1000);
	uart_quiet();
	CHECK_EQ(attach(L4_Myself()), 0);
	uart_raise();
	CHECK(L4_IpcSucceeded(receive(100000)));
	end();
}

TEST(GIRQ0015, "an interrupt not acknowledged when its handler is deleted can be attached again")
{
	static struct receiver r;
	L4_ThreadId_t t;

	begin();
	r = (struct receiver){ .from = irq() };
	t = thread_start(receive_once, &r);
	CHECK_EQ(attach(t), 0);
	uart_raise();
	sleep_us(1000);
	CHECK(r.got.done);
	thread_delete(t);
	CHECK_EQ(attach(L4_Myself()), 0);
	uart_raise();
	CHECK(L4_IpcSucceeded(receive(100000)));
	CHECK_EQ(acknowledge(), 0);
	end();
}

TEST(GIRQ0016, "an interrupt preempts a thread of lower priority than the handler")
{
	static struct handler h;
	L4_ThreadId_t t;

	begin();
	h.count = 0;
	t = thread_start(handle_interrupts, &h);
	CHECK_EQ(attach(t), 0);
	uart_raise();
	for (volatile word i = 0; i < 20000000 && h.count == 0; i++)
		;
	CHECK_EQ(h.count, 1);
	end();
}

TEST(GIRQ0017, "a handler in another space gets the interrupt too")
{
	static struct receiver r;
	struct space s;
	L4_ThreadId_t t;

	begin();
	space_make(&s);
	r = (struct receiver){ .from = irq() };
	t = space_start(&s, receive_once, &r);
	CHECK_EQ(attach(t), 0);
	uart_raise();
	sleep_us(2000);
	CHECK(r.got.done);
	CHECK_EQ(r.got.tag, 0xfffffffffff00000);
	end();
}

TEST(GIRQ0018, "every line can be attached and detached, or is refused with error 2")
{
	begin();
	for (word i = 0; i < system_base; i++) {
		L4_ThreadId_t line = L4_GlobalId(i, 1);
		word e = thread_control(line, line, L4_nilthread, L4_Myself(), -1ul);

		CHECK(e == 0 || e == L4_ErrInvalidThread);
		if (e == 0)
			CHECK_EQ(thread_control(line, line, L4_nilthread, line, -1ul), 0);
	}
	sleep_us(5000);
}

TEST(GIRQ0022, "SpaceSpecifier, scheduler and UTCB location of an attach and a detach are ignored")
{
	begin();
	CHECK_EQ(thread_control(irq(), L4_nilthread, tid_new(), L4_Myself(), 0x123), 0);
	uart_raise();
	CHECK(L4_IpcSucceeded(receive(100000)));
	CHECK_EQ(acknowledge(), 0);
	CHECK_EQ(thread_control(irq(), tid_new(), L4_anythread, irq(), 0x1000), 0);
	uart_raise();
	CHECK(L4_IpcFailed(receive(5000)));
	end();
}

TEST(GIRQ0023, "Schedule moves an interrupt to a processor that there is, not to another; it has no priority")
{
	word old;

	begin();
	CHECK_EQ(attach(L4_Myself()), 0);
	CHECK(L4_Schedule(irq(), -1ul, 0, -1ul, -1ul, &old) != L4_SCHEDRESULT_ERROR);
	CHECK_EQ(L4_Schedule(irq(), -1ul, 77, -1ul, -1ul, &old), L4_SCHEDRESULT_ERROR);
	CHECK_EQ(L4_ErrorCode(), L4_ErrInvalidParam);
	CHECK(L4_Schedule(irq(), -1ul, -1ul, 3, -1ul, &old) != L4_SCHEDRESULT_ERROR);
	uart_raise();
	CHECK(L4_IpcSucceeded(receive(100000)));
	CHECK_EQ(acknowledge(), 0);
	end();
}
