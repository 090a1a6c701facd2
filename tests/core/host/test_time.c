/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_time.c - time values, against a second implementation of api 3.1.
 */
#include <core/timeout.h>
#include "world.h"

enum { VALUES = 65536, ABORT_RECEIVE = 2 };

/*
 * The instant that a value means when the clock shows now, not before now; 0: never. A point that is not less
 * than its span ahead has passed.
 */
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
	return turn > now && turn - now < span ? turn : now;
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
			CHECK_EQ(a->timed, at != 0);
			CHECK(at == 0 || a->until >> TIMEOUT_ORDER_BITS == at);
			exregs(d, a->id, ABORT_RECEIVE, 0, 0);
			CHECK_FAILED(a, RECEIVE_ERROR(CANCELLED));
		}
	}
}

/* a has waited for d's message for less than 500 us, and has it. */
static void end_in_time(struct thread *a, struct thread *d)
{
	CHECK(!ipc(a, L4_NILTHREAD, d->id, timeouts(TIME_NEVER, time_us(500))));
	CHECK(ipc(d, a->id, L4_NILTHREAD, timeouts(TIME_NEVER, TIME_NEVER)));
	CHECK(!blocked(a) && !a->timed);
}

/* a waits for d for so long, and no longer. */
static void wait_lasts(struct thread *a, struct thread *d, unsigned us)
{
	CHECK(!ipc(a, L4_NILTHREAD, d->id, timeouts(TIME_NEVER, time_us(us))));
	world_pass(us - 1);
	CHECK(blocked(a));
	world_pass(1);
	CHECK_FAILED(a, RECEIVE_ERROR(TIMEOUT));
}

TEST(HTIM0003, "the deadline of a wait that a message has ended ends no later wait")
{
	struct thread *a, *d;

	world_boot();
	a = new_space();
	d = new_thread(a);
	end_in_time(a, d);
	world_pass(600);
	CHECK(!blocked(a) && !l4_tag_failed(tag_of(a)));
	end_in_time(a, d);
	CHECK(!ipc(a, L4_NILTHREAD, d->id, timeouts(TIME_NEVER, TIME_NEVER)));
	world_pass(600);
	CHECK(blocked(a));
	CHECK(ipc(d, a->id, L4_NILTHREAD, timeouts(TIME_NEVER, TIME_NEVER)));
	end_in_time(a, d);
	wait_lasts(a, d, 900);
}

TEST(HTIM0004, "a wait that ends before the deadline of one that has ended in time ends at its own time")
{
	struct thread *a, *d;

	world_boot();
	a = new_space();
	d = new_thread(a);
	end_in_time(a, d);
	wait_lasts(a, d, 100);
}

TEST(HTIM0005, "of two waits that end at the same instant the one that began first ends first")
{
	struct thread *a, *b, *d;

	world_boot();
	a = new_space();
	b = new_thread(a);
	d = new_thread(a);
	end_in_time(b, d);
	CHECK(!ipc(a, L4_NILTHREAD, d->id, timeouts(TIME_NEVER, time_us(700))));
	CHECK(!ipc(b, L4_NILTHREAD, d->id, timeouts(TIME_NEVER, time_us(700))));
	world_pass(700);
	CHECK_FAILED(a, RECEIVE_ERROR(TIMEOUT));
	CHECK_FAILED(b, RECEIVE_ERROR(TIMEOUT));
	CHECK(a->ready_link.next == &b->ready_link);
}
