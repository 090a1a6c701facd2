/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * every_state.c - threads that are deleted, moved, renamed, halted and aborted in every state that there is
 * (api 4.3, 4.4), and their partners.
 */
#include "actor.h"
#include "ipc.h"
#include "bad_values.h"

#define NIL L4_nilthread
#define NO_UTCB (-1ul)

/* A thread that never answers its partners. */
static void idle(void *unused)
{
	(void)unused;
	guest_wait();
}

/* The state of a thread that waited for, or was in a string with, a deleted thread. */
static void check_string_partner(struct actor *a)
{
	word error;

	if (a->state != GIVING && a->state != TAKING)
		return;
	sleep_us(1000);
	error = a->state == GIVING ? a->taker.got.error : a->giver.error;
	CHECK(a->state == GIVING ? a->taker.got.done : a->giver.done);
	guest_note("error of the partner in the string", error);
	CHECK((error & 0xe) == SEND_ABORTED || (error & 0xe) == SEND_NOT_EXISTING);
}

static void delete_in_each_state(struct space *s)
{
	static struct actor a;

	for (enum actor_state state = 0; state < ACTOR_STATES; state++) {
		struct mark mark = world_mark();
		L4_ThreadId_t again;

		actor_make(&a, s, state, L4_Myself());
		again = L4_GlobalId(L4_ThreadNo(a.t), L4_Version(a.t) + 2);
		thread_delete(a.t);
		check_string_partner(&a);
		CHECK_EQ(wait_now().error, RECEIVE_TIMEOUT);
		CHECK_EQ(empty_send_error(a.t, L4_Never), SEND_NOT_EXISTING);
		CHECK_EQ(thread_state(a.t), L4_SCHEDRESULT_ERROR);
		CHECK_EQ(thread_control(again, supervisor, supervisor, NIL, NO_UTCB), 0);
		CHECK_EQ(thread_state(again), L4_SCHEDRESULT_INACTIVE);
		thread_delete(again);
		if (state == GIVING || state == TAKING) {
			thread_delete(a.other);
			thread_delete(a.pager);
		}
		if (s && state != INACTIVE)
			space_forget_last(s);
		world_release(mark);
	}
}

TEST_N(GDEL0001, "a thread of this space can be deleted in every state: its id is invalid, its number free")
{
	delete_in_each_state(0);
	check_alive();
}

TEST_N(GDEL0002, "a thread of another space can be deleted in every state")
{
	struct space s;

	space_make(&s);
	delete_in_each_state(&s);
	check_alive();
}

TEST(GDEL0003, "when their partner is deleted waiters and senders get an error, faulting threads halt")
{
	static struct actor a;
	struct space s;

	space_make(&s);
	for (unsigned other = 0; other < 2; other++)
		for (enum actor_state state = WAITING; state <= TRAPPED; state++) {
			L4_ThreadId_t partner = thread_start(idle, 0);

			actor_make(&a, other ? &s : 0, state, partner);
			thread_delete(partner);
			if (state == FAULTING || state == TRAPPED)
				CHECK_EQ(thread_state(a.t), L4_SCHEDRESULT_INACTIVE);
			else
				CHECK_EQ(actor_error(&a), state == SENDING ? SEND_NOT_EXISTING : RECEIVE_NOT_EXISTING);
			thread_delete(a.t);
		}
	check_alive();
}

TEST_N(GDEL0004, "a whole space whose threads are in all states at once is deleted with its last one")
{
	static struct actor a[ACTOR_STATES];

	for (unsigned round = 0; round < 4; round++) {
		struct mark mark = world_mark();
		struct space s;
		word old;

		space_make(&s);
		for (enum actor_state state = 0; state < ACTOR_STATES; state++)
			actor_make(&a[state], &s, state, L4_Myself());
		thread_delete(a[INACTIVE].t);
		space_delete(&s);
		CHECK_EQ(L4_SpaceControl(s.anchor, 0, L4_Nilpage, L4_Nilpage, NIL, &old), 0);
		CHECK_EQ(wait_now().error, RECEIVE_TIMEOUT);
		for (enum actor_state state = GIVING; state <= TAKING; state++) {
			check_string_partner(&a[state]);
			thread_delete(a[state].other);
			thread_delete(a[state].pager);
		}
		world_release(mark);
	}
	check_alive();
}

/* ---- migration ---- */

static bool aborted(word error)
{
	return (error & 0xe) == SEND_CANCELLED || (error & 0xe) == SEND_ABORTED;
}

/* The state of an actor that was moved: its IPC is over, all else is as it was. */
static void check_moved(struct actor *a)
{
	word count = a->count;

	switch (a->state) {
	case RUNNING:
		AWAIT(a->count > count);
		CHECK(a->count > count);
		break;
	case FAULTING:
	case TRAPPED:		/* the instruction is tried again, in the new space */
		CHECK_EQ(receive_now(a->t, period(10000)).error, 0);
		break;
	case HALTED:
	case STARTING:
	case INACTIVE:
		CHECK_EQ(thread_state(a->t), actor_schedule_state(a->state));
		break;
	default:
		CHECK(aborted(actor_error(a)));
		check_string_partner(a);
	}
}

TEST_N(GMOV0001, "a thread can be moved to another space in every state, and continues there without its IPC")
{
	static struct actor a;

	for (enum actor_state state = 0; state < ACTOR_STATES; state++) {
		struct mark mark = world_mark();
		struct space from, to;

		space_make(&from);
		space_make(&to);
		actor_make(&a, &from, state, L4_Myself());
		CHECK_EQ(thread_control(a.t, to.anchor, NIL, NIL, NO_UTCB), 0);
		thread_delete(from.anchor);
		check_moved(&a);
		thread_delete(a.t);
		thread_delete(to.anchor);
		if (state == GIVING || state == TAKING) {
			thread_delete(a.other);
			thread_delete(a.pager);
		}
		world_release(mark);
	}
	check_alive();
}

static void note_self(void *id)
{
	*(volatile word *)id = L4_MyGlobalId().raw;
}

TEST_N(GMOV0002, "a thread moved before its start message is started by it, in the new space")
{
	static volatile word id;
	struct space from, to;
	L4_ThreadId_t t;

	id = 0;
	space_make(&from);
	space_make(&to);
	t = space_waiting(&from, supervisor);
	CHECK_EQ(thread_control(t, to.anchor, NIL, NIL, NO_UTCB), 0);
	thread_delete(from.anchor);
	thread_go(t, 150, thread_frame(stack_new(), note_self, (void *)&id));
	CHECK_EQ(id, t.raw);
}

/* ---- other ids ---- */

TEST(GVST0001, "a thread renamed five hundred times answers to its newest id only, in every state")
{
	static struct actor a;

	for (enum actor_state state = 0; state < ACTOR_STATES; state++) {
		struct mark mark = world_mark();
		L4_ThreadId_t t, next;

		actor_make(&a, 0, state, thread_start(idle, 0));
		t = a.t;
		for (word i = 1; i <= 500; i++) {
			next = L4_GlobalId(L4_ThreadNo(a.t), L4_Version(a.t) + (i << 8));
			CHECK_EQ(thread_control(next, t, NIL, NIL, NO_UTCB), 0);
			CHECK_EQ(thread_state(t), L4_SCHEDRESULT_ERROR);
			CHECK_EQ(thread_state(next), actor_schedule_state(state));
			t = next;
		}
		CHECK_EQ(empty_send_error(a.t, L4_ZeroTime), SEND_NOT_EXISTING);
		thread_delete(t);
		thread_delete(a.partner);
		if (state == GIVING || state == TAKING) {
			thread_delete(a.other);
			thread_delete(a.pager);
		}
		world_release(mark);
	}
	check_alive();
}

TEST_N(GVST0002, "senders and waiters of each of a hundred ids in turn get an error when it is replaced")
{
	static struct job send, receive;
	L4_ThreadId_t t = thread_start(idle, 0), next;

	adopt(t);
	for (word i = 0; i < 100; i++) {
		struct mark mark = world_mark();
		L4_ThreadId_t sender, receiver;

		send = (struct job){ .to = t };
		receive = (struct job){ .from = t };
		sender = thread_start(run_job, &send);
		receiver = thread_start(run_job, &receive);
		CHECK(!send.got.done && !receive.got.done);
		next = L4_GlobalId(L4_ThreadNo(t), L4_Version(t) + 2);
		CHECK_EQ(thread_control(next, t, NIL, NIL, NO_UTCB), 0);
		t = next;
		CHECK_EQ(send.got.error, SEND_NOT_EXISTING);
		CHECK_EQ(receive.got.error, RECEIVE_NOT_EXISTING);
		thread_delete(sender);
		thread_delete(receiver);
		world_release(mark);
	}
	thread_delete(t);
}

TEST_N(GTHR0043, "a pager that does not exist is accepted, and the thread waits for it")
{
	L4_ThreadId_t t = tid_new(), nobody = tid_new();

	CHECK_EQ(thread_control(t, supervisor, supervisor, nobody, utcb_new()), 0);
	adopt(t);
	CHECK_EQ(thread_state(t), L4_SCHEDRESULT_WAITING);
	CHECK_EQ(thread_control(t, supervisor, NIL, supervisor, NO_UTCB), 0);
	CHECK_EQ(L4_PagerOf(t).raw, supervisor.raw);
}
