/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_propagation_life.c - a propagated message that is queued, a wait that has followed one, and
 * what happens to the three threads meanwhile; with hostile calls at every preemption point (stage.h).
 */
#include "stage.h"

/* Returns the first word that t receives from `from` with zero timeout; 0 if there is no message. */
static l4_word_t taken(struct thread *t, l4_tid_t from)
{
	CHECK(ipc(t, NIL, from, timeouts(TIME_ZERO, TIME_ZERO)));
	return l4_tag_failed(tag_of(t)) ? 0 : get_mr(t, 1);
}

static l4_tid_t renamed(l4_tid_t id, l4_word_t version)
{
	return l4_tid_global(l4_tid_number(id), version);
}

/* cast.b's queue: a for a2 twice (a helper of a's space sends the second one), mole for c. */
static struct thread *helper;

static void queue_three(void)
{
	stage_set();
	stage_remember();
	helper = new_thread(cast.a);
	PUT(cast.a, 7, 1);
	in_name_of(cast.a, cast.a2->id);
	CHECK(!ipc(cast.a, cast.b_id, NIL, timeouts(time_us(5000), TIME_NEVER)));
	CHECK(!propagate(helper, cast.b, cast.a2->id, 2));
	CHECK(thread_control(root, l4_tid_global(MOLE_LINE, 1), l4_tid_global(MOLE_LINE, 1), NIL,
			     l4_tid_global(MOLE_LINE, 1), KEEP));
	CHECK(exregs(new_thread(cast.b), local_id(cast.mole), L4_EXREGS_SEND | L4_EXREGS_RECEIVE, 0, 0));
	CHECK(!propagate(cast.mole, cast.b, cast.c_id, 3));
	world_run(root);
}

TEST(HPRO0024, "a queued message that is withdrawn, however, is not found by its virtual sender's name")
{
	for (unsigned how = 0; how < 3; how++) {
		queue_three();
		if (how == 0)
			world_pass(6000);
		else if (how == 1)
			CHECK(exregs(cast.a2, local_id(cast.a), L4_EXREGS_SEND, 0, 0));
		else
			CHECK(delete_thread(cast.a_id));
		CHECK_EQ(taken(cast.b, cast.a2->id), 2);
		CHECK_EQ(taken(cast.b, cast.a2->id), 0);
		CHECK_EQ(taken(cast.b, cast.c_id), 3);
	}
}

TEST(HPRO0025, "a message in the name of a deleted thread is delivered; waiting for it is not possible")
{
	queue_three();
	CHECK(delete_thread(cast.c_id));
	CHECK_EQ(taken(cast.b, cast.c_id), 0);
	CHECK_EQ(error_of(cast.b), RECEIVE_ERROR(NOT_EXISTING));
	CHECK_EQ(taken(cast.b, cast.mole->id), 3);
	CHECK_EQ(from_of(cast.b).raw, cast.c_id.raw);
	CHECK_EQ(tag_of(cast.b).raw, l4_tag(7, 1, 0).raw | L4_TAG_PROPAGATED);
}

TEST(HPRO0026, "a virtual sender that is renamed meanwhile is delivered with the id that it had")
{
	l4_tid_t old;

	queue_three();
	old = cast.c_id;
	CHECK(thread_control(root, renamed(old, 9), old, NIL, NIL, KEEP));
	CHECK_EQ(taken(cast.b, renamed(old, 9)), 0);
	CHECK_EQ(taken(cast.b, cast.mole->id), 3);
	CHECK_EQ(from_of(cast.b).raw, old.raw);
}

TEST(HPRO0027, "one that moves to the receiver's space meanwhile is delivered with its local id")
{
	struct thread *v;

	queue_three();
	for (unsigned i = 0; i < 6; i++)
		v = new_thread(cast.c);		/* whose place in the UTCB area is free in b's space */
	CHECK(exregs(new_thread(cast.b), local_id(cast.mole), L4_EXREGS_SEND, 0, 0));
	CHECK(!propagate(cast.mole, cast.b, v->id, 4));
	CHECK(thread_control(root, v->id, cast.b_id, NIL, NIL, KEEP));
	CHECK_EQ(taken(cast.b, L4_ANYLOCALTHREAD), 0);
	CHECK_EQ(taken(cast.b, v->id), 4);
	CHECK_EQ(from_of(cast.b).raw, local_id(v).raw);
}

TEST(HPRO0028, "when the receiver is deleted, or renamed, the real senders get an error")
{
	for (unsigned rename = 0; rename < 2; rename++) {
		queue_three();
		if (rename)
			CHECK(thread_control(root, renamed(cast.b_id, 9), cast.b_id, NIL, NIL, KEEP));
		else
			CHECK(delete_thread(cast.b_id));
		CHECK_FAILED(cast.a, SEND_ERROR(NOT_EXISTING));
		CHECK_FAILED(helper, SEND_ERROR(NOT_EXISTING));
		CHECK_FAILED(cast.mole, SEND_ERROR(NOT_EXISTING));
		CHECK(!blocked(cast.a2));
	}
}

TEST(HPRO0034, "a thread that is moved and made active at once finds the senders queued before")
{
	struct thread *t;

	stage_set();
	for (unsigned i = 0; i < 5; i++)
		t = new_inactive(cast.c);
	CHECK(!propagate(cast.b, t, cast.b->id, 5));
	CHECK(thread_control(root, t->id, cast.a->id, NIL, L4_ANYTHREAD, free_utcb(cast.a->space)));
	world_pass(10 * CFG_TIMESLICE_US);
	CHECK(!blocked(t));
	CHECK(!blocked(cast.b));
}

/* ---- a wait that has followed ---- */

/* a2 called a, which passed that on to b: a2 waits for b, for 9 ms. */
static void wait_has_followed(void)
{
	stage_set();
	stage_remember();
	CHECK(!receive_from(cast.a, L4_ANYTHREAD));
	PUT(cast.a2, 7, 1);
	CHECK(!ipc(cast.a2, cast.a_id, cast.a_id, timeouts(TIME_NEVER, time_us(9000))));
	CHECK(!receive_from(cast.b, L4_ANYTHREAD));
	CHECK(propagate(cast.a, cast.b, cast.a2->id, 1));
	CHECK_EQ(partner_of(cast.a2)->id.raw, cast.b_id.raw);
	world_run(root);
}

TEST(HPRO0029, "a wait that has followed ends as any other: cancelled, deleted, or its new partner deleted")
{
	wait_has_followed();
	CHECK(delete_thread(cast.a_id));
	CHECK(blocked(cast.a2));
	CHECK(delete_thread(cast.b_id));
	CHECK_FAILED(cast.a2, RECEIVE_ERROR(NOT_EXISTING));
	wait_has_followed();
	CHECK(exregs(cast.a, local_id(cast.a2), L4_EXREGS_RECEIVE, 0, 0));
	CHECK_FAILED(cast.a2, RECEIVE_ERROR(CANCELLED));
	wait_has_followed();
	CHECK(thread_control(root, renamed(cast.b_id, 9), cast.b_id, NIL, NIL, KEEP));
	CHECK_FAILED(cast.a2, RECEIVE_ERROR(NOT_EXISTING));
	wait_has_followed();
	CHECK(delete_thread(cast.a2->id));
	CHECK(delete_thread(cast.b_id));
}

TEST(HPRO0030, "of 200 queued messages in 5 names, closed waits take each name's in order")
{
	struct thread *name[5];

	stage_set();
	for (unsigned i = 0; i < 5; i++)
		name[i] = new_thread(i % 2 ? cast.b : cast.c);
	for (l4_word_t i = 0; i < 200; i++)
		CHECK(!propagate(new_thread(cast.b), cast.b, name[i * 7 % 5]->id, i + 1));
	for (l4_word_t i = 0; i < 200; i++) {
		l4_word_t turn = i / 40, k = i % 40;		/* name turn says 40 words, 5 apart */

		CHECK_EQ(taken(cast.b, name[turn * 7 % 5]->id), k * 5 + turn + 1);
	}
	CHECK_EQ(taken(cast.b, L4_ANYTHREAD), 0);
}

/* ---- hostile calls ---- */

/*
 * a2 waits for a, for a while, and a passes much memory on to b in a2's name; a thread of b's space has a
 * message in b's name for a2.
 */
static struct thread *other;

static void prepare(void)
{
	stage_set();
	other = new_thread(cast.b);
	CHECK(!receive_from(cast.a, L4_ANYTHREAD));
	PUT(cast.a2, 7, 1);
	CHECK(!ipc(cast.a2, cast.a->id, cast.a->id, timeouts(TIME_NEVER, time_us(300000))));
	accept_window(cast.b, l4_fpage(8 * VA, LOG2, 0));
	CHECK(!receive_from(cast.b, L4_ANYTHREAD));
	world_run(root);
}

static void pass_on(void)
{
	put_map(cast.a, l4_fpage(VA, LOG2, L4_RWX), 0, false);
	in_name_of(cast.a, cast.a2->id);
	send_to(cast.a, cast.b);
}

static l4_tid_t a2_id;

static void remember(void) { a2_id = cast.a2->id; }

static void delete_a2(void) { stage_rival_deletes(a2_id); }

static void delete_all(void)
{
	delete_a2();
	stage_delete_b();
	stage_delete_a();
}

static void rename_a(void) { thread_control(cast.rival, renamed(cast.a_id, 9), cast.a_id, NIL, NIL, KEEP); }
static void rename_a2(void) { thread_control(cast.rival, renamed(a2_id, 9), a2_id, NIL, NIL, KEEP); }
static void rename_b(void) { thread_control(cast.rival, renamed(cast.b_id, 9), cast.b_id, NIL, NIL, KEEP); }

/* mole sends to a2 in b's name, with a zero timeout. */
static void answer_in_b_s_name(void)
{
	PUT(cast.mole, 7, 5);
	in_name_of(cast.mole, cast.b_id);
	ipc(cast.mole, a2_id, NIL, timeouts(TIME_ZERO, TIME_NEVER));
}

/*
 * Each waiting thread waits for one that exists; and a delivered message has moved the wait: a2 waits for
 * b if and only if b has got the message, unless its time was up.
 */
static void waits_are_right(void)
{
	struct thread *a2 = thread_find(a2_id), *a = thread_numbered(l4_tid_number(cast.a_id));
	struct thread *b = thread_numbered(l4_tid_number(cast.b_id));
	bool delivered = b && !blocked(b) && !l4_tag_failed(tag_of(b));

	if (a2 && blocked(a2)) {
		CHECK(thread_waits(a2));
		CHECK(thread_waited_for(a2) == (delivered ? b : a));
	}
	if (delivered) {
		CHECK_EQ(tag_of(b).raw & L4_TAG_FLAGS, L4_TAG_PROPAGATED);
		CHECK_EQ(from_of(b).raw, a2_id.raw);
		CHECK(!a || !l4_tag_failed(tag_of(a)));
	}
	for (l4_word_t n = l4_tid_number(cast.a_id); n <= l4_tid_number(other->id); n++)
		if (thread_numbered(n) && thread_numbered(n) != cast.rival)
			CHECK(delete_thread(thread_numbered(n)->id));
}

TEST(HPRO0031, "each of the three is deleted, renamed, aborted at every point of a propagated transfer")
{
	static const struct script scripts[] = {
		{ stage_delete_a, true }, { stage_delete_b, true }, { delete_a2, true }, { delete_all, true },
		{ rename_a, true }, { rename_a2, true }, { rename_b, true }, { stage_time_out, false },
		{ stage_abort_b, false }, { answer_in_b_s_name, false },
	};

	prepare();
	remember();
	STAGE_WITH_EACH(pass_on, scripts, waits_are_right);
}

/* ---- a receiver that moves or goes, with many propagated messages in its queues ---- */

enum { SENDERS = 100, NAMES = 4 };

static l4_tid_t sender_id[SENDERS], name_id[NAMES];
static struct thread *target;

/* target: a thread of b's that can move to c's space. Two names are of c's space, two of b's. */
static void many_in_few_names(void)
{
	stage_set();
	for (unsigned i = 0; i < 10; i++)
		target = new_thread(cast.b);
	for (unsigned i = 0; i < NAMES; i++)
		name_id[i] = new_thread(i % 2 ? cast.b : cast.c)->id;
	for (unsigned i = 0; i < SENDERS; i++) {
		struct thread *t = new_thread(cast.b);

		sender_id[i] = t->id;
		CHECK(!propagate(t, target, name_id[i % NAMES], i + 1));
	}
	world_run(root);
}

static void move_target(void) { thread_control(root, target->id, cast.c_id, NIL, NIL, KEEP); }
static void delete_target(void) { thread_control(root, target->id, NIL, NIL, NIL, KEEP); }

static void rename_target(void)
{
	thread_control(root, renamed(target->id, 9), target->id, NIL, NIL, KEEP);
}

static void delete_names(void)
{
	stage_rival_deletes(name_id[0]);
	stage_rival_deletes(name_id[1]);
}

static void delete_senders(void)
{
	for (unsigned i = 0; i < SENDERS; i += 9)
		stage_rival_deletes(sender_id[i]);
	for (unsigned i = SENDERS - 8; i < SENDERS; i++)
		stage_rival_deletes(sender_id[i]);
}

static void change_names(void)
{
	for (unsigned i = 0; i < NAMES; i++)
		thread_control(cast.rival, renamed(name_id[i], 9), name_id[i], NIL, NIL, KEEP);
}

static void nothing(void) {}

static unsigned senders_left(void)
{
	unsigned n = 0;

	for (unsigned i = 0; i < SENDERS; i++)
		n += thread_find(sender_id[i]) && blocked(thread_find(sender_id[i]));
	return n;
}

/* All that are left come: first those in local names, then by name, then the others. */
static void all_are_taken(void)
{
	unsigned left = senders_left(), got = 0;
	l4_word_t last = 0, w;

	CHECK(target->space == cast.c->space);
	for (; got < 5 && (w = taken(target, L4_ANYLOCALTHREAD)); got++, last = w) {
		CHECK(w > last);
		CHECK_EQ((w - 1) % 2, 0);
	}
	if (thread_find(name_id[0]))		/* was local all the time */
		CHECK_EQ(got, 5);
	for (unsigned i = 0; i < NAMES; i++)
		while (thread_find(name_id[i]) && (w = taken(target, name_id[i])) != 0) {
			CHECK_EQ((w - 1) % NAMES, i);
			got++;
		}
	while (taken(target, L4_ANYTHREAD))
		got++;
	CHECK_EQ(got, left);
	CHECK_EQ(senders_left(), 0);
}

TEST(HPRO0032, "a receiver moves with 100 propagated messages; names and senders go: each comes once")
{
	static const struct script scripts[] = {
		{ nothing, false }, { delete_names, true }, { delete_senders, true }, { change_names, true },
	};

	many_in_few_names();
	STAGE_WITH_EACH(move_target, scripts, all_are_taken);
}

static void all_are_told(void)
{
	for (unsigned i = 0; i < SENDERS; i++)
		if (thread_find(sender_id[i]))
			CHECK_FAILED(thread_find(sender_id[i]), SEND_ERROR(NOT_EXISTING));
}

TEST(HPRO0033, "it is deleted, or renamed, likewise: each sender gets an error")
{
	static const struct script scripts[] = {
		{ nothing, false }, { delete_names, true }, { delete_senders, true }, { change_names, true },
	};

	many_in_few_names();
	STAGE_WITH_EACH(delete_target, scripts, all_are_told);
	STAGE_WITH_EACH(rename_target, scripts, all_are_told);
}

TEST(HPRO0038, "a start message that is queued in the name of a pager arrives though that is deleted")
{
	struct thread *a, *pager, *real, *started;
	l4_tid_t id;

	world_boot();
	a = new_space();
	pager = new_space();
	real = new_thread(pager);
	started = new_inactive(a);
	id = pager->id;
	PUT(real, 0, START_IP, START_SP);
	in_name_of(real, id);
	CHECK(!send_to(real, started));
	CHECK(delete_thread(id));
	CHECK(thread_control(root, started->id, started->id, L4_NILTHREAD, id, free_utcb(started->space)));
	CHECK(!receive_from(a, L4_ANYTHREAD));
	CHECK(!receive_from(root, L4_ANYTHREAD));
	CHECK(!blocked(started));
	CHECK_EQ(thread_regs(started)->ip, START_IP);
}
