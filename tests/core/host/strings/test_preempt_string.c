/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_preempt_string.c - a string of many pages on its way, with hostile calls at every preemption
 * point (stage.h): its memory goes away, its descriptors change, its partners are acted upon.
 */
#include <string.h>
#include <core/arch.h>
#include "stage.h"

enum { SOURCE = VA + 0x100000, TARGET = 0x2000000, BYTES = 60000, TARGET_PA = 0x800000 };
enum { AT = REG_MRS };		/* MR of the string: in memory, where others can write it */

/* b waits with a buffer of its own memory; a will send. Faults on the way may take 5 ms. */
static void b_waits_for_string(void)
{
	stage_set();
	stage_remember();
	give(cast.b, TARGET_PA, TARGET, 16, L4_RWX);
	for (unsigned i = 0; i < BYTES; i++)
		host_memory[arch_ptab_get(cast.a->space, SOURCE).frame + 0x100000 + i] = (unsigned char)(i * 31 >> 3);
	*thread_tcr(cast.b, L4_TCR_BR0) = 1;
	*thread_tcr(cast.b, L4_TCR_BR0 - 1) = (l4_word_t)BYTES << 10;
	*thread_tcr(cast.b, L4_TCR_BR0 - 2) = TARGET;
	*thread_tcr(cast.b, L4_TCR_XFER_TIMEOUTS) = timeouts(time_us(5000), time_us(5000));
	*thread_tcr(cast.a, L4_TCR_XFER_TIMEOUTS) = timeouts(time_us(5000), time_us(5000));
	CHECK(!receive_from(cast.b, cast.a->id));
	CHECK(!receive_from(root, root->id));
	CHECK(!receive_from(cast.c, cast.mole->id));
	world_run(cast.a);
}

/* Copies of the world leave out what users have in memory. */
static void send_string(void)
{
	memset(host_memory + TARGET_PA, 0xee, 1 << 16);
	put_mr(cast.a, 0, l4_tag(1, AT - 1, 2).raw);
	put_mr(cast.a, AT, (l4_word_t)BYTES << 10);
	put_mr(cast.a, AT + 1, SOURCE);
	ipc(cast.a, cast.b_id, NIL, timeouts(TIME_ZERO, TIME_ZERO));
}

/* Both sides are out of it. The clock runs until the last timeout of the transfer is over. */
static void it_is_over(void)
{
	struct thread *a, *b;

	world_pass(20000);
	a = thread_find(cast.a_id);
	b = thread_find(cast.b_id);
	CHECK(!a || (!blocked(a) && a->work == WORK_NONE));
	CHECK(!b || !blocked(b) || thread_waits(b));
}

static void it_has_arrived(void)
{
	it_is_over();
	CHECK_SENT(cast.a);
	CHECK_SENT(cast.b);
	for (unsigned i = 0; i < BYTES; i++)
		CHECK_EQ(host_memory[TARGET_PA + i], (unsigned char)(i * 31 >> 3));
	CHECK_EQ(host_memory[TARGET_PA + BYTES], 0xee);
}

/* ---- scripts ---- */

static void do_nothing(void) { }

static void flush_target(void)
{
	unmap_fpage(cast.mole, l4_fpage(TARGET, 16, L4_RWX), true);
}

static void make_target_read_only(void)
{
	unmap_fpage(cast.mole, l4_fpage(TARGET, 16, L4_W), true);
}

/* What a thread of the own space, or of a space that shares the page, could write at any time. */
static void spoil_descriptors(void)
{
	static unsigned turn;
	static const l4_word_t junk[] = { ~(l4_word_t)0, 0, 0x3ff, 1 << 9 | 0x1f0, (l4_word_t)1 << 31, 0xe };

	for (unsigned i = 1; i < 10; i++) {
		*thread_tcr(cast.b, L4_TCR_BR0 - (int)i) = junk[(turn + i) % 6];
		cast.a->utcb[AT - 1 + i] = junk[(turn + 2 * i) % 6];
	}
	*thread_tcr(cast.b, L4_TCR_BR0) = junk[turn % 6];
	*thread_tcr(cast.a, L4_TCR_PAGER) = junk[turn % 6];
	*thread_tcr(cast.b, L4_TCR_XFER_TIMEOUTS) = junk[++turn % 6];
}

static void rename_b(void)
{
	l4_tid_t new = l4_tid_global(l4_tid_number(cast.b_id), 5);

	CHECK(thread_control(cast.rival, new, cast.b_id, NIL, NIL, KEEP));
	cast.b_id = new;
}

static void abort_b(void)
{
	CHECK(exregs(cast.mole, cast.b_id, L4_EXREGS_RECEIVE, 0, 0));
}

static void halt_b(void)
{
	CHECK(exregs(cast.mole, cast.b_id, L4_EXREGS_SET_HALT | L4_EXREGS_HALT, 0, 0));
}

static void swap_priorities(void)
{
	CHECK(schedule(cast.rival, cast.a_id, KEEP, 95) != L4_SCHED_ERROR);
	CHECK(schedule(cast.rival, cast.b_id, KEEP, 105) != L4_SCHED_ERROR);
}

TEST(HPRE0027, "a long string arrives whole if its status is read, its partners are renamed or reordered")
{
	b_waits_for_string();
	stage_at_every_point(send_string, do_nothing, false, it_has_arrived);
	stage_at_every_point(send_string, halt_b, false, it_has_arrived);
	stage_at_every_point(send_string, swap_priorities, true, it_has_arrived);
	stage_at_every_point(send_string, rename_b, true, it_is_over);
}

TEST(HPRE0028, "a long string whose memory goes away ends by its transfer timeouts")
{
	b_waits_for_string();
	stage_at_every_point(send_string, flush_target, false, it_is_over);
	stage_at_every_point(send_string, make_target_read_only, false, it_is_over);
}

TEST(HPRE0029, "a long string whose descriptors are overwritten on the way ends, and no other memory changes")
{
	b_waits_for_string();
	stage_at_every_point(send_string, spoil_descriptors, false, it_is_over);
}

TEST(HPRE0030, "a long string ends when either side, its space, or its pager is deleted or aborts")
{
	b_waits_for_string();
	stage_at_every_point(send_string, stage_delete_a, true, it_is_over);
	stage_at_every_point(send_string, stage_delete_b, true, it_is_over);
	stage_at_every_point(send_string, stage_delete_b_space, true, it_is_over);
	stage_at_every_point(send_string, stage_delete_root, true, it_is_over);
	stage_at_every_point(send_string, abort_b, false, it_is_over);
}
