/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_follow_deadline.c - waits that follow a message, and their deadlines.
 */
#include "world.h"

#define NIL L4_NILTHREAD

TEST(HPRO0037, "a wait that followed and lost message and new partner before it looked leaves no deadline")
{
	struct thread *a, *b, *b2, *third;

	world_boot();
	a = new_space();
	b = new_space();
	b2 = new_thread(b);
	third = new_thread(b);
	CHECK(!receive_from(b, L4_ANYTHREAD));
	PUT(a, 7, 1);
	CHECK(!ipc(a, b->id, b->id, timeouts(TIME_NEVER, time_us(50000))));
	CHECK(!receive_from(b2, L4_ANYTHREAD));
	PUT(third, 7, 77);
	in_name_of(third, b2->id);
	CHECK(!send_to(third, a));
	set_prio(a, 50);
	PUT(b, 7, 5);
	in_name_of(b, a->id);
	CHECK(send_to(b, b2));
	CHECK_EQ(a->work, WORK_RECEIVE);
	CHECK(delete_thread(third->id));
	CHECK(delete_thread(b2->id));
	CHECK(!receive_from(b, b->id));
	CHECK(!receive_from(root, L4_ANYTHREAD));
	CHECK(world_current() == a);
	CHECK_FAILED(a, RECEIVE_ERROR(NOT_EXISTING));
	PUT(a, 7, 1);
	CHECK(!ipc(a, root->id, NIL, timeouts(time_us(100), TIME_NEVER)) || world_current() != a);
	world_pass(60000);
	CHECK(!blocked(a));
}
