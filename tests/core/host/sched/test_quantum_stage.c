/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_quantum_stage.c - the end of a total quantum, with hostile calls at every preemption point
 * (stage.h): before the scheduler gets its message, and in the middle of long operations.
 */
#include <core/arch.h>
#include "stage.h"

enum { QUANTUM = 3000 };

/* c is a's scheduler, and waits for a message if `waits`; a has a quantum, and all others wait. */
static void prepare(bool waits)
{
	stage_set();
	CHECK(thread_control(root, cast.a->id, cast.a->id, cast.c->id, NIL, KEEP));
	CHECK(schedule(root, cast.a->id, 0xffff0000 | time_us(QUANTUM), KEEP) != L4_SCHED_ERROR);
	CHECK(!receive_from(cast.c, waits ? L4_ANYTHREAD : cast.c->id));
	CHECK(!receive_from(cast.b, cast.b->id));
	CHECK(!receive_from(cast.a2, cast.a2->id));
	CHECK(!receive_from(root, root->id));
	CHECK(world_current() == cast.a && cpu_self()->slice_owner == cast.a);
}

/* ---- operations ---- */

static void use_up(void)
{
	world_pass(QUANTUM);
}

static void flush(void)
{
	unmap_fpage(cast.a, l4_fpage(VA, LOG2, L4_RWX), true);
}

static void flush_and_use_up(void)
{
	flush();
	use_up();
}

/* ---- scripts of rival ---- */

static l4_tid_t other_version(const struct thread *t)
{
	return l4_tid_global(l4_tid_number(t->id), l4_tid_version(t->id) + 2);
}

static void give_more(void)
{
	CHECK(schedule(cast.rival, cast.a_id, 0xffff0000 | time_us(QUANTUM), KEEP) != L4_SCHED_ERROR);
}

static void give_endless(void)
{
	CHECK(schedule(cast.rival, cast.a_id, 0xffff0000 | TIME_NEVER, KEEP) != L4_SCHED_ERROR);
}

static void delete_scheduler(void) { stage_rival_deletes(cast.c_id); }

static void rename_a(void)
{
	CHECK(thread_control(cast.rival, other_version(cast.a), cast.a_id, NIL, NIL, KEEP));
}

static void rename_scheduler(void)
{
	CHECK(thread_control(cast.rival, other_version(cast.c), cast.c_id, NIL, NIL, KEEP));
}

static void name_b(void)
{
	CHECK(thread_control(cast.rival, cast.a_id, cast.a_id, cast.b_id, NIL, KEEP));
}

static void lower_a(void)
{
	CHECK(schedule(cast.rival, cast.a_id, KEEP, 3) != L4_SCHED_ERROR);
}

static void let_time_pass(void)
{
	world_pass(QUANTUM + 1);
}

/* ---- what holds afterwards ---- */

static struct thread *a_now(void) { return thread_numbered(l4_tid_number(cast.a_id)); }

static bool told(const struct thread *scheduler)
{
	return scheduler->life == THREAD_ACTIVE && thread_regs(scheduler)->out[0] == a_now()->id.raw
	    && thread_regs(scheduler)->mr[0] == l4_tag_kernel(L4_PROTO_PREEMPTION, 0, 2).raw;
}

static void stopped_and_told(void)
{
	CHECK_EQ(a_now()->quantum_state, QUANTUM_STOPPED);
	CHECK(told(cast.c));
}

static void unsent(void) { CHECK_EQ(a_now()->quantum_state, QUANTUM_UNSENT); }

static void stopped_and_queued(void)
{
	CHECK_EQ(a_now()->quantum_state, QUANTUM_STOPPED);
	CHECK(thread_queued(a_now()) && a_now()->partner == cast.c);
}

static void queued_at_b(void)
{
	CHECK_EQ(a_now()->quantum_state, QUANTUM_STOPPED);
	CHECK(thread_queued(a_now()) && a_now()->partner == cast.b);
}

static void gone(void) { CHECK(!a_now()); }

static void runs(void)
{
	CHECK_EQ(a_now()->quantum_state, QUANTUM_RUNS);
	CHECK(!blocked(a_now()) && !told(cast.c));
	CHECK(world_current() == a_now());
}

static void flushed_and_told(void)
{
	CHECK(!mapped(cast.a, VA, L4_R) && !mapped(cast.b, VA, L4_R));
	stopped_and_told();
}

static void flushed_and_told_later(void)
{
	runs();
	use_up();
	flushed_and_told();
}

/* ---- tests ---- */

TEST(HQUA0022, "a new quantum just before the message to the scheduler keeps the thread running")
{
	prepare(true);
	stage_at_every_point(use_up, give_endless, true, runs);
}

TEST(HQUA0023, "the thread is deleted, or its scheduler deleted or renamed, just before the message")
{
	prepare(true);
	stage_at_every_point(use_up, stage_delete_a, true, gone);
	stage_at_every_point(use_up, delete_scheduler, true, unsent);
	stage_at_every_point(use_up, rename_scheduler, true, unsent);
}

TEST(HQUA0024, "a new id, priority or scheduler just before counts")
{
	prepare(true);
	stage_at_every_point(use_up, rename_a, true, stopped_and_told);
	stage_at_every_point(use_up, lower_a, true, stopped_and_told);
	stage_at_every_point(use_up, let_time_pass, true, stopped_and_told);
	stage_at_every_point(use_up, name_b, true, queued_at_b);
}

TEST(HQUA0025, "while the scheduler does not wait the message stays queued, or is withdrawn with its cause")
{
	prepare(false);
	stage_at_every_point(use_up, let_time_pass, true, stopped_and_queued);
	stage_at_every_point(use_up, stage_delete_a, true, gone);
	stage_at_every_point(use_up, delete_scheduler, true, unsent);
	stage_at_every_point(use_up, name_b, true, queued_at_b);
}

TEST(HQUA0026, "a quantum that ends in the middle of a long operation stops the thread after that")
{
	prepare(true);
	stage_at_every_point(flush_and_use_up, let_time_pass, true, flushed_and_told);
	stage_at_every_point(flush_and_use_up, let_time_pass, false, flushed_and_told);
	stage_at_every_point(flush_and_use_up, rename_a, true, flushed_and_told);
	stage_at_every_point(flush_and_use_up, stage_delete_a, true, gone);
}

TEST(HQUA0027, "a quantum renewed in the middle of a long operation counts from then on")
{
	prepare(true);
	stage_at_every_point(flush, give_more, true, flushed_and_told_later);
	stage_at_every_point(flush_and_use_up, give_endless, true, runs);
}
