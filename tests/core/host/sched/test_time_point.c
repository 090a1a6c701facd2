/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_time_point.c - a time point is unambiguous only near its instant (api 3.1): it is decoded when the
 * call begins, however long the phases before last.
 */
#include "world.h"

static struct thread *a, *b;

/* A point `us` from now, less than 8 ms away. */
static l4_word_t point_in(unsigned us)
{
	uint64_t at = host.now + us;

	return 0x8000 | 3 << 11 | (l4_word_t)(at >> 13 & 1) << 10 | (l4_word_t)(at >> 3 & 0x3ff);
}

TEST(HIPC0039, "a time point for the receive phase is the one that was near when the call began")
{
	world_boot();
	a = new_space();
	b = new_space();
	world_pass(4096 - host.now % 8);
	CHECK(!ipc(a, b->id, b->id, timeouts(TIME_NEVER, point_in(800))));
	world_pass(16000);
	CHECK(receive_from(b, a->id));
	CHECK_FAILED(a, RECEIVE_ERROR(TIMEOUT));
}

TEST(HIPC0040, "so it is when a message that was to be received is withdrawn")
{
	struct thread *c;

	world_boot();
	a = new_space();
	b = new_space();
	c = new_thread(b);
	world_pass(4096 - host.now % 8);
	set_prio(root, 10);
	set_prio(a, 20);
	CHECK(!ipc(c, a->id, L4_NILTHREAD, timeouts(time_us(16000), TIME_NEVER)));
	CHECK(!ipc(a, b->id, c->id, timeouts(TIME_NEVER, point_in(800))));
	CHECK(receive_from(b, a->id));		/* a has its receive phase when it runs, which is later */
	CHECK_EQ(a->work, WORK_RECEIVE);
	world_pass(16000);
	CHECK_FAILED(c, SEND_ERROR(TIMEOUT));
	CHECK(!receive_from(b, L4_ANYTHREAD));
	CHECK(!receive_from(c, L4_ANYTHREAD));
	CHECK_FAILED(a, RECEIVE_ERROR(TIMEOUT));
}
