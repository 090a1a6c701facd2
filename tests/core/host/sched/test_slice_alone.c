/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_slice_alone.c - a slice that ends while no thread waits for its end is followed by the next one.
 */
#include "world.h"

enum { ALONE = 5 * CFG_TIMESLICE_US / 2 };

static struct thread *a, *b;

/* a has been alone for longer than its slice: b, of this priority, and all others wait for messages. */
static void set_up(uint8_t prio)
{
	world_boot();
	a = new_space();
	b = new_space();
	set_prio(b, prio);
	CHECK(!receive_from(b, L4_ANYTHREAD));
	CHECK(!receive_from(root, root->id));
	world_run(a);
	world_pass(CFG_TIMESLICE_US);		/* for which the timer was set while others were ready */
	CALL(a, L4_CALL_THREAD_SWITCH, 0);
	host.now += ALONE;
	CHECK_EQ(host.timer, L4_FOREVER);
}

static void wake(void)
{
	PUT(a, 1);
	CHECK(send_to(a, b));
	CHECK(world_current() == a);
}

TEST(HSCH0071, "a thread that has been alone for longer than its slice donates the next one")
{
	set_up(90);
	wake();
	CALL(a, L4_CALL_THREAD_SWITCH, b->id.raw);
	CHECK(world_current() == b);
}

TEST(HSCH0072, "if it makes an equal ready, it runs for the next slice, and the equal after that")
{
	set_up(100);
	wake();
	world_pass(CFG_TIMESLICE_US - 1);
	CHECK(world_current() == a);
	world_pass(1);
	CHECK(world_current() == b);
	world_pass(CFG_TIMESLICE_US);
	CHECK(world_current() == a);
}

TEST(HSCH0073, "so it does if a timeout makes the equal ready")
{
	set_up(100);
	wake();
	CALL(a, L4_CALL_THREAD_SWITCH, b->id.raw);
	CHECK(world_current() == b);
	CHECK(!ipc(b, L4_NILTHREAD, b->id, timeouts(TIME_NEVER, time_us(ALONE))));
	CHECK(world_current() == a);
	CHECK(host.timer == cpu_self()->slice_end);
	world_pass(host.timer - host.now);
	world_pass(host.timer - host.now);	/* b's */
	CHECK(!blocked(b));
	CHECK(world_current() == a);
	world_pass(CFG_TIMESLICE_US - 1);
	CHECK(world_current() == a);
	world_pass(1);
	CHECK(world_current() == b);
}

TEST(HSCH0074, "one whose slice ends while an equal waits has no other, and donates nothing")
{
	set_up(100);
	wake();
	world_pass(CFG_TIMESLICE_US - 1);
	host.now += 1;				/* the timer has not been seen yet */
	CALL(a, L4_CALL_THREAD_SWITCH, root->id.raw);
	CHECK(world_current() == b);
	world_pass(CFG_TIMESLICE_US);
	CHECK(world_current() == a);
}
