/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_time.c - time values, against a second implementation of api 3.1.
 */
#include "world.h"

enum { VALUES = 65536, ABORT_RECEIVE = 2 };

/* The instant that a value means when the clock shows now, not before now; 0: never. */
static uint64_t meant(unsigned value, uint64_t now)
{
	uint64_t m = value % 1024, span, turn;

	if (value == 0)
		return 0;
	if (value < VALUES / 2)
		return now + m * ((uint64_t)1 << value / 1024);
	span = (uint64_t)1024 << (value - VALUES / 2) / 2048;
	turn = now / span;
	turn += turn % 2 != value / 1024 % 2;
	turn = turn * span + m * (span / 1024);
	return turn > now ? turn : now;
}

TEST(HTIM0001, "each of the 65,536 values means its instant, at every place of the clock in a point's span")
{
	for (unsigned value = 1; value < VALUES; value++)
		for (uint64_t now = value; now < 1ull << 30; now = now * 3 + 1)
			CHECK_EQ(l4_deadline((l4_time_t){ (uint16_t)value }, now), meant(value, now));
	CHECK_EQ(l4_deadline(L4_NEVER, 5), L4_FOREVER);
}

TEST(HTIM0002, "a receive with any timeout waits until its instant, or for ever, or not at all")
{
	struct thread *a, *d;

	world_boot();
	a = new_space();
	d = new_thread(a);
	world_pass(1000);
	for (unsigned value = 0; value < VALUES; value += value % 1024 ? 211 : 1) {
		uint64_t now = host.now += value % 64 * 97, at = meant(value, now);

		CHECK_EQ(ipc(a, L4_NILTHREAD, d->id, timeouts(TIME_NEVER, value)), at == now);
		if (at == now) {
			CHECK_FAILED(a, RECEIVE_ERROR(TIMEOUT));
		} else if (at != 0 && at - now < 1 << 20) {
			world_pass(at - now - 1);
			CHECK(blocked(a));
			world_pass(1);
			CHECK_FAILED(a, RECEIVE_ERROR(TIMEOUT));
		} else {
			CHECK_EQ(tree_linked(&a->deadline), at != 0);
			CHECK(at == 0 || a->deadline.key == at);
			exregs(d, a->id, ABORT_RECEIVE, 0, 0);
			CHECK_FAILED(a, RECEIVE_ERROR(CANCELLED));
		}
	}
}
