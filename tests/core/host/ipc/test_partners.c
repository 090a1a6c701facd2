/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_partners.c - deleting, renaming and moving threads that many others send to or wait for, with
 * hostile calls at every preemption point (stage.h).
 */
#include "stage.h"

static void delete_c(void) { delete_thread(cast.c_id); }
/* ---- a thread with many senders ---- */

enum { SENDERS = 150 };

static struct thread *sender[SENDERS];
static l4_tid_t sender_id[SENDERS];

static void many_senders(unsigned n)
{
	stage_set();
	stage_remember();
	for (unsigned i = 0; i < n; i++) {
		struct thread *t = new_thread(i % 3 ? cast.b : cast.a);

		if (i % 2)
			CHECK(!send_to(t, cast.c));
		else
			CHECK(!receive_from(t, cast.c->id));
		if (n == SENDERS) {
			sender[i] = t;
			sender_id[i] = t->id;
		}
	}
	world_run(root);
}

static void all_are_told(void)
{
	for (unsigned i = 0; i < SENDERS; i++) {
		struct thread *t = thread_find(sender_id[i]);

		if (!t)
			continue;
		CHECK(!blocked(t));
		CHECK_EQ(error_of(t), i % 2 ? SEND_ERROR(NOT_EXISTING) : RECEIVE_ERROR(NOT_EXISTING));
	}
	CHECK(!thread_find(cast.c_id));
}

static void send_to_dying(void)
{
	PUT(cast.mole, 0);
	CHECK(ipc(cast.mole, cast.c_id, NIL, timeouts(TIME_NEVER, TIME_NEVER)));
	CHECK_FAILED(cast.mole, SEND_ERROR(NOT_EXISTING));
	CHECK(receive_from(cast.mole, cast.c_id));
	CHECK_FAILED(cast.mole, RECEIVE_ERROR(NOT_EXISTING));
}

static void delete_some_senders(void)
{
	for (unsigned i = SENDERS - 6; i < SENDERS; i++)
		stage_rival_deletes(sender_id[i]);
	stage_rival_deletes(sender_id[0]);
	stage_rival_deletes(sender_id[75]);
}

static void use_the_number_again(void)
{
	l4_tid_t again = l4_tid_global(l4_tid_number(cast.c_id), 2);

	CHECK(thread_control(cast.rival, again, cast.b->id, root->id, NIL, KEEP));
}

static void delete_it_again(void) { stage_rival_deletes(cast.c_id); }

TEST(HPRE0017, "a thread is deleted while its 150 partners send, are deleted, or its number is used again")
{
	many_senders(SENDERS);
	stage_at_every_point(delete_c, send_to_dying, false, all_are_told);
	stage_at_every_point(delete_c, delete_some_senders, true, all_are_told);
	stage_at_every_point(delete_c, use_the_number_again, true, all_are_told);
	stage_at_every_point(delete_c, delete_it_again, true, all_are_told);
}

TEST(HPRE0018, "the deleter of a thread with many senders is deleted: all are notified all the same")
{
	many_senders(SENDERS);
	stage_at_every_point(delete_c, stage_delete_root, true, all_are_told);
}

static void rename_c(void)
{
	CHECK(thread_control(root, l4_tid_global(l4_tid_number(cast.c_id), 3), cast.c_id, NIL, NIL, KEEP));
}

static void delete_renamed(void) { stage_rival_deletes(l4_tid_global(l4_tid_number(cast.c_id), 3)); }

static void rename_again(void)
{
	CHECK(thread_control(cast.rival, l4_tid_global(l4_tid_number(cast.c_id), 4),
			     l4_tid_global(l4_tid_number(cast.c_id), 3), NIL, NIL, KEEP));
}

static void rename_by_root(void)
{
	thread_control(root, l4_tid_global(l4_tid_number(cast.c_id), 3), cast.c_id, NIL, NIL, KEEP);
}

TEST(HPRE0019, "a thread gets a new id while its 150 partners send, and while it is deleted or renamed again")
{
	many_senders(SENDERS);
	stage_at_every_point(rename_c, send_to_dying, false, all_are_told);
	stage_at_every_point(rename_c, delete_some_senders, true, all_are_told);
	stage_at_every_point(rename_by_root, delete_renamed, true, all_are_told);
	stage_at_every_point(rename_by_root, rename_again, true, all_are_told);
	stage_at_every_point(rename_by_root, stage_delete_root, true, all_are_told);
}

TEST(HPRE0020, "a thread with 700 partners is deleted in bounded steps")
{
	world_options = "kmem=12M";
	many_senders(700);
	world_hook.steps = 0;
	CHECK(delete_thread(cast.c_id));
	CHECK(world_hook.steps >= 700 / CFG_STEP);
	for (l4_word_t n = kernel.user_base; n < kernel.user_base + 1200; n++) {
		struct thread *t = thread_numbered(n);

		if (t && t->life == THREAD_ACTIVE)
			CHECK(!partner_of(t) || partner_of(t)->kind == THREAD_IRQ);
	}
}

/* ---- moving a thread with many senders ---- */

static void move_c_thread(void)
{
	thread_control(root, cast.mole->id, cast.c_id, NIL, NIL, KEEP);
}

static unsigned received;

static void all_senders_are_served(void)
{
	received = 0;
	while (ipc(cast.mole, NIL, L4_ANYTHREAD, timeouts(TIME_ZERO, TIME_ZERO))
	       && !l4_tag_failed(tag_of(cast.mole)))
		received++;
	CHECK_EQ(received, 100);
}

static void send_to_moving(void)
{
	CHECK(ipc(cast.rival, cast.mole->id, NIL, timeouts(TIME_ZERO, TIME_ZERO)));
}

TEST(HPRE0021, "a thread moves to another space with 100 senders in its queues, and serves each once")
{
	stage_set();
	stage_remember();
	for (unsigned i = 0; i < 100; i++)
		CHECK(!send_to(new_thread(i % 3 ? cast.b : cast.a), cast.mole));
	CHECK(thread_control(root, l4_tid_global(MOLE_LINE, 1), l4_tid_global(MOLE_LINE, 1), NIL,
			     l4_tid_global(MOLE_LINE, 1), KEEP));
	world_run(root);
	stage_at_every_point(move_c_thread, send_to_moving, true, all_senders_are_served);
}

/* ---- a thread is renamed in each state, and disturbed ---- */

enum { FEW_SENDERS = 70, STATES = 4 };	/* more than are notified in one step */

static l4_tid_t b_new;

static void b_is_renamed(unsigned state)
{
	stage_set();
	stage_remember();
	b_new = l4_tid_global(l4_tid_number(cast.b_id), 77);
	for (unsigned i = 0; i < FEW_SENDERS; i++) {
		sender[i] = new_thread(i % 3 ? cast.b : cast.a);
		sender_id[i] = sender[i]->id;
	}
	if (state == 1)
		CHECK(!receive_from(cast.b, cast.c->id));
	if (state == 2)
		CHECK(!send_to(cast.b, cast.c));
	if (state == 3)
		CHECK(exregs(sender[1], cast.b->id, L4_EXREGS_SET_HALT | L4_EXREGS_HALT, 0, 0));
	for (unsigned i = 0; i < FEW_SENDERS; i++)
		CHECK(!ipc(sender[i], cast.b->id, NIL, timeouts(time_us(300000), TIME_NEVER)));
	world_run(root);
}

static void rename_b(void) { thread_control(root, b_new, cast.b_id, NIL, NIL, KEEP); }

static void let_all_time_out(void)
{
	host.now += 400000;
	for (unsigned i = 0; i < 3; i++) {
		host.timer = L4_FOREVER;
		world_settle(preempt_timer(world_current()));
	}
}

static void delete_all_senders(void)
{
	for (unsigned i = 0; i < FEW_SENDERS; i++)
		stage_rival_deletes(sender_id[i]);
}

static l4_tid_t b_by_local_id(void) { return local_id(cast.b); }

static void resume_b(void) { exregs(cast.mole, b_by_local_id(), L4_EXREGS_SET_HALT, 0, 0); }

static void abort_b(void)
{
	exregs(cast.mole, b_by_local_id(), L4_EXREGS_SET_HALT | L4_EXREGS_SEND | L4_EXREGS_RECEIVE, 0, 0);
}

static void halt_b(void)
{
	exregs(cast.mole, b_by_local_id(), L4_EXREGS_SET_HALT | L4_EXREGS_HALT, 0, 0);
}

static void send_to_new_id(void)
{
	CHECK(ipc(cast.mole, b_new, NIL, timeouts(TIME_ZERO, TIME_ZERO)));
	CHECK_FAILED(cast.mole, SEND_ERROR(TIMEOUT));
}

static void raise_b(void)
{
	CHECK(schedule(cast.rival, b_new, KEEP, 120) != L4_SCHED_ERROR);
	CHECK(schedule(cast.rival, b_new, KEEP, 90) != L4_SCHED_ERROR);
}

static void delete_b_now(void) { stage_rival_deletes(b_new); }

static void b_is_in_order(void)
{
	for (unsigned i = 0; i < FEW_SENDERS; i++)
		CHECK(!thread_find(sender_id[i]) || !blocked(thread_find(sender_id[i])));
	CHECK(!thread_find(cast.b_id));
}

TEST(HPRE0025, "a thread in any state is renamed while senders time out, are deleted, or it is acted upon")
{
	static const struct script scripts[] = {
		{ let_all_time_out, false }, { delete_all_senders, true }, { resume_b, false },
		{ abort_b, false }, { halt_b, false }, { send_to_new_id, false }, { raise_b, true },
		{ delete_b_now, true }, { stage_delete_root, true },
	};

	for (unsigned state = 0; state < STATES; state++) {
		b_is_renamed(state);
		STAGE_WITH_EACH(rename_b, scripts, b_is_in_order);
	}
}

/* ---- local ids of a dying thread ---- */

static l4_tid_t b_local;

static void delete_b_thread(void) { delete_thread(cast.b_id); }

static void use_local_id_of_dying(void)
{
	clear_error(cast.mole);
	CHECK(ipc(cast.mole, b_local, NIL, timeouts(TIME_NEVER, TIME_NEVER)));
	CHECK_FAILED(cast.mole, SEND_ERROR(NOT_EXISTING));
	CHECK(receive_from(cast.mole, b_local));
	CHECK_FAILED(cast.mole, RECEIVE_ERROR(NOT_EXISTING));
	CHECK(!exregs(cast.mole, b_local, L4_EXREGS_SET_HALT, 0, 0));
}

static void no_thread_waits_for_b(void)
{
	CHECK(!thread_find(cast.b_id));
	CHECK(!blocked(cast.c));
}

TEST(HPRE0024, "the local id of a thread that is being deleted names no thread any more")
{
	stage_set();
	b_local = local_id(cast.b);
	for (unsigned i = 0; i < 100; i++)
		CHECK(!send_to(new_thread(i % 3 ? cast.b : cast.a), cast.b));
	CHECK(!send_to(cast.c, cast.b));
	world_run(root);
	stage_at_every_point(delete_b_thread, use_local_id_of_dying, false, no_thread_waits_for_b);
}
