/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_tlb_world.c - the TLB (mem/tlb.h) while threads run, block and are deleted.
 */
#include <core/arch.h>
#include "world.h"

enum { VA = 0x400000 };

static bool loaded(const struct thread *t)
{
	return tlb_here()->loaded == t->space && host_tlb_is_loaded(t->space);
}

TEST(HTLB0022, "the space of the thread that runs is loaded, and no other while it runs on")
{
	struct thread *a, *b;

	world_boot();
	a = new_space();
	b = new_space();
	world_run(a);
	CHECK(loaded(a));
	world_run(b);
	CHECK(loaded(b));
	CALL(b, L4_CALL_SYSTEM_CLOCK);
	CHECK(loaded(b));
	world_run(a);
	CHECK(loaded(a) && host.tlb_word == a->space->tlb.enter);
}

TEST(HTLB0023, "a page that a pager takes back is not there when its client runs again")
{
	struct thread *a, *b;

	world_boot();
	a = new_space();
	b = new_space();
	give(a, ram(13), VA, 13, L4_RWX);
	accept_window(b, L4_COMPLETE);
	CHECK(!receive_from(b, L4_ANYTHREAD));
	put_map(a, l4_fpage(VA, 13, L4_RWX), VA, false);
	CHECK(send_to(a, b));
	CHECK(touch(b, VA, L4_W) && touch(b, VA + 0x1000, L4_W) && touch(a, VA, L4_W));
	unmap_fpage(a, l4_fpage(VA, 12, L4_RWX), false);
	CHECK(touch(a, VA, L4_W));
	CHECK(touch(b, VA + 0x1000, L4_W));
	CHECK(!touch(b, VA, L4_R));
}

TEST(HTLB0027, "a page that a thread flushes is not there when the call, which goes back at once, is over")
{
	struct thread *a;

	world_boot();
	a = new_space();
	give(a, ram(13), VA, 13, L4_RWX);
	CHECK(touch(a, VA, L4_W) && touch(a, VA + 0x1000, L4_W));
	unmap_fpage(a, l4_fpage(VA, 12, L4_RWX), true);
	CHECK(!touch(a, VA, L4_R));
}

TEST(HTLB0028, "nor is a large page, nor what the space has from its own page")
{
	enum { THERE = VA + 0x200000 };
	struct thread *a, *b;

	world_boot();
	a = new_space();		/* a thread that !touch says of has a fault, and waits */
	give(a, ram(21), 2 * VA, 21, L4_RWX);
	CHECK(touch(a, 2 * VA, L4_W));
	host.unmaps = 0;
	unmap_fpage(a, l4_fpage(2 * VA, 21, L4_RWX), true);
	CHECK(!touch(a, 2 * VA, L4_R));
	a = new_space();
	give(a, ram(13), VA, 13, L4_RWX);
	b = new_thread(a);
	accept_window(b, L4_COMPLETE);
	CHECK(!receive_from(b, L4_ANYTHREAD));
	put_map(a, l4_fpage(VA, 13, L4_RWX), THERE, false);
	CHECK(send_to(a, b));
	CHECK(touch(b, THERE, L4_W) && touch(a, VA, L4_W));
	unmap_fpage(a, l4_fpage(VA, 12, L4_RWX), false);
	CHECK(touch(a, VA, L4_W));
	CHECK(!touch(b, THERE, L4_R) && !touch(a, THERE, L4_R));
	CHECK_EQ(host.unmaps, by_fast_calls(2));
}

TEST(HTLB0024, "a space that is deleted is not loaded any more, and its tag has no owner")
{
	struct thread *a;
	struct space *s;

	world_boot();
	a = new_space();
	give(a, ram(12), VA, 12, L4_RWX);
	CHECK(touch(a, VA, L4_W));
	s = a->space;
	CHECK(delete_thread(a->id));
	CHECK(tlb_here()->loaded == root->space && !host_tlb_is_loaded(s));
	for (unsigned t = 0; t < host_tlb_tags; t++)
		CHECK(tlb_here()->owner[t] != s);
}

TEST(HTLB0025, "the machine idles: the last space stays loaded, and is not loaded again")
{
	struct thread *a;

	world_boot();
	a = new_space();
	world_run(a);
	ipc(a, L4_NILTHREAD, L4_ANYTHREAD, timeouts(TIME_NEVER, TIME_NEVER));
	CHECK(loaded(root));
	ipc(root, L4_NILTHREAD, L4_ANYTHREAD, timeouts(TIME_NEVER, time_us(50000)));
	CHECK(world_current()->kind == THREAD_IDLE && loaded(root));
	world_pass(100000);
	CHECK(world_current() == root && loaded(root));
}

TEST(HTLB0029, "no translation of a page that was granted in one step is left in the granter's space")
{
	struct thread *a, *b;

	world_boot();
	a = new_space();
	b = new_space();
	give(a, ram(12), VA, 12, L4_RWX);
	give(b, ram(12), VA + 0x1000, 12, L4_RWX);	/* its tables are there, so one step does it */
	accept_window(b, L4_COMPLETE);
	CHECK(!receive_from(b, L4_ANYTHREAD));
	CHECK(touch(a, VA, L4_W));
	put_map(a, l4_fpage(VA, 12, L4_RWX), VA, true);
	CHECK(send_to(a, b));
	CHECK(touch(b, VA, L4_W));
	CHECK(!touch(a, VA, L4_R));
}
