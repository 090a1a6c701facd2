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
			CHECK(at == 0 || a->until == at);
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

TEST(HTIM0005, "of two waits until one instant the one whose deadline came into the tree first ends first")
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

enum { LOW = 50, LOWS = 6, HIGH = 150 };

/* Threads of priority LOW that wait for `awaited`, each until the same instant, in so many us. */
static void make_sleepers(struct thread *a, struct thread *awaited, struct thread **low, unsigned us)
{
	for (unsigned i = 0; i < LOWS; i++) {
		low[i] = new_thread(a);
		set_prio(low[i], LOW);
	}
	for (unsigned i = 0; i < LOWS; i++)
		CHECK(!ipc(low[i], L4_NILTHREAD, awaited->id, timeouts(TIME_NEVER, time_us(us))));
}

TEST(HTIM0006, "timeouts below the running thread interrupt it once, and end when none above them runs")
{
	struct thread *a, *high, *low[LOWS];
	uint64_t now;

	world_boot();
	a = new_space();
	high = new_thread(a);
	set_prio(high, HIGH);
	make_sleepers(a, high, low, 500);
	now = host.now;
	CHECK(!ipc(high, L4_NILTHREAD, a->id, timeouts(TIME_NEVER, time_us(900))));
	world_run(a);
	world_pass(600);
	CHECK_EQ(host.timer, now + 900);
	for (unsigned i = 0; i < LOWS; i++)
		CHECK(blocked(low[i]));
	world_pass(300);
	CHECK_FAILED(high, RECEIVE_ERROR(TIMEOUT));
	CHECK(!receive_from(high, a->id));
	for (unsigned i = 0; i < LOWS; i++)
		CHECK(blocked(low[i]));
	CHECK(!receive_from(a, high->id));
	CHECK(!receive_from(root, high->id));
	world_pass(1);
	for (unsigned i = 0; i < LOWS; i++)
		CHECK_FAILED(low[i], RECEIVE_ERROR(TIMEOUT));
}

TEST(HTIM0007, "of timeouts that are over that of the highest priority ends first")
{
	struct thread *a, *high, *low[LOWS];

	world_boot();
	a = new_space();
	high = new_thread(a);
	set_prio(high, HIGH);
	make_sleepers(a, high, low, 500);
	CHECK(!ipc(high, L4_NILTHREAD, a->id, timeouts(TIME_NEVER, time_us(500))));
	CHECK(!receive_from(a, high->id));
	CHECK(!receive_from(root, high->id));
	world_pass(500);
	CHECK(world_current() == high);
	CHECK_FAILED(high, RECEIVE_ERROR(TIMEOUT));
}

/* LOWS threads send to a, and their timeouts end. from: which sender a waits for; nilthread: the last. */
static void send_late(l4_tid_t from)
{
	struct thread *a, *b, *low[LOWS], *last;

	world_boot();
	a = new_space();
	b = new_thread(a);
	for (unsigned i = 0; i < LOWS; i++) {
		low[i] = new_thread(a);
		set_prio(low[i], LOW);
	}
	for (unsigned i = 0; i < LOWS; i++) {
		PUT(low[i], 7, i);
		CHECK(!ipc(low[i], a->id, a->id, timeouts(time_us(100), TIME_NEVER)));
	}
	last = low[LOWS - 1];
	world_run(b);
	world_pass(200);
	for (unsigned i = 0; i < LOWS; i++)
		CHECK(blocked(low[i]));
	CHECK(!receive_from(a, l4_tid_is_nil(from) ? last->id : from));
	CHECK_FAILED(last, SEND_ERROR(TIMEOUT));
	if (l4_tid_is_nil(from))
		return;
	for (unsigned i = 0; i < LOWS; i++)
		CHECK_FAILED(low[i], SEND_ERROR(TIMEOUT));
	PUT(b, 9, 5);
	CHECK(send_to(b, a));
	CHECK_EQ(get_mr(a, 1), 5);
}

TEST(HTIM0008, "a message whose send timeout is over, and was put off, is not taken, and fails with error 1")
{
	send_late(L4_ANYTHREAD);
	send_late(L4_ANYLOCALTHREAD);
	send_late(L4_NILTHREAD);
}

TEST(HTIM0009, "one that answers a caller passes over a late sender, and takes the next one in time")
{
	struct thread *a, *low, *b, *c;

	world_boot();
	a = new_space();
	low = new_thread(a);
	b = new_thread(a);
	c = new_thread(a);
	set_prio(low, LOW);
	CHECK(!receive_from(a, c->id));
	PUT(low, 7, 1);
	CHECK(!ipc(low, a->id, a->id, timeouts(time_us(100), TIME_NEVER)));
	PUT(b, 8, 2);
	CHECK(!ipc(b, a->id, a->id, timeouts(TIME_NEVER, TIME_NEVER)));
	CHECK(!call_to(c, a));
	world_run(a);
	world_pass(200);
	CHECK(blocked(low));
	CHECK(ipc(a, c->id, L4_ANYTHREAD, timeouts(TIME_NEVER, TIME_NEVER)));
	CHECK_EQ(get_mr(a, 1), 2);
	CHECK(!blocked(c));
	CHECK_FAILED(low, SEND_ERROR(TIMEOUT));
}

TEST(HTIM0010, "a timeout that was put off ends when its thread gets a priority above the running one")
{
	struct thread *a, *low[LOWS];

	world_boot();
	a = new_space();
	make_sleepers(a, root, low, 500);
	world_run(root);
	world_pass(600);
	CHECK(blocked(low[1]));
	set_prio(low[1], HIGH);
	world_pass(1);
	CHECK_FAILED(low[1], RECEIVE_ERROR(TIMEOUT));
	CHECK(blocked(low[0]) && blocked(low[2]));
}

TEST(HTIM0011, "a wait takes its time after an uptime of 2^52 us, too")
{
	struct thread *a, *d;

	world_boot();
	a = new_space();
	d = new_thread(a);
	host.now = 1ull << 52;
	wait_lasts(a, d, 1000 << 9);
}

TEST(HTIM0012, "a thread donates its slice to one below timeouts that were put off, and they end first")
{
	struct thread *a, *low[LOWS], *lowest;

	world_boot();
	a = new_space();
	lowest = new_thread(a);
	set_prio(lowest, LOW - 1);
	make_sleepers(a, root, low, 500);
	CHECK(!receive_from(root, root->id));
	world_run(a);
	world_pass(600);
	CHECK(blocked(low[0]));
	CALL(a, L4_CALL_THREAD_SWITCH, lowest->id.raw);
	CHECK(world_current() == lowest);
	for (unsigned i = 0; i < LOWS; i++)
		CHECK_FAILED(low[i], RECEIVE_ERROR(TIMEOUT));
}
