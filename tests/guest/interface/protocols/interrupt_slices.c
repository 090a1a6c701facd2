/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * interrupt_slices.c - when an interrupt must not be delivered directly, and whose slice is charged
 * on it.
 */
#include "uart.h"

static volatile word donated_left;	/* of its slice, when the interrupt comes */

static void donate(void *to)
{
	L4_ThreadId_t from;
	L4_Time_t quantum, left;

	sleep_us(2000);			/* now its own slice runs, and the partner waits */
	L4_Set_MsgTag(L4_Niltag);
	L4_Ipc(*(L4_ThreadId_t *)to, L4_anythread, L4_Timeouts(L4_Never, L4_Never), &from);
	L4_Timeslice(L4_Myself(), &left, &quantum);
	donated_left = (word)left.period.m << left.period.e;
}

TEST(GIRQ0025, "a handler whose slice is running has what is left of it when the interrupt comes")
{
	L4_ThreadId_t me = L4_Myself(), t = thread_start(donate, &me);

	begin();
	CHECK(L4_Set_Timeslice(t, L4_TimePeriod(100000), L4_Never));
	CHECK_EQ(attach(t), 0);
	CHECK(L4_IpcSucceeded(L4_Receive_Timeout(t, L4_TimePeriod(100000))));
	for (word start = now(); now() < start + 60000; )
		;
	uart_raise();
	AWAIT(donated_left);
	CHECK(donated_left <= 41000);
	end();
}

/* Waits for another thread first, and then for the interrupt; records what came. */
struct picky { L4_ThreadId_t other; volatile word heard; };

enum { OTHER_FIRST = 1, WRONG };

static void wait_for_other(void *arg)
{
	struct picky *p = arg;
	bool first = L4_IpcSucceeded(L4_Receive(p->other));
	L4_MsgTag_t tag = L4_Receive(irq());

	p->heard = first && tag_protocol(tag) == N_INTERRUPT ? OTHER_FIRST : WRONG;
}

TEST(GIRQ0026, "a handler that waits for another thread gets the interrupt only when it waits for it")
{
	static struct picky p;
	L4_ThreadId_t t;

	begin();
	p = (struct picky){ .other = L4_Myself() };
	t = thread_start(wait_for_other, &p);
	CHECK_EQ(attach(t), 0);
	uart_raise();
	for (word start = now(); now() < start + 2000; )
		;
	CHECK_EQ(p.heard, 0);
	L4_Set_MsgTag(L4_Niltag);
	CHECK(L4_IpcSucceeded(L4_Send_Timeout(t, L4_TimePeriod(100000))));
	AWAIT(p.heard);
	CHECK_EQ(p.heard, OTHER_FIRST);
	end();
}

/* The interrupted thread, and the rest of its slice then. */
struct look { L4_ThreadId_t at; volatile word done; L4_Time_t left; };

static void look_at_slice(void *arg)
{
	struct look *l = arg;
	L4_Time_t quantum;

	l->done = L4_IpcSucceeded(L4_Receive(irq())) && L4_Timeslice(l->at, &l->left, &quantum);
}

TEST(GIRQ0027, "a thread interrupted when its slice is over, uncontested, has no more than a new one")
{
	static struct look l;
	L4_ThreadId_t t;

	begin();
	l = (struct look){ .at = L4_Myself() };
	t = thread_start(look_at_slice, &l);
	CHECK_EQ(attach(t), 0);
	CHECK(L4_Set_Timeslice(L4_Myself(), L4_TimePeriod(2000), L4_Never));
	for (word start = now(); now() < start + 10000; )
		;
	uart_raise();
	AWAIT(l.done);
	CHECK(l.left.raw != L4_Never.raw && (word)l.left.period.m << l.left.period.e <= 2000);
	end();
}
