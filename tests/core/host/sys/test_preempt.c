/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_preempt.c - mapping, unmapping and deleting spaces, with hostile calls at every preemption
 * point (stage.h).
 */
#include <core/arch.h>
#include "stage_scripts.h"

/* ---- operations and what they promise ---- */

static void flush_all(void)
{
	unmap_fpage(cast.a, l4_fpage(VA, LOG2, L4_RWX), true);
}

static void check_gone(l4_tid_t id, l4_word_t at, l4_word_t size)
{
	struct thread *t = thread_find(id);

	for (l4_word_t o = 0; t && o < size; o += PAGE)
		CHECK(!mapped(t, at + o, 0));
}

static void nothing_is_left(void)
{
	check_gone(cast.a_id, VA, SIZE);
	check_gone(cast.b_id, VA, SIZE);
	check_gone(cast.c_id, VA, SIZE);
	check_gone(cast.c_id, 8 * VA, 1 << 16);
	check_gone(cast.c_id, 16 * VA, SIZE);
	check_gone(cast.b_id, 16 * VA, SIZE);
}

/* Runs the operation with each script at each of its preemption points. The last script has no `play`. */
static void at_every_point(stage_act *operation, const struct script *s, stage_act *judge)
{
	for (; s->play; s++)
		stage_at_every_point(operation, s->play, s->by_rival, judge);
}

#define WITH(...)	((const struct script[]){ __VA_ARGS__, { 0, false } })

/* ---- unmap ---- */

static void flush(const struct script *s)
{
	stage_set_receivers();
	stage_leave_to_a();
	at_every_point(flush_all, s, nothing_is_left);
}

TEST_ROW(HPRE0001, "a flush is preemptible, and clears all that was derived", flush(WITH({ rest, false })))
TEST_ROW(HPRE0002, "a flush while what it flushes is mapped on to another space",
	 flush(WITH({ map_on, false })))
TEST_ROW(HPRE0003, "a flush while what it flushes is mapped on inside the space",
	 flush(WITH({ map_to_self, false })))
TEST_ROW(HPRE0004, "a flush while what it flushes is granted away", flush(WITH({ grant_on, false })))
TEST_ROW(HPRE0005, "a flush while the receiver flushes its own part, or reads its status",
	 flush(WITH({ flush_own, false }, { read_status, false })))
TEST_ROW(HPRE0006, "a flush whose caller is deleted is finished all the same",
	 flush(WITH({ stage_delete_a, true })))
TEST_ROW(HPRE0007, "a flush while the receiving spaces are deleted",
	 flush(WITH({ stage_delete_b_space, true }, { stage_delete_c, true })))
TEST_ROW(HPRE0022, "two flushes of one space at a time: the second finishes the first",
	 flush(WITH({ second_flush, true })))
TEST_ROW(HPRE0023, "a flush whose caller is halted is finished all the same", flush(WITH({ halt_a, true })))
TEST_ROW(HPRE0008, "a flush whose caller gets another id", flush(WITH({ rename_a, true })))
TEST_ROW(HPRE0009, "a flush while its whole space is deleted", flush(WITH({ delete_a_and_a2, true })))

static void flush_by_a2(void)
{
	unmap_fpage(cast.a2, l4_fpage(VA, LOG2, L4_RWX), true);
}

static void a2_has_moved(void)
{
	nothing_is_left();
	CHECK(cast.a2->space == cast.c->space);
	world_run(cast.a2);
}

TEST(HPRE0026, "a flush whose caller is moved to another space is finished all the same")
{
	stage_set_receivers();
	stage_leave_to_a();
	stage_at_every_point(flush_by_a2, stage_move_a2, true, a2_has_moved);
}

/* ---- map ---- */

/* b gets all of a's region again, at another address, in steps. */
static void map_again(void)
{
	put_map(cast.a, l4_fpage(VA, LOG2, L4_RWX), 16 * VA, false);
	ipc(cast.a, cast.b_id, NIL, timeouts(TIME_ZERO, TIME_ZERO));
}

static void any_end_will_do(void)
{
	struct thread *x = thread_find(cast.a_id), *y = thread_find(cast.b_id);

	CHECK(!x || (x->send != SEND_COPYING && x->work == WORK_NONE));
	CHECK(!y || (y->recv != RECV_COPYING && y->work == WORK_NONE));
}

static void map_is_done(void)
{
	any_end_will_do();
	CHECK_SENT(cast.a);
	CHECK(mapped(cast.b, 16 * VA, L4_RWX));
	CHECK(mapped(cast.b, 16 * VA + SIZE - PAGE, L4_RWX));
}

static void b_waits_for_a(void)
{
	stage_set();
	stage_remember();
	accept_window(cast.b, L4_COMPLETE);
	CHECK(!receive_from(cast.b, cast.a->id));
	accept_window(cast.c, L4_COMPLETE);
	CHECK(!receive_from(cast.c, cast.mole->id));
	CHECK(!receive_from(root, root->id));
	world_run(cast.a);
}

static void flush_target(void)
{
	unmap_fpage(cast.mole, l4_fpage(16 * VA, LOG2, L4_RWX), true);
}

static void aborted_or_done(void)
{
	any_end_will_do();
	if (cast.a->halted && l4_tag_failed(tag_of(cast.a))) {
		CHECK_EQ(error_of(cast.a), SEND_ERROR(ABORTED));
		CHECK_EQ(error_of(cast.b), RECEIVE_ERROR(ABORTED));
	}
}

static void map(const struct script *s, stage_act *judge)
{
	b_waits_for_a();
	at_every_point(map_again, s, judge);
}

TEST_ROW(HPRE0010, "a transfer in steps ends with the whole region mapped",
	 map(WITH({ rest, false }, { map_on, false }, { flush_own, false }), map_is_done))
TEST_ROW(HPRE0011, "a transfer while its receiver flushes what has arrived",
	 map(WITH({ flush_target, false }), any_end_will_do))
TEST_ROW(HPRE0012, "a transfer whose sender, receiver or their spaces are deleted",
	 map(WITH({ stage_delete_a, true }, { delete_a_and_a2, true }, { stage_delete_b_space, true },
		  { rename_a, true }), any_end_will_do))
TEST_ROW(HPRE0013, "a transfer that is aborted ends with error 7 on both sides",
	 map(WITH({ halt_a, true }), aborted_or_done))

/* ---- deletion ---- */

static void delete_a_space(void)
{
	delete_thread(cast.a2->id);
	if (thread_find(cast.a_id) && thread_find(root->id))
		delete_thread(cast.a_id);
}

static void a_is_gone(void)
{
	CHECK(!thread_find(cast.a_id));
	nothing_is_left();
}

static void root_runs(void)
{
	stage_set_receivers();
	CHECK(!receive_from(cast.a2, L4_ANYTHREAD));
	CHECK(!receive_from(cast.a, L4_ANYTHREAD));
	world_run(root);
}

static size_t spaces_before;

static void one_space_less(void)
{
	if (!thread_find(cast.a_id))
		CHECK_EQ(mem.nspaces, spaces_before - 1);
}

static void delete_space(const struct script *s, stage_act *judge)
{
	root_runs();
	spaces_before = mem.nspaces;
	at_every_point(delete_a_space, s, judge);
}

TEST_ROW(HPRE0014, "a space is deleted while what it had is mapped on, granted, flushed, deleted",
	 delete_space(WITH({ rest, false }, { map_on, false }, { map_to_self, false }, { grant_on, false },
			   { flush_own, false }, { read_status, false }), a_is_gone))
TEST_ROW(HPRE0015, "a space is deleted while others with its pages are",
	 delete_space(WITH({ stage_delete_b_space, true }, { stage_delete_c, true }), a_is_gone))
TEST_ROW(HPRE0016, "the deleter of a space is deleted itself: its deleter finishes the work",
	 delete_space(WITH({ stage_delete_root, true }), one_space_less))
