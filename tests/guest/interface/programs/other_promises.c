/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * other_promises.c - points that programs written for other X.2 kernels rely on: which thread runs first
 * after a queued message, ids that are compared with known ones, ids with another version, scheduler
 * extensions that the kernel does not have (ambiguities A1, B19a, B31, D4a, D8a; api 7.2).
 */
#include "actor.h"
#include "ipc.h"
#include "route.h"
#include "uart.h"

/* ---- Schedule ---- */

TEST(GPRG0001, "L4_HS_Schedule with any control word changes neither priority nor times")
{
	static struct actor a;
	L4_Time_t slice, quantum;
	word old, seen;

	need_long_words();
	actor_make(&a, 0, RUNNING, L4_nilthread);
	CHECK(L4_Set_Timeslice(a.t, L4_TimePeriod(20000), L4_Never));
	for (word control = 0; control < 64; control++) {
		seen = a.count;
		CHECK_EQ(L4_HS_Schedule(a.t, control, L4_Myself(), 200, 63, &old), L4_SCHEDRESULT_ERROR);
		CHECK_EQ(L4_ErrorCode(), L4_ErrInvalidParam);
		CHECK_EQ(L4_HS_Schedule(a.t, control, a.t, 0, 500, &old), L4_SCHEDRESULT_ERROR);
		CHECK_EQ(L4_ErrorCode(), L4_ErrInvalidParam);
		CHECK_EQ(a.count, seen);
		CHECK(L4_Timeslice(a.t, &slice, &quantum));
		CHECK_EQ(quantum.raw, L4_Never.raw);
		CHECK((word)slice.period.m << slice.period.e > 10000);
	}
	AWAIT(a.count != seen);
	CHECK(a.count != seen);
}

struct schedule_call { L4_ThreadId_t t; volatile word result, error, done; };

static void call_schedule(void *arg)
{
	struct schedule_call *c = arg;
	word old;

	c->result = L4_Schedule(c->t, -1ul, -1ul, -1ul, -1ul, &old);
	c->error = L4_ErrorCode();
	c->done = 1;
}

TEST(GPRG0002, "Schedule of an interrupt, attached or detached: error 1 without privilege")
{
	for (unsigned attached = 0; attached < 2; attached++) {
		static struct schedule_call c;
		struct space s;
		word old;

		begin();
		space_make(&s);
		CHECK_EQ(attach(L4_Myself()), 0);
		if (!attached)
			CHECK_EQ(detach(), 0);
		CHECK(L4_Schedule(irq(), -1ul, -1ul, -1ul, -1ul, &old) != L4_SCHEDRESULT_ERROR);
		CHECK(L4_Set_Priority(irq(), 13) != L4_SCHEDRESULT_ERROR);
		c = (struct schedule_call){ .t = irq() };
		space_start(&s, call_schedule, &c);
		CHECK(c.done);
		CHECK_EQ(c.result, L4_SCHEDRESULT_ERROR);
		CHECK_EQ(c.error, L4_ErrNoPrivilege);
		end();
	}
}

/* ---- a queued message is taken (B31) ---- */

enum { RECEIVER_MARK = 1, SENDER_MARK = 2, PRIO_RECEIVES = 150 };
enum way { BY_WAIT, BY_NAME, BY_REPLY, BY_LOCAL, WAYS };

static volatile word order[8], ordered;

static void mark(word who)
{
	order[ordered % 8] = who;
	ordered++;
}

/* Waits until the test lets it, and then takes the message that is queued, in one of four ways. */
struct late { enum way way; L4_ThreadId_t test, sender; volatile word error; };

static void take_late(void *arg)
{
	struct late *l = arg;
	L4_ThreadId_t from;
	L4_MsgTag_t tag = L4_Receive(l->test);

	L4_Set_MsgTag(L4_Niltag);
	if (l->way == BY_WAIT)
		tag = L4_Wait(&from);
	else if (l->way == BY_NAME)
		tag = L4_Receive(l->sender);
	else if (l->way == BY_REPLY)
		tag = L4_ReplyWait(l->test, &from);
	else
		tag = L4_Lipc(L4_nilthread, L4_anylocalthread, 0, &from);
	mark(RECEIVER_MARK);
	l->error = L4_IpcFailed(tag) ? L4_ErrorCode() : 0;
}

struct queued { L4_ThreadId_t to, from; };

static void send_queued(void *arg)
{
	struct queued *q = arg;
	L4_ThreadId_t from;

	L4_Set_MsgTag(tag_make(5, 0, 0));
	L4_Ipc(q->to, q->from, 0, &from);
	mark(SENDER_MARK);
}

/* The marks of both, the first one in the high digit. */
static word order_of(enum way way, word prio, bool calls, bool elsewhere)
{
	static struct late l;
	static struct queued q;
	struct space s;
	L4_ThreadId_t r;

	ordered = order[0] = order[1] = 0;
	space_make(&s);
	l = (struct late){ .way = way, .test = L4_Myself() };
	r = thread_start_prio(take_late, &l, PRIO_RECEIVES);
	q = (struct queued){ .to = r, .from = calls ? r : L4_nilthread };
	l.sender = elsewhere ? space_start_prio(&s, send_queued, &q, prio)
			     : thread_start_prio(send_queued, &q, prio);
	CHECK_EQ(thread_state(l.sender), L4_SCHEDRESULT_PENDING_SEND);
	L4_Set_MsgTag(L4_Niltag);
	if (way == BY_REPLY)
		CHECK(L4_IpcSucceeded(L4_Call(r)));
	else
		CHECK(L4_IpcSucceeded(L4_Send(r)));
	CHECK_EQ(l.error, 0);
	thread_delete(l.sender);
	thread_delete(r);
	space_delete(&s);
	return order[0] * 16 + order[1];
}

TEST(GPRG0003, "a queued sender without a receive phase runs before its receiver, unless it is lower")
{
	enum { SENDER_FIRST = 0x21, RECEIVER_FIRST = 0x12, RECEIVER_ONLY = 0x10 };

	for (unsigned i = 0; i < 3 * WAYS * 2; i++) {
		struct mark m = world_mark();
		word prio = PRIO_RECEIVES - 10 + 10 * (i % 3);
		enum way way = i / 3 % WAYS;
		bool elsewhere = i / 3 / WAYS && way != BY_LOCAL;

		guest_note("priority", prio);
		guest_note("way", way);
		guest_note("elsewhere", elsewhere);
		CHECK_EQ(order_of(way, prio, false, elsewhere),
			 prio < PRIO_RECEIVES ? RECEIVER_FIRST : SENDER_FIRST);
		CHECK_EQ(order_of(way, prio, true, elsewhere), RECEIVER_ONLY);
		world_release(m);
	}
}

/* ---- ActualSender (B19a) ---- */

/* Receives once from any thread, after a message of the test. */
struct late_ear { L4_ThreadId_t test; struct ear ear; };

static void listen_late(void *arg)
{
	struct late_ear *l = arg;

	if (L4_IpcSucceeded(L4_Receive(l->test)))
		listen(&l->ear);
}

/* A message of a thread of this space in its own name or another's; what the receiver has as ActualSender. */
static void check_actual(bool inside, bool queued, bool local_to, bool own_name)
{
	static struct late_ear l;
	static struct voice v;
	struct space s;
	L4_ThreadId_t receiver, sender = thread_waiting(supervisor), other = thread_inactive();

	space_make(&s);
	l = (struct late_ear){ .test = L4_Myself(), .ear = { .from = L4_anythread } };
	receiver = inside ? thread_start(listen_late, &l) : space_start(&s, listen_late, &l);
	v = (struct voice){ .to = local_to ? L4_LocalIdOf(receiver) : receiver, .first = 77 };
	v.name = own_name ? sender : other;
	if (!queued)
		CHECK_EQ(empty_send_error(receiver, L4_ZeroTime), 0);
	thread_go(sender, 150, thread_frame(stack_new(), speak, &v));
	CHECK_EQ(thread_state(sender) == L4_SCHEDRESULT_PENDING_SEND, queued);
	if (queued)
		CHECK_EQ(empty_send_error(receiver, L4_ZeroTime), 0);
	CHECK(l.ear.heard.got.done);
	CHECK_EQ(l.ear.heard.got.tag & PROPAGATED, PROPAGATED);
	CHECK_EQ(l.ear.heard.actual, sender.raw);
	thread_delete(sender);
	thread_delete(other);
	thread_delete(receiver);
	space_delete(&s);
}

TEST(GPRG0004, "ActualSender is the real sender's global id in every space")
{
	for (unsigned i = 0; i < 16; i++) {
		bool inside = i & 1, local_to = i & 4;
		struct mark m = world_mark();

		guest_note("case", i);
		if (inside || !local_to)
			check_actual(inside, i & 2, local_to, i & 8);
		world_release(m);
	}
}

/* ---- ids with another version (D8a) ---- */

static L4_ThreadId_t renamed(L4_ThreadId_t t, word by)
{
	return L4_GlobalId(L4_ThreadNo(t), L4_Version(t) + by);
}

TEST_N(GPRG0005, "another version deletes a thread, in every state; the next creation makes a new one")
{
	static struct actor a;

	for (unsigned i = 0; i < 2 * ACTOR_STATES; i++) {
		struct mark m = world_mark();
		struct space s;
		L4_ThreadId_t t;

		guest_note("state", i / 2);
		space_make(&s);
		actor_make(&a, i & 1 ? &s : 0, i / 2, L4_Myself());
		thread_delete(renamed(a.t, 2));
		CHECK_EQ(thread_state(a.t), L4_SCHEDRESULT_ERROR);
		CHECK_EQ(L4_ErrorCode(), L4_ErrInvalidThread);
		CHECK_EQ(empty_send_error(a.t, L4_ZeroTime), SEND_NOT_EXISTING);
		if (a.state == GIVING || a.state == TAKING) {
			thread_delete(a.other);
			thread_delete(a.pager);
		}
		t = renamed(a.t, 4);
		adopt(t);
		CHECK_EQ(thread_control(t, supervisor, supervisor, L4_nilthread, -1ul), 0);
		CHECK_EQ(thread_state(t), L4_SCHEDRESULT_INACTIVE);
		CHECK_EQ(thread_control(t, L4_nilthread, L4_nilthread, L4_nilthread, -1ul), 0);
		space_delete(&s);
		world_release(m);
	}
}

TEST(GPRG0006, "deleting oneself under another version, or a number of too many bits: error 2")
{
	L4_ThreadId_t me = L4_Myself(), t = thread_waiting(supervisor);
	word beyond = 1ul << L4_ThreadIdBits(kip);

	for (word by = 2; by < 20; by += 2) {
		CHECK_EQ(thread_control(renamed(me, by), L4_nilthread, L4_nilthread, L4_nilthread, -1ul),
			 L4_ErrInvalidThread);
		CHECK_EQ(L4_Myself().raw, me.raw);
		CHECK_EQ(thread_control(L4_GlobalId(L4_ThreadNo(t) + beyond, L4_Version(t)), L4_nilthread,
					L4_nilthread, L4_nilthread, -1ul), L4_ErrInvalidThread);
	}
	CHECK_EQ(thread_state(t), L4_SCHEDRESULT_WAITING);
}

/* ---- activation by modify (D4a) ---- */

TEST(GPRG0007, "a pager for an existing thread of a space without areas: error 6 for any location")
{
	static const word location[] = { -1ul, SPACE_UTCB, 0, 0x1000 };

	for (unsigned i = 0; i < 4; i++)
		for (unsigned areas = 0; areas < 2; areas++) {
			L4_ThreadId_t t = tid_new();
			word old;

			adopt(t);
			CHECK_EQ(thread_control(t, t, supervisor, L4_nilthread, -1ul), 0);
			if (areas)
				CHECK_EQ(L4_SpaceControl(t, 0, L4_FpageLog2(SPACE_KIP, 12), L4_Nilpage,
							 L4_anythread, &old), 1);
			guest_note("location", location[i]);
			CHECK_EQ(thread_control(t, t, supervisor, L4_Myself(), location[i]), L4_ErrUtcbArea);
			CHECK_EQ(thread_state(t), L4_SCHEDRESULT_INACTIVE);
			thread_delete(t);
		}
}
