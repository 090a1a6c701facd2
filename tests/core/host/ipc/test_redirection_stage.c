/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_redirection_stage.c - hostile calls at every preemption point of redirected calls, forwarded
 * ones, redirected page faults, and the end of a redirector (stage.h).
 *
 * c's space is watched by b; c calls a. The messages map memory, in many steps.
 */
#include "stage.h"

static struct thread *c2;

static void prepare(void)
{
	stage_set();
	c2 = new_thread(cast.c);
	give(cast.c, ram(21) + (1 << 21), 8 * VA + (1 << 24), 19, L4_RWX);
	redirect(cast.c, cast.b->id);
	accept_window(cast.a, l4_fpage((l4_word_t)1 << 28, LOG2, 0));
	accept_window(cast.b, l4_fpage((l4_word_t)1 << 28, LOG2, 0));
	world_run(root);
}

static l4_tid_t renamed(l4_tid_t id) { return l4_tid_global(l4_tid_number(id), 9); }
static struct thread *now(l4_tid_t id) { return thread_numbered(l4_tid_number(id)); }

/* ---- what others do ---- */

static void rename_a(void) { thread_control(cast.rival, renamed(cast.a_id), cast.a_id, NIL, NIL, KEEP); }
static void rename_b(void) { thread_control(cast.rival, renamed(cast.b_id), cast.b_id, NIL, NIL, KEEP); }

static void watched_by(l4_tid_t redirector)
{
	CALL(cast.rival, L4_CALL_SPACE_CONTROL, cast.c_id.raw, 0, 0, 0, redirector.raw);
}

static void set_free(void) { watched_by(L4_ANYTHREAD); }
static void watched_by_a(void) { watched_by(cast.a_id); }
static void cut_off(void) { watched_by(l4_tid_global(5000, 1)); }

static const struct script scripts[] = {
	{ stage_delete_a, true }, { stage_delete_b, true }, { stage_delete_c, true }, { rename_a, true },
	{ rename_b, true }, { set_free, true }, { watched_by_a, true }, { cut_off, true },
	{ stage_time_out, false }, { stage_abort_b, false },
};

/* No thread waits for one that does not exist, and all can be deleted. */
static void everybody_can_go(void)
{
	l4_tid_t ids[] = { cast.b_id, cast.a_id, cast.c_id };

	for (unsigned i = 0; i < 3; i++) {
		struct thread *t = now(ids[i]);

		if (t && blocked(t) && partner_of(t))
			CHECK(now(partner_of(t)->id) == partner_of(t));
	}
	for (unsigned i = 0; i < 3; i++)
		if (now(ids[i]))
			CHECK(delete_thread(now(ids[i])->id));
	CHECK(delete_thread(c2->id));
}

/* ---- a call that is redirected ---- */

static void call_a(void)
{
	CHECK(!receive_from(cast.b, L4_ANYTHREAD));
	world_run(cast.c);
	put_map(cast.c, l4_fpage(8 * VA + (1 << 24), LOG2, L4_RWX), 0, false);
	ipc(cast.c, cast.a_id, cast.a_id, timeouts(TIME_NEVER, time_us(300000)));
}

static bool delivered(struct thread *t)
{
	return t && !blocked(t) && !l4_tag_failed(tag_of(t));
}

static void call_is_redirected(void)
{
	struct thread *b = now(cast.b_id), *c = now(cast.c_id);

	if (delivered(b)) {
		CHECK_EQ(tag_of(b).raw & L4_TAG_FLAGS, L4_TAG_REDIRECTED);
		CHECK_EQ(from_of(b).raw, cast.c_id.raw);
		CHECK_EQ(*thread_tcr(b, L4_TCR_INTENDED_RECEIVER), cast.a_id.raw);
	}
	if (c && blocked(c))
		CHECK(partner_of(c) == b);
	everybody_can_go();
}

TEST(HRED0034, "a call is redirected, and each of the three is acted upon at every point")
{
	prepare();
	STAGE_WITH_EACH(call_a, scripts, call_is_redirected);
}

/* ---- one that is forwarded ---- */

static void forward(void)
{
	put_map(cast.b, l4_fpage(VA, LOG2, L4_RWX), 0, false);
	in_name_of(cast.b, cast.c_id);
	send_to(cast.b, cast.a);
}

static void prepare_forward(void)
{
	prepare();
	stage_remember();
	CHECK(!receive_from(cast.a, L4_ANYTHREAD));
	CHECK(!receive_from(cast.b, L4_ANYTHREAD));
	PUT(cast.c, 1);
	CHECK(!ipc(cast.c, cast.a_id, cast.a_id, timeouts(TIME_NEVER, time_us(300000))));
	CHECK_EQ(cast.c->recv_from.raw, cast.b_id.raw);
	world_run(root);
}

static void call_is_forwarded(void)
{
	struct thread *a = now(cast.a_id), *b = now(cast.b_id), *c = now(cast.c_id);

	if (delivered(a)) {
		CHECK_EQ(tag_of(a).raw & L4_TAG_FLAGS, L4_TAG_REDIRECTED | L4_TAG_PROPAGATED);
		CHECK_EQ(from_of(a).raw, cast.c_id.raw);
		CHECK_EQ(*thread_tcr(a, L4_TCR_INTENDED_RECEIVER),
			 l4_tid_eq(a->id, cast.a_id) ? local_id(a).raw : cast.a_id.raw);
	}
	if (c && blocked(c))
		CHECK(partner_of(c) == (delivered(a) ? a : b));
	everybody_can_go();
}

TEST(HRED0035, "a call is forwarded, and each of the three is acted upon at every point")
{
	prepare_forward();
	STAGE_WITH_EACH(forward, scripts, call_is_forwarded);
}

/* ---- a page fault ---- */

static void answer_fault(void)
{
	put_map(cast.b, l4_fpage(VA, LOG2, L4_RWX), (l4_word_t)1 << 29, false);
	send_to(cast.b, cast.c);
}

static void prepare_fault(void)
{
	prepare();
	*thread_tcr(cast.c, L4_TCR_PAGER) = cast.a->id.raw;
	CHECK(!receive_from(cast.b, L4_ANYTHREAD));
	CHECK(!touch(cast.c, ((l4_word_t)1 << 29) + PAGE, L4_W));
	CHECK_EQ(from_of(cast.b).raw, cast.c->id.raw);
	world_run(root);
}

static void fault_is_answered(void)
{
	struct thread *c = now(cast.c_id);

	if (c) {
		CHECK(!blocked(c));
		CHECK(!c->halted);
	}
	everybody_can_go();
}

TEST(HRED0036, "a redirector answers a page fault, and each of the three is acted upon at every point")
{
	prepare_fault();
	STAGE_WITH_EACH(answer_fault, scripts, fault_is_answered);
}

/* ---- the redirector's end ---- */

enum { SENDERS = 120 };

static l4_tid_t sender_id[SENDERS];

static void prepare_end(void)
{
	prepare();
	for (unsigned i = 0; i < SENDERS; i++) {
		struct thread *t = new_thread(cast.c);

		sender_id[i] = t->id;
		*thread_tcr(t, L4_TCR_PAGER) = cast.a->id.raw;
		if (i % 3 == 0)
			CHECK(!touch(t, 0x50000000, L4_R));
		else if (i % 3 == 1)
			CHECK(!call_to(t, cast.a));
		else
			CHECK(!send_to(t, cast.a));
	}
	world_run(root);
}

static void delete_redirector(void) { delete_thread(cast.b_id); }

static void delete_senders(void)
{
	for (unsigned i = 0; i < SENDERS; i += 7)
		stage_rival_deletes(sender_id[i]);
}

static void use_the_id_again(void)
{
	CHECK(thread_control(cast.rival, cast.b_id, cast.b_id, root->id, NIL, KEEP));
}

static void all_are_told(void)
{
	for (unsigned i = 0; i < SENDERS; i++) {
		struct thread *t = thread_find(sender_id[i]);

		if (!t)
			continue;
		CHECK(!blocked(t));
		CHECK_EQ(t->halted, i % 3 == 0);
		if (i % 3)
			CHECK_FAILED(t, SEND_ERROR(NOT_EXISTING));
	}
}

TEST(HRED0037, "a redirector with 120 messages, faults among them, is deleted: all senders get an error")
{
	static const struct script ends[] = {
		{ delete_senders, true }, { use_the_id_again, true }, { set_free, true }, { stage_delete_a, true },
	};

	prepare_end();
	STAGE_WITH_EACH(delete_redirector, ends, all_are_told);
}
