/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * aborts.c - ExchangeRegisters with S, with R and with both, on threads in each phase of an IPC (api 4.4,
 * 5.6): what it reports, which error each side gets, and what it leaves alone.
 */
#include "actor.h"
#include "exregs.h"
#include "ipc.h"

static const word controls[] = { X_S, X_R, X_S | X_R };

enum { CONTROLS = sizeof controls / sizeof *controls };

/* H, R and S as the call reports them, and the errors of the thread and of the other side of its string. */
static const struct phase { word out, error, other; } phases[ACTOR_STATES] = {
	[RUNNING] = { 0, 0, 0 },
	[WAITING] = { X_R, RECEIVE_CANCELLED, 0 },
	[SENDING] = { X_S, SEND_CANCELLED, 0 },
	[SLEEPING] = { X_R, RECEIVE_CANCELLED, 0 },
	[FAULTING] = { X_S, 0, 0 },
	[TRAPPED] = { X_S, 0, 0 },
	[GIVING] = { X_S, SEND_ABORTED, RECEIVE_ABORTED },
	[TAKING] = { X_R, RECEIVE_ABORTED, SEND_ABORTED },
	[HALTED] = { X_H, 0, 0 },
	[STARTING] = { X_R, 0, 0 },
};

static bool is_string(const struct actor *a) { return a->state == GIVING || a->state == TAKING; }

static word other_error(const struct actor *a)
{
	CHECK(a->state == GIVING ? a->taker.got.done : a->giver.done != 0);
	return a->state == GIVING ? a->taker.got.error : a->giver.error;
}

/* The one message that the kernel has for this test on behalf of a, received now. */
static void check_fault(const struct actor *a, long protocol, word address)
{
	struct received r = receive_now(a->t, L4_ZeroTime.raw);

	CHECK_EQ(r.error, 0);
	CHECK_EQ(tag_protocol((L4_MsgTag_t){ .raw = r.tag }), protocol);
	if (protocol == N_PAGEFAULT)
		CHECK_EQ(r.mr[1], address);
	CHECK_EQ(exchange_control(a->t, 0).control & 7, X_R);
	CHECK_EQ(receive_now(a->t, L4_ZeroTime.raw).error, RECEIVE_TIMEOUT);
}

static void check_unchanged(struct actor *a)
{
	CHECK_EQ(thread_state(a->t), actor_schedule_state(a->state));
	CHECK_EQ(exchange_control(a->t, 0).control & 7, phases[a->state].out);
	CHECK(!a->done);
}

/* The phase is over: the IPC has ended with its error, or the fault is raised again. */
static void check_ended(struct actor *a)
{
	const struct phase *p = &phases[a->state];

	if (p->error)
		CHECK_EQ(actor_error(a), p->error);
	if (is_string(a))
		CHECK_EQ(other_error(a), p->other);
	sleep_us(200);
	if (a->state == FAULTING)
		check_fault(a, N_PAGEFAULT, WINDOW);
	if (a->state == TRAPPED)
		check_fault(a, N_EXCEPTION, 0);
	if (a->state == STARTING)
		check_fault(a, N_PAGEFAULT, 0);
}

static void check_phase(struct actor *a, word control)
{
	const struct phase *p = &phases[a->state];

	guest_note("state", a->state);
	guest_note("control", control);
	CHECK_EQ(exchange_control(a->t, control).control & 7, p->out);
	if (control & p->out)
		check_ended(a);
	else
		check_unchanged(a);
}

static void all_phases(bool elsewhere)
{
	static struct actor a;

	for (enum actor_state state = 0; state < INACTIVE; state++)
		for (unsigned i = 0; i < CONTROLS; i++) {
			struct mark mark = world_mark();
			struct space s;

			space_make(&s);
			actor_make(&a, elsewhere ? &s : 0, state, L4_Myself());
			check_phase(&a, controls[i]);
			thread_delete(a.t);
			if (is_string(&a)) {
				thread_delete(a.other);
				thread_delete(a.pager);
			}
			space_delete(&s);
			world_release(mark);
		}
}

TEST(GABT0001, "in every phase S ends a send and R a receive, with its error; the other bit does nothing")
{
	all_phases(false);
}

TEST(GABT0002, "the same by the pager of a thread of another space")
{
	all_phases(true);
}

/* ---- a fault that its pager or handler has received, and not answered ---- */

TEST(GABT0003, "R on a fault that was received and not answered: it is raised again; S does nothing")
{
	static struct actor a;

	for (enum actor_state state = FAULTING; state <= TRAPPED; state++)
		for (unsigned i = 0; i < CONTROLS; i++) {
			long protocol = state == FAULTING ? N_PAGEFAULT : N_EXCEPTION;

			actor_make(&a, 0, state, L4_Myself());
			check_fault(&a, protocol, WINDOW);
			CHECK_EQ(exchange_control(a.t, controls[i]).control & 7, X_R);
			if (controls[i] & X_R)
				check_fault(&a, protocol, WINDOW);
			else
				CHECK_EQ(exchange_control(a.t, 0).control & 7, X_R);
			thread_delete(a.t);
		}
}

/* ---- strings ---- */

/* The aborted side, and the side whose page is missing. */
static const struct { bool sender_faults, abort_sender; } sides[] = {
	{ true, true }, { true, false }, { false, true }, { false, false },
};

TEST(GABT0004, "a string aborted at its second page, at either side: 7 for both, the first page counts")
{
	static struct pair p;

	for (unsigned i = 0; i < sizeof sides / sizeof *sides; i++) {
		struct mark mark = world_mark();
		L4_ThreadId_t t;
		word out;

		pair_init(&p, 0, 0, 2 * PAGE);
		p.from_pager.mute = p.to_pager.mute = true;
		pair_present(&p, sides[i].sender_faults ? 1 : 2, sides[i].sender_faults ? 2 : 1);
		pair_start(&p);
		t = sides[i].abort_sender ? p.from : p.to;
		out = sides[i].abort_sender ? X_S : X_R;
		guest_note("side", i);
		CHECK_EQ(p.from_pager.faults, sides[i].sender_faults);
		CHECK_EQ(p.to_pager.faults, !sides[i].sender_faults);
		CHECK_EQ(exchange_control(t, (X_S | X_R) & ~out).control & 7, out);
		CHECK(!p.giver.done && !p.taker.got.done);
		CHECK_EQ(exchange_control(t, X_S | X_R).control & 7, out);
		pair_wait(&p);
		CHECK_EQ(p.giver.error, SEND_ABORTED | (word)PAGE << OFFSET);
		CHECK_EQ(p.taker.got.error, RECEIVE_ABORTED | (word)PAGE << OFFSET);
		pair_end(&p);
		world_release(mark);
	}
}

/* ---- before and after ---- */

TEST(GABT0005, "S and R after an IPC change neither its result nor the next IPC")
{
	static struct job receive, send;
	L4_ThreadId_t r, s;

	receive = (struct job){ .from = L4_Myself() };
	send = (struct job){ .to = L4_Myself() };
	r = thread_start_prio(run_job, &receive, PRIO_BELOW);
	s = thread_start_prio(run_job, &send, PRIO_BELOW);
	while (thread_state(r) != L4_SCHEDRESULT_WAITING || thread_state(s) != L4_SCHEDRESULT_PENDING_SEND)
		sleep_us(50);
	CHECK_EQ(empty_send_error(r, L4_ZeroTime), 0);
	CHECK_EQ(receive_now(s, L4_ZeroTime.raw).error, 0);
	CHECK_EQ(exchange_control(r, X_S | X_R).control & 7, 0);
	CHECK_EQ(exchange_control(s, X_S | X_R).control & 7, 0);
	sleep_us(1000);
	CHECK(receive.got.done && send.got.done);
	CHECK_EQ(receive.got.error, 0);
	CHECK_EQ(send.got.error, 0);
	CHECK_EQ(thread_state(r), L4_SCHEDRESULT_WAITING);
	CHECK_EQ(thread_state(s), L4_SCHEDRESULT_WAITING);
}

TEST(GABT0006, "S and R together cancel a call: 6 in its send phase, 7 in its receive phase")
{
	for (unsigned received = 0; received < 2; received++) {
		static struct job j;
		L4_ThreadId_t t;

		j = (struct job){ .to = L4_Myself(), .from = L4_Myself() };
		t = thread_start(run_job, &j);
		if (received)
			CHECK_EQ(receive_now(t, L4_ZeroTime.raw).error, 0);
		CHECK_EQ(exchange_control(t, X_S | X_R).control & 7, received ? X_R : X_S);
		CHECK(j.got.done);
		CHECK_EQ(j.got.error, received ? RECEIVE_CANCELLED : SEND_CANCELLED);
		CHECK_EQ(receive_now(t, L4_ZeroTime.raw).error, RECEIVE_TIMEOUT);
	}
}
