/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_slice_donation.c - attempts to run longer than one's slices allow.
 */
#include <core/sched.h>
#include "world.h"

/*
 * The end of a slice falls into a call of t, before the timer is seen; but t's own slice ends never:
 * t passes it on a little earlier.
 */
static void time_in_call(const struct thread *t)
{
	const struct thread *owner = cpu_self()->slice_owner;
	uint64_t left = sched_slice_left(owner);

	if (owner == t)
		left = left > 100 ? left - 100 : 0;
	else
		left++;
	host.now += left;
}

TEST(HSCH0036, "two threads that donate to each other as their slices end do not keep out a third")
{
	struct thread *a, *b, *victim;
	unsigned turns = 0;

	world_boot();
	a = new_space();
	b = new_space();
	victim = new_space();
	CHECK(!receive_from(root, L4_ANYTHREAD));
	for (unsigned i = 0; i < 40; i++) {
		struct thread *t = world_current();

		if (t == victim) {
			turns++;
			CALL(t, L4_CALL_THREAD_SWITCH, 0);
			continue;
		}
		time_in_call(t);
		CALL(t, L4_CALL_THREAD_SWITCH, t == a ? b->id.raw : a->id.raw);
		world_pass(0);
	}
	CHECK(turns >= 5);
}
