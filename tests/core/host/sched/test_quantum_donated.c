/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_quantum_donated.c - slices and total quanta that end while another thread runs on them.
 */
#include <core/sched.h>
#include <x2/inspect.h>
#include "world.h"

enum { DELAY = 700 };

#define NIL L4_NILTHREAD

TEST(HQUA0032, "a server that holds one off past its client's slice has its own when that quantum ends")
{
	struct thread *a, *b, *c;

	world_boot();
	a = new_space();
	b = new_space();
	c = new_space();
	give_quantum(a, CFG_TIMESLICE_US + DELAY / 2);
	CALL(root, L4_CALL_SCHEDULE, b->id.raw, KEEP, KEEP, KEEP, (l4_word_t)100 << 16 | DELAY);
	*thread_tcr(b, L4_TCR_FLAGS) = L4_PREEMPT_DELAY;
	CHECK(!receive_from(b, L4_ANYTHREAD));
	CHECK(!ipc(c, NIL, c->id, timeouts(TIME_NEVER, time_us(CFG_TIMESLICE_US / 2))));
	world_run(a);
	CHECK(!receive_from(root, L4_ANYTHREAD));
	CALL(a, L4_CALL_THREAD_SWITCH, 0);
	CHECK(cpu_self()->slice_owner == a);
	CHECK(!call_to(a, b));
	CHECK(world_current() == b && cpu_self()->slice_owner == a);
	world_pass(CFG_TIMESLICE_US + DELAY / 4);
	CHECK(world_current() == b && !blocked(c) && cpu_self()->delay_end);
	world_pass(DELAY / 2);
	CHECK(world_current() == b && cpu_self()->slice_owner == b);
	CHECK(!cpu_self()->delay_end && b->delay_left > 0);
}

TEST(HQUA0033, "a thread on a donated slice is preempted when its donor's quantum is found over")
{
	struct thread *low, *donor;

	world_boot();
	low = new_thread(root);
	donor = new_space();
	set_prio(low, 90);
	give_quantum(donor, 3000);
	CHECK(schedule(root, low->id, TIME_NEVER << 16 | 0xffff, KEEP) != L4_SCHED_ERROR);
	world_run(donor);
	CHECK(!receive_from(root, L4_ANYTHREAD));
	CALL(donor, L4_CALL_THREAD_SWITCH, 0);
	CALL(donor, L4_CALL_THREAD_SWITCH, low->id.raw);
	CHECK(world_current() == low && cpu_self()->slice_owner == donor);
	host.now += 5000;			/* the timer is due, and has not come yet */
	CALL(low, L4_CALL_INSPECT, L4_INSPECT_SYSTEM, 0, 0);
	world_pass(0);
	CHECK_EQ(donor->quantum_state, QUANTUM_STOPPED);
}

TEST(HQUA0034, "a server that holds off its client's slice's end does not pass the other by with its own")
{
	struct thread *a, *b, *c, *d;

	world_boot();
	a = new_space();
	b = new_space();
	c = new_space();
	d = new_space();
	CALL(root, L4_CALL_SCHEDULE, b->id.raw, KEEP, KEEP, KEEP, (l4_word_t)100 << 16 | DELAY);
	*thread_tcr(b, L4_TCR_FLAGS) = L4_PREEMPT_DELAY;
	CHECK(!receive_from(b, L4_ANYTHREAD));
	CHECK(!ipc(c, NIL, c->id, timeouts(TIME_NEVER, time_us(CFG_TIMESLICE_US / 2))));
	CHECK(!ipc(d, NIL, d->id, timeouts(TIME_NEVER, time_us(CFG_TIMESLICE_US / 2 + 100))));
	world_run(a);
	CHECK(!receive_from(root, L4_ANYTHREAD));
	CALL(a, L4_CALL_THREAD_SWITCH, 0);
	CHECK(!call_to(a, b));
	world_pass(CFG_TIMESLICE_US + DELAY / 4);
	CHECK(world_current() == b && !blocked(c) && !blocked(d) && cpu_self()->delay_end);
	CALL(b, L4_CALL_THREAD_SWITCH, d->id.raw);
	CHECK(world_current() == c);
}
