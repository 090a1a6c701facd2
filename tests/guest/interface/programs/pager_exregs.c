/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pager_exregs.c - ExchangeRegisters by the threads of a pager's space on the pager's clients in another
 * space (api 4.4, pagerexregs), in each form that the convenience library has; and by threads that have no
 * such right. None of the callers is privileged, unless the test says so.
 */
#include "actor.h"
#include "exregs.h"
#include "ipc.h"

enum { CONTROL_ALL = 0x1ff, HANDLE = 0x4711, ABORTS = 3 };

static struct space pagers, clients;
static L4_ThreadId_t pager;

/* ---- the pager's space: a pager that serves the image, and a thread that acts ---- */

static void serve_image(void *unused)
{
	L4_ThreadId_t from;
	L4_MsgTag_t tag = L4_Wait(&from);

	(void)unused;
	for (;;) {
		word at = mr(1);

		if (image_fault(tag, at)) {
			*(volatile char *)at = *(volatile char *)at;
			image_map(at);
			tag = L4_ReplyWait(from, &from);
		} else {
			tag = L4_Wait(&from);
		}
	}
}

/* What one thread does for the test: `what` on the client t. */
struct order {
	L4_ThreadId_t t;
	void (*what)(struct order *);
	word in[3];
	volatile word out[4], error, done;
};

static void obey(void *arg)
{
	struct order *o = arg;

	o->what(o);
	o->done = 1;
}

static void order(struct space *s, struct order *o)
{
	L4_ThreadId_t t = space_start(s, obey, o);

	CHECK(o->done);
	thread_delete(t);
	space_forget_last(s);
}

static void both_spaces(void)
{
	space_make(&pagers);
	space_make(&clients);
	pager = space_start(&pagers, serve_image, 0);
}

static void set_pager(L4_ThreadId_t t, L4_ThreadId_t to)
{
	CHECK_EQ(thread_control(t, t, L4_nilthread, to, -1ul), 0);
}

/* A client in that state, whose faults go to the pager from now on. */
static void client(struct actor *a, enum actor_state state)
{
	actor_make(a, &clients, state, L4_Myself());
	set_pager(a->t, pager);
}

/* ---- what the library's functions do ---- */

static void ids_and_values(struct order *o)
{
	o->out[0] = L4_LocalIdOf(o->t).raw;
	o->out[1] = L4_PagerOf(o->t).raw;
	o->out[2] = L4_UserDefinedHandleOf(o->t);
	L4_Set_UserDefinedHandleOf(o->t, HANDLE);
	o->out[3] = L4_UserDefinedHandleOf(o->t);
}

TEST(GPXR0001, "a thread of the pager's space reads a client's ids, and sets its handle")
{
	static struct actor a;
	static struct order o;

	both_spaces();
	client(&a, WAITING);
	o = (struct order){ .t = a.t, .what = ids_and_values };
	order(&pagers, &o);
	CHECK_EQ(o.out[0], SPACE_UTCB + MR0_OFFSET);
	CHECK_EQ(o.out[1], pager.raw);
	CHECK_EQ(o.out[2], 0);
	CHECK_EQ(o.out[3], HANDLE);
	CHECK_EQ(thread_state(a.t), L4_SCHEDRESULT_WAITING);
}

static void start_it(struct order *o)
{
	if (o->in[2])
		L4_Start_SpIpFlags(o->t, o->in[0], o->in[1], o->in[2]);
	else
		L4_Start_SpIp(o->t, o->in[0], o->in[1]);
}

static void count_up(void *counter) { ++*(volatile word *)counter; }

TEST(GPXR0002, "it starts a client that waits for its start message")
{
	static volatile word count;
	static struct order o;

	both_spaces();
	for (word flags = 0; flags < 2; flags++) {
		L4_ThreadId_t t = space_waiting(&clients, pager);

		count = 0;
		CHECK(L4_Set_Priority(t, 150));
		o = (struct order){ .t = t, .what = start_it };
		o.in[0] = thread_frame(stack_new(), count_up, (void *)&count);
		o.in[1] = (word)guest_thread_entry;
		o.in[2] = flags;
		order(&pagers, &o);
		AWAIT(count == 1);
		CHECK_EQ(count, 1);
	}
}

static void stop_it(struct order *o)
{
	word sp = 0, ip = 0, flags = 0;

	o->out[3] = L4_Stop_SpIpFlags(o->t, &sp, &ip, &flags).raw;
	o->out[0] = sp;
	o->out[1] = ip;
	o->out[2] = flags;
}

static void stop_plainly(struct order *o) { o->out[3] = L4_Stop(o->t).raw; }

static void resume_it(struct order *o) { L4_Start(o->t); }

TEST(GPXR0003, "it stops a running client, reads its registers, resumes it, starts it elsewhere")
{
	static volatile word count;
	static struct actor a;
	static struct order o;
	word seen;

	both_spaces();
	client(&a, RUNNING);
	o = (struct order){ .t = a.t, .what = stop_it };
	order(&pagers, &o);
	CHECK_EQ(o.out[3] & 7, 0);
	CHECK(o.out[0] != 0 && o.out[1] - (word)spin < 64);
	CHECK_EQ(o.out[2] & THREAD_FLAGS_FIXED, THREAD_FLAGS);
	CHECK_EQ(thread_state(a.t), L4_SCHEDRESULT_INACTIVE);
	seen = a.count;
	o.what = resume_it;
	order(&pagers, &o);
	AWAIT(a.count != seen);
	CHECK(a.count != seen);
	o.what = stop_plainly;
	order(&pagers, &o);
	CHECK_EQ(o.out[3] & 7, 0);
	order(&pagers, &o);
	CHECK_EQ(o.out[3] & 7, X_H);
	count = 0;
	o.what = start_it;
	o.in[0] = thread_frame(stack_new(), count_up, (void *)&count);
	o.in[1] = (word)guest_thread_entry;
	order(&pagers, &o);
	AWAIT(count == 1);
	CHECK_EQ(count, 1);
}

static void abort_it(struct order *o)
{
	if (o->in[0] == X_R)
		o->out[0] = L4_AbortReceive_and_stop(o->t).raw;
	else if (o->in[0] == X_S)
		o->out[0] = L4_AbortSend_and_stop(o->t).raw;
	else
		o->out[0] = L4_AbortIpc_and_stop(o->t).raw;
	o->out[1] = exchange_control(o->t, 0).control;
}

TEST(GPXR0004, "Abort..._and_stop halt a client, and end an IPC of their phase")
{
	static const word forms[] = { X_R, X_S, X_R | X_S };
	static struct actor a;
	static struct order o;

	for (unsigned i = 0; i < 6; i++) {
		struct mark mark = world_mark();
		word phase = i & 1 ? X_S : X_R, form = forms[i / 2];

		guest_note("phase", phase);
		guest_note("form", form);
		both_spaces();
		client(&a, phase == X_S ? SENDING : WAITING);
		o = (struct order){ .t = a.t, .what = abort_it, .in = { form } };
		order(&pagers, &o);
		CHECK_EQ(o.out[0] & 7, phase);
		CHECK_EQ(o.out[1] & 7, X_H | (form & phase ? 0 : phase));
		CHECK(!a.done);
		o.what = resume_it;
		order(&pagers, &o);
		CHECK_EQ(actor_error(&a), phase == X_S ? SEND_CANCELLED : RECEIVE_CANCELLED);
		space_delete(&clients);
		space_delete(&pagers);
		world_release(mark);
	}
}

/* ---- which space has the right ---- */

static void exchange_all(struct order *o)
{
	struct exregs in = { .sp = 1, .ip = 2, .handle = HANDLE, .pager = 3 }, x;

	x = exchange(o->t, CONTROL_ALL, in);
	o->error = L4_ErrorCode();
	o->out[0] = x.result;
	o->out[1] = x.control | x.sp | x.ip | x.flags | x.handle | x.pager;
}

static void read_it(struct order *o)
{
	struct exregs x = exchange_control(o->t, 0);

	o->out[0] = x.result;
	o->out[1] = x.pager;
	o->out[2] = x.handle;
	o->out[3] = x.control;
	o->error = L4_ErrorCode();
}

static void check_refused(struct order *o)
{
	CHECK_EQ(o->out[0], 0);
	CHECK_EQ(o->out[1], 0);
	CHECK_EQ(o->error, L4_ErrInvalidThread);
}

TEST(GPXR0005, "a third space, privileged or not, is refused: error 2, nothing changed")
{
	static struct actor a;
	static struct order o;
	struct space third;

	both_spaces();
	space_make(&third);
	client(&a, WAITING);
	o = (struct order){ .t = a.t, .what = exchange_all };
	order(&third, &o);
	check_refused(&o);
	exchange_all(&o);
	check_refused(&o);
	o.what = read_it;
	order(&pagers, &o);
	CHECK_EQ(o.out[0], SPACE_UTCB + MR0_OFFSET);
	CHECK_EQ(o.out[1], pager.raw);
	CHECK_EQ(o.out[2], 0);
	CHECK_EQ(o.out[3] & 7, X_R);
}

TEST(GPXR0006, "the right goes with the Pager register, and is lost with an id of no thread")
{
	static struct actor a;
	static struct order o;
	struct space third;
	L4_ThreadId_t next, stale;

	both_spaces();
	space_make(&third);
	next = space_start(&third, serve_image, 0);
	client(&a, WAITING);
	stale = L4_GlobalId(L4_ThreadNo(pager), L4_Version(pager) + 2);
	for (unsigned i = 0; i < 4; i++) {
		const L4_ThreadId_t to[] = { next, stale, tid_new(), L4_anythread };

		set_pager(a.t, pager);
		o = (struct order){ .t = a.t, .what = read_it };
		order(&pagers, &o);
		CHECK_EQ(o.out[0], SPACE_UTCB + MR0_OFFSET);
		set_pager(a.t, to[i]);
		o.what = exchange_all;
		order(&pagers, &o);
		check_refused(&o);
	}
	set_pager(a.t, next);
	o.what = read_it;
	order(&third, &o);
	CHECK_EQ(o.out[1], next.raw);
	CHECK_EQ(o.out[2], 0);
}

static void give_away(struct order *o)
{
	L4_Set_PagerOf(o->t, (L4_ThreadId_t){ .raw = o->in[0] });
	exchange_all(o);
}

/* A client that changes its Pager register and then waits; it has all its pages before. */
static void change_pager(void *to)
{
	L4_Receive_Timeout(supervisor, L4_ZeroTime);
	L4_Set_Pager(*(L4_ThreadId_t *)to);
	L4_Receive_Timeout(supervisor, L4_Never);
}

TEST(GPXR0007, "after L4_Set_PagerOf the old pager's space is refused, the new one is not")
{
	static L4_ThreadId_t to;
	static struct actor a;
	static struct order o;

	both_spaces();
	client(&a, WAITING);
	o = (struct order){ .t = a.t, .what = give_away, .in = { L4_Myself().raw } };
	order(&pagers, &o);
	check_refused(&o);
	CHECK_EQ(L4_PagerOf(a.t).raw, L4_Myself().raw);
	to = pager;
	o = (struct order){ .t = space_start(&clients, change_pager, &to), .what = read_it };
	order(&pagers, &o);
	CHECK_EQ(o.out[1], pager.raw);
	CHECK_EQ(exchange_control(o.t, 0).result, 0);
}

TEST(GPXR0008, "a local dest is of the caller's space, a local Pager of the client's")
{
	static L4_ThreadId_t local = { .raw = SPACE_UTCB + MR0_OFFSET };
	static struct order o;

	both_spaces();
	o = (struct order){ .t = space_start(&clients, change_pager, &local), .what = exchange_all };
	CHECK_EQ(thread_state(o.t), L4_SCHEDRESULT_WAITING);
	order(&pagers, &o);
	check_refused(&o);
	o = (struct order){ .t = local, .what = read_it };
	order(&pagers, &o);
	CHECK_EQ(o.out[0], pager.raw);
}
