/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * redirection.c - redirection (api 5.10): a space whose messages go to a redirector. Mostly the test is that;
 * its own space, with the workers' pager in it, can be reached without redirection.
 */
#include "ipc.h"
#include "route.h"

void watch(L4_ThreadId_t t, L4_ThreadId_t redirector)
{
	word old;

	CHECK_EQ(L4_SpaceControl(t, 0, L4_Nilpage, L4_Nilpage, redirector, &old), 1);
}

static struct space s, d;	/* s is watched by the test, d is not */

static void setup(void)
{
	space_make(&s);
	space_make(&d);
	watch(s.anchor, L4_Myself());
}

/* Sends on what the test got, in that name, to its destination. Returns 0 or the error. */
static word forward(const struct heard *h)
{
	return tell((L4_ThreadId_t){ .raw = h->intended }, (L4_ThreadId_t){ .raw = h->got.from }, h->got.mr[1]);
}

/* ---- which messages ---- */

TEST(GRED0001, "a message that leaves the space comes to the redirector, with r and its destination")
{
	static struct voice v;
	static struct ear e;
	L4_ThreadId_t to, t;
	struct heard h;

	setup();
	e = (struct ear){ .from = L4_anythread };
	to = space_start(&d, listen, &e);
	v = (struct voice){ .to = to, .first = 11 };
	t = space_start(&s, speak, &v);
	CHECK(!v.heard.got.done);
	h = hear(L4_anythread);
	CHECK_HEARD(h, REDIRECTED, 11, t);
	CHECK_EQ(h.intended, to.raw);
	CHECK_EQ(h.actual, KEPT);
	CHECK(v.heard.got.done);
	CHECK_EQ(v.heard.got.error, 0);
	CHECK(!e.heard.got.done);
}

TEST(GRED0002, "inside the space, and to the redirector's space, messages go straight")
{
	static struct voice v[2];
	static struct ear e[2];
	L4_ThreadId_t to[2];

	setup();
	for (int i = 0; i < 2; i++)
		e[i] = (struct ear){ .from = L4_anythread };
	to[0] = space_start(&s, listen, &e[0]);
	to[1] = thread_start(listen, &e[1]);
	for (int i = 0; i < 2; i++) {
		v[i] = (struct voice){ .to = to[i], .timeouts = L4_ZeroTime.raw << 16, .first = 12 };
		space_start(&s, speak, &v[i]);
		CHECK_EQ(v[i].heard.got.error, 0);
		CHECK(e[i].heard.got.done);
		CHECK_EQ(e[i].heard.got.tag & REDIRECTED, 0);
		CHECK_EQ(e[i].heard.got.mr[1], 12);
	}
}

TEST(GRED0003, "nilthread leaves the redirector as it is, anythread takes it off")
{
	static struct voice v[2];
	static struct ear e;
	L4_ThreadId_t to;

	setup();
	e = (struct ear){ .from = L4_anythread };
	to = space_start(&d, listen, &e);
	for (word i = 0; i < 2; i++) {
		watch(s.anchor, i ? L4_anythread : L4_nilthread);
		v[i] = (struct voice){ .to = to, .timeouts = L4_ZeroTime.raw << 16, .first = 13 };
		space_start(&s, speak, &v[i]);
		CHECK_EQ(v[i].heard.got.error, i ? 0 : SEND_TIMEOUT);
		CHECK_EQ(e.heard.got.done, i);
	}
}

TEST(GRED0004, "a local id may name the redirector")
{
	static struct voice v;
	struct heard h;

	setup();
	watch(s.anchor, L4_MyLocalId());
	v = (struct voice){ .to = d.anchor, .first = 14 };
	space_start(&s, speak, &v);
	h = hear(L4_anythread);
	CHECK_EQ(h.got.error, 0);
	CHECK_EQ(h.intended, d.anchor.raw);
}

TEST(GRED0005, "a redirector that does not exist, or is an interrupt, lets nothing out: error 2")
{
	static struct told w;
	static struct ear e;
	L4_ThreadId_t gone = tid_new(), t;

	setup();
	e = (struct ear){ .from = L4_anythread };
	w = (struct told){ .by = L4_Myself(), .voice = { .to = space_start(&d, listen, &e), .first = 15 } };
	for (int i = 0; i < 2; i++) {
		t = space_start(&s, speak_when_told, &w);
		watch(s.anchor, i ? L4_GlobalId(1, 1) : gone);
		CHECK_EQ(tell(t, L4_nilthread, 1), 0);
		CHECK(w.voice.heard.got.done);
		CHECK_EQ(w.voice.heard.got.error, SEND_NOT_EXISTING);
		w.voice.heard.got.done = false;
		watch(s.anchor, L4_Myself());
	}
	CHECK(!e.heard.got.done);
}

TEST(GRED0006, "a redirector that goes while messages queue at it: they fail")
{
	static struct voice v;
	L4_ThreadId_t r = thread_inactive();

	setup();
	watch(s.anchor, r);
	v = (struct voice){ .to = d.anchor, .from = d.anchor, .first = 16 };
	space_start(&s, speak, &v);
	CHECK(!v.heard.got.done);
	thread_delete(r);
	disown(r);
	CHECK(v.heard.got.done);
	CHECK_EQ(v.heard.got.error, SEND_NOT_EXISTING);
}

TEST(GRED0023, "a message that is queued at a redirector stays there when its space gets another, or none")
{
	static struct voice v[2];
	static struct ear e;
	L4_ThreadId_t to, t;

	setup();
	e = (struct ear){ .from = L4_anythread };
	to = space_start(&d, listen, &e);
	v[0] = (struct voice){ .to = to, .first = 23 };
	t = space_start(&s, speak, &v[0]);
	for (int i = 0; i < 2; i++) {
		CHECK(!v[0].heard.got.done && !e.heard.got.done);
		watch(s.anchor, i ? L4_anythread : d.anchor);
	}
	v[1] = (struct voice){ .to = to, .timeouts = L4_ZeroTime.raw << 16, .first = 24 };
	space_start(&s, speak, &v[1]);
	CHECK(e.heard.got.done);
	CHECK_EQ(e.heard.got.mr[1], 24);
	CHECK(!v[0].heard.got.done);
	CHECK_HEARD(hear(L4_anythread), REDIRECTED, 23, t);
	CHECK(v[0].heard.got.done);
}

TEST(GRED0007, "timeouts are those of the sender, for the redirector to be ready")
{
	static struct voice v[2];
	static struct ear e;
	L4_ThreadId_t to;

	setup();
	e = (struct ear){ .from = L4_anythread };
	to = space_start(&d, listen, &e);
	v[0] = (struct voice){ .to = to, .timeouts = L4_ZeroTime.raw << 16, .first = 17 };
	space_start(&s, speak, &v[0]);
	CHECK_EQ(v[0].heard.got.error, SEND_TIMEOUT);
	v[1] = (struct voice){ .to = to, .timeouts = period(5000) << 16, .first = 17 };
	space_start(&s, speak, &v[1]);
	CHECK(!v[1].heard.got.done);
	sleep_us(20000);
	CHECK_EQ(v[1].heard.got.error, SEND_TIMEOUT);
	CHECK_EQ(hear(L4_anythread).got.error, RECEIVE_TIMEOUT);
}

/* ---- forwarding, calls ---- */

TEST(GRED0008, "what is forwarded comes in the sender's name, with p and r, to a wait for that sender too")
{
	static struct voice v;
	static struct ear e[2];
	L4_ThreadId_t t, to[2];
	struct heard h;

	setup();
	for (int i = 0; i < 2; i++) {
		e[i] = (struct ear){ .from = L4_anythread };
		to[i] = space_start(&d, listen, &e[i]);
		v = (struct voice){ .to = to[i], .first = 18 };
		t = space_start(&s, speak, &v);
		h = hear(t);
		CHECK_EQ(forward(&h), 0);
		CHECK_HEARD(e[i].heard, PROPAGATED | REDIRECTED, 18, t);
		CHECK_EQ(e[i].heard.actual, L4_Myself().raw);
		CHECK(L4_IsLocalId((L4_ThreadId_t){ .raw = e[i].heard.intended }));
	}
}

TEST(GRED0009, "a thread beside the redirector may not forward for it")
{
	static struct voice v, other;
	static struct ear e;
	L4_ThreadId_t t, to, next;

	setup();
	e = (struct ear){ .from = L4_anythread };
	to = space_start(&d, listen, &e);
	v = (struct voice){ .to = to, .first = 19 };
	t = space_start(&s, speak, &v);
	CHECK_HEARD(hear(t), REDIRECTED, 19, t);
	other = (struct voice){ .to = to, .name = t, .first = 20 };
	next = thread_start(speak, &other);
	CHECK_HEARD(e.heard, 0, 20, next);
}

TEST(GRED0010, "a caller takes the redirector's answer")
{
	static struct voice v;
	L4_ThreadId_t t;

	setup();
	v = (struct voice){ .to = d.anchor, .from = d.anchor, .first = 21 };
	t = space_start(&s, speak, &v);
	CHECK_HEARD(hear(t), REDIRECTED, 21, t);
	CHECK_EQ(tell(t, L4_nilthread, 22), 0);
	CHECK_HEARD(v.heard, 0, 22, L4_Myself());
}

/* Receives from any thread, then answers it. */
static void serve_once(void *arg)
{
	struct ear *e = arg;

	listen(e);
	tell_until((L4_ThreadId_t){ .raw = e->heard.got.from }, L4_nilthread, e->heard.got.mr[1] + 100, L4_Never);
}

TEST(GRED0011, "a caller whose message is forwarded takes the answer of the thread it called, and no other")
{
	static struct voice v;
	static struct ear e;
	L4_ThreadId_t t, to;
	struct heard h;

	setup();
	e = (struct ear){ .from = L4_anythread };
	to = space_start_prio(&d, serve_once, &e, 90);		/* below the test: answers when that waits */
	AWAIT(thread_state(to) == L4_SCHEDRESULT_WAITING);
	v = (struct voice){ .to = to, .from = to, .first = 23 };
	t = space_start(&s, speak, &v);
	h = hear(t);
	CHECK_EQ(forward(&h), 0);
	CHECK_EQ(tell(t, L4_nilthread, 24), SEND_TIMEOUT);	/* it waits for the server now */
	AWAIT(v.heard.got.done);
	CHECK_HEARD(v.heard, 0, 123, to);
}

TEST(GRED0012, "two watched spaces call each other through one redirector")
{
	static struct voice v;
	static struct ear e;
	L4_ThreadId_t t, to;
	struct heard h;

	setup();
	watch(d.anchor, L4_Myself());
	e = (struct ear){ .from = L4_anythread };
	to = space_start(&d, serve_once, &e);
	v = (struct voice){ .to = to, .from = to, .first = 25 };
	t = space_start(&s, speak, &v);
	h = hear(t);
	CHECK_EQ(forward(&h), 0);
	h = hear(to);
	CHECK_HEARD(h, REDIRECTED, 125, to);
	CHECK_EQ(h.intended, t.raw);
	CHECK(!v.heard.got.done);
	CHECK_EQ(forward(&h), 0);
	CHECK_HEARD(v.heard, PROPAGATED | REDIRECTED, 125, to);
}

/* ---- everything through a relay ---- */

/* Sends on, in the sender's name, what was redirected to it. */
struct relay { word limit; volatile word passed, lost; };		/* limit: 0 is none */

static void relay(void *arg)
{
	struct relay *r = arg;
	L4_ThreadId_t from;
	L4_MsgTag_t tag;

	image_read();
	tag = L4_Wait(&from);
	while (r->limit == 0 || r->passed < r->limit) {
		L4_Msg_t msg;

		L4_MsgStore(tag, &msg);
		msg.tag = tag_make(L4_Label(tag), L4_UntypedWords(tag), L4_TypedWords(tag));
		L4_Set_Propagation(&msg.tag);
		L4_Set_VirtualSender(from);
		L4_MsgLoad(&msg);
		tag = L4_Send_Timeout(L4_IntendedReceiver(), L4_TimePeriod(100000));
		if (L4_IpcSucceeded(tag))
			r->passed++;
		else
			r->lost++;
		tag = L4_Wait(&from);
	}
}

struct caller { L4_ThreadId_t to; volatile word good, done; };

static void call_often(void *arg)
{
	struct caller *c = arg;

	for (word i = 0; i < 50; i++) {
		msg_load(i, 5, 10 * i);
		if (L4_IpcSucceeded(L4_Call(c->to)) && mr(1) == 10 * i + 2 && mr(5) == 10 * i + 5)
			c->good++;
	}
	c->done = 1;
}

/* A caller in a space watched by a relay in another one; how often the relay passed something on. */
static word calls_through(struct space *watched, struct space *of_relay, struct relay *r)
{
	static struct caller c;
	L4_ThreadId_t t = space_start(of_relay, relay, r);

	watch(watched->anchor, t);
	c = (struct caller){ .to = space_start(&d, echo, 0) };
	space_start(watched, call_often, &c);
	for (int i = 0; i < 100 && !c.done; i++)
		sleep_us(1000);
	CHECK(c.done);
	CHECK_EQ(c.good, 50);
	CHECK_EQ(r->lost, 0);
	return r->passed;
}

TEST(GRED0013, "calls, and the page faults of the space, work through a relay as if it were not there")
{
	static struct relay r;
	struct space third;

	setup();
	space_make(&third);
	r = (struct relay){ 0 };
	CHECK(calls_through(&s, &third, &r) >= 51);		/* one page fault at the least */
}

TEST(GRED0014, "a relay that is itself watched by a relay: a chain of two")
{
	static struct relay outer, inner;
	struct space third, fourth;
	L4_ThreadId_t t;

	setup();
	space_make(&third);
	space_make(&fourth);
	outer = inner = (struct relay){ 0 };
	t = space_start(&fourth, relay, &outer);
	watch(third.anchor, t);
	CHECK(calls_through(&s, &third, &inner) >= 51);
	CHECK(outer.passed >= 50);
	CHECK_EQ(outer.lost, 0);
}

TEST(GRED0022, "two relays that watch each other's spaces send a message in circles, as long as they like")
{
	static struct relay r[2];
	static struct told w;
	struct space third;
	L4_ThreadId_t t[2], speaker;

	setup();
	space_make(&third);
	for (int i = 0; i < 2; i++) {
		r[i] = (struct relay){ .limit = 20 };
		t[i] = space_start(i ? &third : &s, relay, &r[i]);
		CHECK_EQ(tell(t[i], L4_nilthread, 1), 0);
	}
	w = (struct told){ .by = L4_Myself(), .voice = { .to = d.anchor, .first = 27 } };
	speaker = space_start(&s, speak_when_told, &w);
	watch(third.anchor, t[0]);
	watch(s.anchor, t[1]);
	CHECK_EQ(tell(speaker, L4_nilthread, 1), 0);
	CHECK(w.voice.heard.got.done);
	CHECK_EQ(w.voice.heard.got.error, 0);
	CHECK(r[0].passed >= 19);
	CHECK(r[1].passed >= 19);
}
