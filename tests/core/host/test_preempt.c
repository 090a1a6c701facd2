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

/* ---- unmap ---- */

static void with_waiting_receivers(void)
{
	stage_set();
	stage_remember();
	accept_window(cast.c, L4_COMPLETE);
	CHECK(!receive_from(cast.c, cast.mole->id));
	accept_window(cast.b, L4_COMPLETE);
	CHECK(!receive_from(cast.b, cast.mole->id));
	CHECK(!receive_from(root, root->id));
	world_run(cast.a);
}

TEST(HPRE0001, "a flush is preemptible, and clears all that was derived")
{
	with_waiting_receivers();
	stage_at_every_point(flush_all, rest, false, nothing_is_left);
}

TEST(HPRE0002, "a flush while what it flushes is mapped on to another space")
{
	with_waiting_receivers();
	stage_at_every_point(flush_all, map_on, false, nothing_is_left);
}

TEST(HPRE0003, "a flush while what it flushes is mapped on inside the space")
{
	with_waiting_receivers();
	stage_at_every_point(flush_all, map_to_self, false, nothing_is_left);
}

TEST(HPRE0004, "a flush while what it flushes is granted away")
{
	with_waiting_receivers();
	stage_at_every_point(flush_all, grant_on, false, nothing_is_left);
}

TEST(HPRE0005, "a flush while the receiver flushes its own part, or reads its status")
{
	with_waiting_receivers();
	stage_at_every_point(flush_all, flush_own, false, nothing_is_left);
	stage_at_every_point(flush_all, read_status, false, nothing_is_left);
}

TEST(HPRE0006, "a flush whose caller is deleted is finished all the same")
{
	with_waiting_receivers();
	stage_at_every_point(flush_all, delete_a, true, nothing_is_left);
}

TEST(HPRE0007, "a flush while the receiving spaces are deleted")
{
	with_waiting_receivers();
	stage_at_every_point(flush_all, delete_b, true, nothing_is_left);
	stage_at_every_point(flush_all, delete_c, true, nothing_is_left);
}

TEST(HPRE0022, "two flushes of one space at a time: the second finishes the first")
{
	with_waiting_receivers();
	stage_at_every_point(flush_all, second_flush, true, nothing_is_left);
}

TEST(HPRE0023, "a flush whose caller is halted is finished all the same")
{
	with_waiting_receivers();
	stage_at_every_point(flush_all, halt_a, true, nothing_is_left);
}

TEST(HPRE0008, "a flush whose caller gets another id")
{
	with_waiting_receivers();
	stage_at_every_point(flush_all, rename_a, true, nothing_is_left);
}

TEST(HPRE0009, "a flush while its whole space is deleted")
{
	with_waiting_receivers();
	stage_at_every_point(flush_all, delete_a_and_a2, true, nothing_is_left);
}

static void flush_by_a2(void)
{
	unmap_fpage(cast.a2, l4_fpage(VA, LOG2, L4_RWX), true);
}

static void move_a2(void)
{
	CHECK(thread_control(cast.rival, cast.a2->id, cast.c_id, NIL, NIL, KEEP));
}

static void a2_has_moved(void)
{
	nothing_is_left();
	CHECK(cast.a2->space == cast.c->space);
	world_run(cast.a2);
}

TEST(HPRE0026, "a flush whose caller is moved to another space is finished all the same")
{
	with_waiting_receivers();
	stage_at_every_point(flush_by_a2, move_a2, true, a2_has_moved);
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

TEST(HPRE0010, "a transfer in steps ends with the whole region mapped")
{
	b_waits_for_a();
	stage_at_every_point(map_again, rest, false, map_is_done);
	stage_at_every_point(map_again, map_on, false, map_is_done);
	stage_at_every_point(map_again, flush_own, false, map_is_done);
}

TEST(HPRE0011, "a transfer while its receiver flushes what has arrived")
{
	b_waits_for_a();
	stage_at_every_point(map_again, flush_target, false, any_end_will_do);
}

TEST(HPRE0012, "a transfer whose sender, receiver or their spaces are deleted")
{
	b_waits_for_a();
	stage_at_every_point(map_again, delete_a, true, any_end_will_do);
	stage_at_every_point(map_again, delete_a_and_a2, true, any_end_will_do);
	stage_at_every_point(map_again, delete_b, true, any_end_will_do);
	stage_at_every_point(map_again, rename_a, true, any_end_will_do);
}

static void aborted_or_done(void)
{
	any_end_will_do();
	if (cast.a->halted && l4_tag_failed(tag_of(cast.a))) {
		CHECK_EQ(error_of(cast.a), SEND_ERROR(ABORTED));
		CHECK_EQ(error_of(cast.b), RECEIVE_ERROR(ABORTED));
	}
}

TEST(HPRE0013, "a transfer that is aborted ends with error 7 on both sides")
{
	b_waits_for_a();
	stage_at_every_point(map_again, halt_a, true, aborted_or_done);
}

/* ---- deletion ---- */

static void delete_root(void) { stage_rival_deletes(root->id); }

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
	stage_set();
	stage_remember();
	accept_window(cast.c, L4_COMPLETE);
	CHECK(!receive_from(cast.c, cast.mole->id));
	accept_window(cast.b, L4_COMPLETE);
	CHECK(!receive_from(cast.b, cast.mole->id));
	CHECK(!receive_from(cast.a2, L4_ANYTHREAD));
	CHECK(!receive_from(cast.a, L4_ANYTHREAD));
	world_run(root);
}

TEST(HPRE0014, "a space is deleted while what it had is mapped on, granted, flushed, deleted")
{
	root_runs();
	stage_at_every_point(delete_a_space, rest, false, a_is_gone);
	stage_at_every_point(delete_a_space, map_on, false, a_is_gone);
	stage_at_every_point(delete_a_space, map_to_self, false, a_is_gone);
	stage_at_every_point(delete_a_space, grant_on, false, a_is_gone);
	stage_at_every_point(delete_a_space, flush_own, false, a_is_gone);
	stage_at_every_point(delete_a_space, read_status, false, a_is_gone);
}

TEST(HPRE0015, "a space is deleted while others with its pages are")
{
	root_runs();
	stage_at_every_point(delete_a_space, delete_b, true, a_is_gone);
	stage_at_every_point(delete_a_space, delete_c, true, a_is_gone);
}

static size_t spaces_before;

static void one_space_less(void)
{
	if (!thread_find(cast.a_id))
		CHECK_EQ(mem.nspaces, spaces_before - 1);
}

TEST(HPRE0016, "the deleter of a space is deleted itself: its deleter finishes the work")
{
	root_runs();
	spaces_before = mem.nspaces;
	stage_at_every_point(delete_a_space, delete_root, true, one_space_less);
}
