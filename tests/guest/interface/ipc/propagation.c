/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * propagation.c - propagation (api 5.9): when it is allowed, what the receiver sees, which waits match,
 * and the wait of the virtual sender that follows.
 */
#include "route.h"

/* ---- speaking and listening ---- */

void heard_note(struct heard *h, L4_MsgTag_t tag, L4_ThreadId_t from)
{
	h->actual = L4_ActualSender().raw;
	h->intended = L4_IntendedReceiver().raw;
	receive_note(&h->got, tag, from);
}

static void mark_tcrs(void)
{
	L4_Set_VirtualSender((L4_ThreadId_t){ .raw = KEPT });
	((volatile word *)L4_MyLocalId().raw)[__L4_TCR_INTENDED_RECEIVER] = KEPT;
}

static void load(word first, L4_ThreadId_t name)
{
	L4_MsgTag_t tag = tag_make(7, 2, 0);

	mark_tcrs();
	if (!L4_IsNilThread(name)) {
		L4_Set_VirtualSender(name);
		L4_Set_Propagation(&tag);
	}
	L4_LoadMR(1, first);
	L4_LoadMR(2, first + 1);
	L4_Set_MsgTag(tag);
}

void speak(void *arg)
{
	struct voice *v = arg;
	L4_ThreadId_t from = L4_nilthread;
	L4_MsgTag_t tag;

	load(v->first, v->name);
	tag = L4_Ipc(v->to, v->from, v->timeouts, &from);
	heard_note(&v->heard, tag, from);
}

void listen(void *arg)
{
	struct ear *e = arg;

	e->heard = hear_until(e->from, e->timeout);
}

void speak_when_told(void *arg)
{
	struct told *t = arg;
	struct voice v = t->voice;

	t->voice = (struct voice){ .first = 1 };
	speak(&t->voice);
	t->voice = v;
	if (L4_IpcSucceeded(L4_Receive(t->by)))
		speak(&t->voice);
}

word tell_until(L4_ThreadId_t to, L4_ThreadId_t name, word first, L4_Time_t timeout)
{
	L4_MsgTag_t tag;

	load(first, name);
	tag = L4_Send_Timeout(to, timeout);
	return L4_IpcFailed(tag) ? L4_ErrorCode() : 0;
}

word tell(L4_ThreadId_t to, L4_ThreadId_t name, word first)
{
	return tell_until(to, name, first, L4_ZeroTime);
}

struct heard hear_until(L4_ThreadId_t from, word timeout)
{
	L4_ThreadId_t who = L4_nilthread;
	struct heard h = { .actual = 0 };
	L4_MsgTag_t tag;

	mark_tcrs();
	tag = L4_Ipc(L4_nilthread, from, timeout, &who);
	heard_note(&h, tag, who);
	return h;
}

struct heard hear(L4_ThreadId_t from) { return hear_until(from, L4_ZeroTime.raw); }

/* ---- when it is allowed ---- */

static void nothing(void *unused) { (void)unused; }

TEST(GPRO0001, "kind 1: a thread sends in the name of another one of its space, to another space")
{
	static struct ear e;
	struct space s;
	L4_ThreadId_t receiver, virtual = thread_inactive();

	space_make(&s);
	e = (struct ear){ .from = L4_anythread };
	receiver = space_start(&s, listen, &e);
	CHECK_EQ(tell(receiver, virtual, 11), 0);
	CHECK_HEARD(e.heard, PROPAGATED, 11, virtual);
	CHECK_EQ(e.heard.actual, L4_Myself().raw);
}

TEST(GPRO0002, "kind 2: to a thread of its own space a thread may send in any thread's name")
{
	static struct ear e;
	struct space s;
	L4_ThreadId_t receiver, virtual;

	space_make(&s);
	virtual = space_waiting(&s, supervisor);
	e = (struct ear){ .from = L4_anythread };
	receiver = thread_start(listen, &e);
	CHECK_EQ(tell(receiver, virtual, 12), 0);
	CHECK_HEARD(e.heard, PROPAGATED, 12, virtual);
	CHECK_EQ(e.heard.actual, L4_Myself().raw);
}

TEST(GPRO0003, "kind 3: all three in one space: the virtual sender's id is local, the real one's global")
{
	static struct ear e;
	L4_ThreadId_t receiver, virtual = thread_start(nothing, 0);

	e = (struct ear){ .from = L4_anythread };
	receiver = thread_start(listen, &e);
	CHECK_EQ(tell(receiver, virtual, 13), 0);
	CHECK_HEARD(e.heard, PROPAGATED, 13, L4_LocalIdOf(virtual));
	CHECK_EQ(e.heard.actual, L4_Myself().raw);
}

TEST(GPRO0004, "kind 4: in its own name a thread may send everywhere, and is both senders")
{
	static struct ear e;
	struct space s;
	L4_ThreadId_t receiver;

	space_make(&s);
	e = (struct ear){ .from = L4_anythread };
	receiver = space_start(&s, listen, &e);
	CHECK_EQ(tell(receiver, L4_Myself(), 14), 0);
	CHECK_HEARD(e.heard, PROPAGATED, 14, L4_Myself());
	CHECK_EQ(e.heard.actual, L4_Myself().raw);
}

TEST(GPRO0005, "kind 5: in the receiver's own name, inside its space")
{
	static struct ear e;
	L4_ThreadId_t receiver;

	e = (struct ear){ .from = L4_anythread };
	receiver = thread_start(listen, &e);
	CHECK_EQ(tell(receiver, receiver, 15), 0);
	CHECK_HEARD(e.heard, PROPAGATED, 15, L4_LocalIdOf(receiver));
}

TEST(GPRO0006, "kind 6: in the receiver's name from outside, or for a third space: not allowed, p is cleared")
{
	static struct ear e;
	struct space s, other;
	L4_ThreadId_t receiver, third;
	L4_MsgTag_t mine;

	space_make(&s);
	space_make(&other);
	third = space_waiting(&other, supervisor);
	for (int i = 0; i < 2; i++) {
		e = (struct ear){ .from = L4_anythread };
		receiver = space_start(&s, listen, &e);
		CHECK_EQ(tell(receiver, i ? third : receiver, 16), 0);
		mine = L4_MsgTag();
		CHECK_HEARD(e.heard, 0, 16, L4_Myself());
		CHECK_EQ(e.heard.actual, KEPT);
		CHECK_EQ(mine.raw & PROPAGATED, 0);
	}
}

TEST(GPRO0007, "a virtual sender that does not exist, nil, any or an old id: not allowed")
{
	static struct ear e;
	L4_ThreadId_t t = thread_inactive(), names[5], receiver;

	names[0] = L4_anythread;
	names[1] = L4_anylocalthread;
	names[2] = L4_GlobalId(L4_ThreadNo(t), L4_Version(t) + 1);
	names[3] = tid_new();
	names[4] = (L4_ThreadId_t){ .raw = 64 };
	for (int i = 0; i < 5; i++) {
		e = (struct ear){ .from = L4_anythread };
		receiver = thread_start(listen, &e);
		CHECK_EQ(tell(receiver, names[i], 17), 0);
		CHECK_HEARD(e.heard, 0, 17, L4_MyLocalId());
		CHECK_EQ(e.heard.actual, KEPT);
	}
}

TEST(GPRO0008, "the virtual sender may be named by a local id")
{
	static struct ear e;
	struct space s;
	L4_ThreadId_t receiver, virtual = thread_start(nothing, 0);

	space_make(&s);
	e = (struct ear){ .from = L4_anythread };
	receiver = space_start(&s, listen, &e);
	CHECK_EQ(tell(receiver, L4_LocalIdOf(virtual), 18), 0);
	CHECK_HEARD(e.heard, PROPAGATED, 18, virtual);
}

TEST(GPRO0009, "an ordinary message leaves ActualSender and IntendedReceiver alone")
{
	static struct ear e;
	L4_ThreadId_t receiver;

	e = (struct ear){ .from = L4_anythread };
	receiver = thread_start(listen, &e);
	CHECK_EQ(tell(receiver, L4_nilthread, 19), 0);
	CHECK_HEARD(e.heard, 0, 19, L4_MyLocalId());
	CHECK_EQ(e.heard.actual, KEPT);
	CHECK_EQ(e.heard.intended, KEPT);
}

TEST(GPRO0010, "an interrupt can be a virtual sender inside a space")
{
	static struct ear e;
	L4_ThreadId_t receiver, irq = L4_GlobalId(1, 1);

	L4_AssociateInterrupt(irq, L4_Myself());	/* since then it exists */
	L4_DeassociateInterrupt(irq);
	e = (struct ear){ .from = irq };
	receiver = thread_start(listen, &e);
	CHECK_EQ(tell(receiver, irq, 20), 0);
	CHECK_HEARD(e.heard, PROPAGATED, 20, irq);
}

/* ---- which waits match ---- */

TEST(GPRO0011, "a closed wait for the real sender, or for the virtual one, takes the message; no other does")
{
	static struct ear e;
	L4_ThreadId_t virtual = thread_start(nothing, 0), third = thread_start(nothing, 0);
	L4_ThreadId_t from[] = { L4_Myself(), virtual, L4_LocalIdOf(virtual), third }, receiver;

	for (int i = 0; i < 4; i++) {
		e = (struct ear){ .from = from[i] };
		receiver = thread_start(listen, &e);
		CHECK_EQ(tell(receiver, virtual, 21), i == 3 ? SEND_TIMEOUT : 0);
		if (i < 3)
			CHECK_HEARD(e.heard, PROPAGATED, 21, L4_LocalIdOf(virtual));
		CHECK_EQ(e.heard.got.done, i < 3);
	}
}

TEST(GPRO0012, "a wait for any local thread takes messages in a local thread's name only")
{
	static struct ear e;
	struct space s;
	L4_ThreadId_t receiver, foreign;

	space_make(&s);
	foreign = space_waiting(&s, supervisor);
	e = (struct ear){ .from = L4_anylocalthread };
	receiver = thread_start(listen, &e);
	CHECK_EQ(tell(receiver, foreign, 22), SEND_TIMEOUT);
	CHECK_EQ(tell(receiver, L4_Myself(), 23), 0);
	CHECK_HEARD(e.heard, PROPAGATED, 23, L4_MyLocalId());
}

TEST(GPRO0013, "of queued messages a closed wait takes those in that name, the oldest first")
{
	static struct voice v[4];
	L4_ThreadId_t name[2] = { thread_start(nothing, 0), thread_start(nothing, 0) };

	for (word i = 0; i < 4; i++) {
		v[i] = (struct voice){ .to = L4_Myself(), .name = name[i % 2], .first = 30 + 10 * i };
		thread_start(speak, &v[i]);
		CHECK(!v[i].heard.got.done);
	}
	CHECK_HEARD(hear(name[1]), PROPAGATED, 40, L4_LocalIdOf(name[1]));
	CHECK_HEARD(hear(name[1]), PROPAGATED, 60, L4_LocalIdOf(name[1]));
	CHECK_EQ(hear(name[1]).got.error, RECEIVE_TIMEOUT);
	CHECK_HEARD(hear(L4_anythread), PROPAGATED, 30, L4_LocalIdOf(name[0]));
	CHECK_HEARD(hear(L4_anylocalthread), PROPAGATED, 50, L4_LocalIdOf(name[0]));
	CHECK_EQ(hear(L4_anythread).got.error, RECEIVE_TIMEOUT);
}

TEST(GPRO0014, "and by the real sender's id they are taken too")
{
	static struct voice v[2];
	L4_ThreadId_t name = thread_start(nothing, 0), t[2];

	for (word i = 0; i < 2; i++) {
		v[i] = (struct voice){ .to = L4_Myself(), .name = name, .first = 30 + 10 * i };
		t[i] = thread_start(speak, &v[i]);
	}
	CHECK_HEARD(hear(t[1]), PROPAGATED, 40, L4_LocalIdOf(name));
	CHECK_HEARD(hear(t[0]), PROPAGATED, 30, L4_LocalIdOf(name));
}

/* ---- the wait that follows ---- */

/* A client calls the test, which has its message then. */
static L4_ThreadId_t client_calls(struct space *s, struct voice *v, word receive_timeout)
{
	L4_ThreadId_t client;

	*v = (struct voice){ .to = L4_Myself(), .from = L4_Myself(), .timeouts = receive_timeout, .first = 50 };
	client = space_start(s, speak, v);
	CHECK_HEARD(hear(client), 0, 50, client);
	return client;
}

TEST(GPRO0015, "a server hands its client over: the client waits for the new server, and for no other")
{
	static struct voice v;
	static struct ear e;
	struct space s;
	L4_ThreadId_t client, server;

	space_make(&s);
	client = client_calls(&s, &v, 0);
	e = (struct ear){ .from = L4_anythread };
	server = thread_start(listen, &e);
	CHECK_EQ(tell(server, client, 51), 0);
	CHECK_HEARD(e.heard, PROPAGATED, 51, client);
	CHECK_EQ(tell(client, L4_nilthread, 52), SEND_TIMEOUT);
	CHECK_EQ(tell(client, server, 53), 0);
	CHECK_HEARD(v.heard, PROPAGATED, 53, server);
	CHECK_EQ(v.heard.actual, L4_Myself().raw);
}

TEST(GPRO0016, "a chain of servers: each hands on, the last one replies")
{
	static struct voice v;
	static struct ear e[3];
	struct space s;
	L4_ThreadId_t client, last = L4_nilthread;

	space_make(&s);
	client = client_calls(&s, &v, 0);
	for (int i = 0; i < 3; i++) {
		e[i] = (struct ear){ .from = L4_anythread };
		last = thread_start(listen, &e[i]);
		CHECK_EQ(tell(last, client, 54), 0);		/* the first hop only moves the wait */
	}
	CHECK_EQ(tell(client, last, 55), SEND_TIMEOUT);		/* it waits for the first of them */
	CHECK(e[2].heard.got.done);
}

TEST(GPRO0017, "the wait follows when the message is taken; until then the server may still answer")
{
	static struct voice client_voice, v;
	struct space s;
	L4_ThreadId_t client, forwarder;

	space_make(&s);
	client_voice = (struct voice){ .from = L4_Myself(), .first = 50 };
	client = space_start(&s, speak, &client_voice);		/* waits for the test */
	v = (struct voice){ .to = L4_Myself(), .name = client, .first = 56 };
	forwarder = thread_start(speak, &v);			/* whose message does not move it */
	CHECK_HEARD(hear(client), PROPAGATED, 56, client);
	CHECK_EQ(tell(client, forwarder, 57), 0);
	CHECK_HEARD(client_voice.heard, PROPAGATED, 57, forwarder);
}

TEST(GPRO0018, "the wait that follows ends at its own time")
{
	static struct voice v;
	static struct ear e;
	struct space s;
	L4_ThreadId_t client, server;

	space_make(&s);
	client = client_calls(&s, &v, period(40000));
	e = (struct ear){ .from = L4_anythread };
	server = thread_start(listen, &e);
	CHECK_EQ(tell(server, client, 58), 0);
	CHECK(!v.heard.got.done);
	sleep_us(80000);
	CHECK(v.heard.got.done);
	CHECK_EQ(v.heard.got.error, RECEIVE_TIMEOUT);
	CHECK_EQ(tell(client, server, 59), SEND_TIMEOUT);
}

TEST(GPRO0019, "a wait that follows finds the new server's message if that is queued already")
{
	static struct voice v, early;
	static struct ear e;
	struct space s;
	L4_ThreadId_t client, server;

	space_make(&s);
	client = client_calls(&s, &v, 0);
	e = (struct ear){ .from = L4_anythread };
	server = thread_start(listen, &e);
	early = (struct voice){ .to = client, .name = server, .first = 60 };
	thread_start(speak, &early);
	CHECK(!early.heard.got.done);
	CHECK_EQ(tell(server, client, 61), 0);
	CHECK(early.heard.got.done);
	CHECK_HEARD(v.heard, PROPAGATED, 60, server);
}

TEST(GPRO0020, "a pager forwards a page fault, and its successor's answer is taken")
{
	static struct ear e;
	static volatile word value;
	struct space s;
	L4_ThreadId_t t, next;
	L4_MsgTag_t tag;

	space_make(&s);
	e = (struct ear){ .from = L4_anythread };
	next = thread_start(listen, &e);
	t = space_start_pager(&s, nothing, 0, L4_Myself());
	tag = L4_Receive_Timeout(t, L4_ZeroTime);		/* its first instruction */
	CHECK_EQ(tag_protocol(tag), N_PAGEFAULT);
	value = mr(1);
	CHECK_EQ(tell(next, t, 62), 0);
	CHECK(e.heard.got.done);
	image_map(value);
	tag = L4_Send_Timeout(t, L4_ZeroTime);
	CHECK(L4_IpcFailed(tag));				/* no longer its pager for this fault */
	CHECK_EQ(tell(t, next, 63), 0);				/* any answer restarts it */
	tag = L4_Receive_Timeout(t, L4_ZeroTime);
	CHECK_EQ(tag_protocol(tag), N_PAGEFAULT);		/* and it faults again */
}

/* ---- the three and their ends ---- */

static struct voice queued;

/* A worker's message to the test, in the name of a new thread of this space, is queued. */
static L4_ThreadId_t queue_one(L4_ThreadId_t *virtual)
{
	*virtual = thread_start(nothing, 0);
	queued = (struct voice){ .to = L4_Myself(), .name = *virtual, .first = 70 };
	return thread_start(speak, &queued);
}

TEST(GPRO0021, "the real sender is cancelled: its message is not delivered")
{
	L4_ThreadId_t virtual, real = queue_one(&virtual);

	CHECK(L4_ThreadWasSending(L4_AbortIpc_and_stop(real)));
	L4_Start(real);
	CHECK(queued.heard.got.done);
	CHECK_EQ(queued.heard.got.error, SEND_CANCELLED);
	CHECK_EQ(hear(virtual).got.error, RECEIVE_TIMEOUT);
}

TEST(GPRO0022, "the virtual sender is cancelled, or stopped: the message comes all the same")
{
	L4_ThreadId_t virtual;

	queue_one(&virtual);
	L4_AbortIpc_and_stop(virtual);
	CHECK_HEARD(hear(virtual), PROPAGATED, 70, L4_LocalIdOf(virtual));
}

TEST(GPRO0023, "the virtual sender is deleted: its message still comes, with its global id")
{
	L4_ThreadId_t virtual;

	queue_one(&virtual);
	thread_delete(virtual);
	disown(virtual);
	CHECK_EQ(hear(virtual).got.error, RECEIVE_NOT_EXISTING);
	CHECK_HEARD(hear(L4_anythread), PROPAGATED, 70, virtual);
}

TEST(GPRO0024, "the real sender is deleted: its message is not delivered")
{
	L4_ThreadId_t virtual, real = queue_one(&virtual);

	thread_delete(real);
	disown(real);
	CHECK_EQ(hear(virtual).got.error, RECEIVE_TIMEOUT);
	CHECK_EQ(hear(L4_anythread).got.error, RECEIVE_TIMEOUT);
}

TEST(GPRO0025, "the receiver is deleted: the real sender gets an error, the virtual one does not")
{
	static struct voice v;
	static struct ear e;
	L4_ThreadId_t receiver = thread_inactive(), virtual;

	e = (struct ear){ .from = L4_Myself() };
	virtual = thread_start(listen, &e);
	v = (struct voice){ .to = receiver, .name = virtual, .first = 71 };
	thread_start(speak, &v);
	thread_delete(receiver);
	disown(receiver);
	CHECK(v.heard.got.done);
	CHECK_EQ(v.heard.got.error, SEND_NOT_EXISTING);
	CHECK(!e.heard.got.done);
}

TEST(GPRO0026, "a client whose wait was moved gets an error when its new server is deleted")
{
	static struct voice v;
	static struct ear e;
	struct space s;
	L4_ThreadId_t client, server;

	space_make(&s);
	client = client_calls(&s, &v, 0);
	e = (struct ear){ .from = L4_anythread };
	server = thread_start(listen, &e);
	CHECK_EQ(tell(server, client, 72), 0);
	CHECK(!v.heard.got.done);
	thread_delete(server);
	disown(server);
	CHECK(v.heard.got.done);
	CHECK_EQ(v.heard.got.error, RECEIVE_NOT_EXISTING);
}

TEST(GPRO0027, "the timeout of a queued propagated message expires: it is not delivered")
{
	static struct voice v;
	L4_ThreadId_t virtual = thread_start(nothing, 0);

	v = (struct voice){ .to = L4_Myself(), .name = virtual, .timeouts = period(5000) << 16, .first = 73 };
	thread_start(speak, &v);
	sleep_us(20000);
	CHECK(v.heard.got.done);
	CHECK_EQ(v.heard.got.error, SEND_TIMEOUT);
	CHECK_EQ(hear(virtual).got.error, RECEIVE_TIMEOUT);
}

/* Calls its server once, so that the kernel has both as partners, and again on a message, without a call in
 * between. */
static struct { L4_ThreadId_t server; volatile bool ready, go; struct heard heard; } caller;

static void call_twice(void *unused)
{
	L4_MsgTag_t tag;

	(void)unused;
	load(1, L4_nilthread);
	tag = L4_Call(caller.server);
	caller.ready = L4_IpcSucceeded(tag);
	while (!caller.go)
		;
	load(2, L4_nilthread);
	tag = L4_Call(caller.server);
	heard_note(&caller.heard, tag, caller.server);
}

static void answer(void *unused)
{
	L4_ThreadId_t from;
	L4_MsgTag_t tag = L4_Wait(&from);

	(void)unused;
	while (L4_IpcSucceeded(tag)) {
		load(5, L4_nilthread);
		tag = L4_ReplyWait(from, &from);
	}
}

TEST(GPRO0028, "a call takes a message sent in the server's name before it, not the server's answer")
{
	static struct voice v;
	struct space s;

	space_make(&s);
	caller.ready = caller.go = false;
	caller.server = thread_start(answer, 0);
	v = (struct voice){ .to = space_start_prio(&s, call_twice, 0, 90), .name = caller.server, .first = 77 };
	while (!caller.ready)
		sleep_us(200);
	thread_start(speak, &v);
	caller.go = true;
	AWAIT(caller.heard.got.done);
	CHECK_HEARD(caller.heard, PROPAGATED, 77, caller.server);
}
