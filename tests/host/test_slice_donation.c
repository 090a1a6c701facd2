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

static struct thread *client, *server, *driver, *equal;

static void set_up(void)
{
	world_boot();
	client = new_space();
	server = new_space();
	driver = new_space();
	equal = new_space();
	give(client, ram(12), 0x8000, 12, L4_RWX);
	accept_window(server, L4_COMPLETE);
	set_prio(server, 101);
	set_prio(driver, 102);
	CHECK(!receive_from(server, L4_ANYTHREAD));
	CHECK(!receive_from(driver, L4_ANYTHREAD));
	CHECK(!receive_from(root, root->id));
	world_run(client);
}

/* Returns the next thread after a reply of t, which then waits for `from`. */
static struct thread *reply_and_wait(struct thread *t, struct thread *to, l4_tid_t from)
{
	CHECK(!ipc(t, to->id, from, timeouts(TIME_ZERO, TIME_NEVER)));
	return world_current();
}

TEST(HSCH0037, "a client whose slice ends in a server above does not run on the server's before its equal")
{
	set_up();
	for (unsigned i = 0; i < 3; i++) {
		CHECK(!call_to(client, server));
		world_pass(CFG_TIMESLICE_US);
		CHECK(world_current() == server);
		CHECK(reply_and_wait(server, client, L4_ANYTHREAD) == equal);
		world_pass(CFG_TIMESLICE_US);
		CHECK(world_current() == client);
	}
}

TEST(HSCH0038, "nor on that of a server that was waiting for something else, whatever it waits for next")
{
	for (unsigned i = 0; i < 3; i++) {
		l4_tid_t next[3];

		set_up();
		next[0] = L4_ANYTHREAD;
		next[1] = server->id;
		next[2] = sigma0->id;
		CHECK(!call_to(client, server));
		CHECK(!ipc(server, L4_NILTHREAD, server->id, timeouts(TIME_NEVER, time_us(100))));
		CHECK(world_current() == equal);
		world_pass(100);
		CHECK(world_current() == server);
		CHECK(reply_and_wait(server, client, next[i]) == equal);
	}
}

TEST(HSCH0041, "nor on the slice of a server of its server")
{
	set_up();
	for (unsigned i = 0; i < 3; i++) {
		CHECK(world_current() == client);
		CHECK(!call_to(client, server));
		PUT(server, 0);
		CHECK(!call_to(server, driver));
		CHECK(!ipc(driver, L4_NILTHREAD, driver->id, timeouts(TIME_NEVER, time_us(100))));
		CHECK(world_current() == equal);
		world_pass(100);
		CHECK(world_current() == driver);
		CHECK(reply_and_wait(driver, server, L4_ANYTHREAD) == server);
		CHECK(reply_and_wait(server, client, L4_ANYTHREAD) == equal);
		world_pass(CFG_TIMESLICE_US);
	}
}

TEST(HSCH0039, "a caller passes its slice on to servers below, from one to another, and back, before equals")
{
	struct thread *second;

	world_boot();
	client = new_space();
	second = new_space();
	equal = new_space();
	server = new_space();
	set_prio(server, 101);
	CHECK(!receive_from(client, L4_ANYTHREAD));
	CHECK(!receive_from(second, L4_ANYTHREAD));
	CHECK(!receive_from(root, root->id));
	world_run(server);
	CHECK(!call_to(server, client));
	CHECK(world_current() == client);
	CHECK(!call_to(client, second));
	CHECK(world_current() == second);
	CHECK(reply_and_wait(second, client, L4_ANYTHREAD) == client);
	CHECK(reply_and_wait(client, server, L4_ANYTHREAD) == server);
}

/* How often the equal runs while the client sends to the server, which works for 3/4 of a slice each time. */
static unsigned turns_beside_sends(l4_word_t flags, unsigned items)
{
	unsigned turns = 0;

	set_up();
	*thread_tcr(client, L4_TCR_FLAGS) = flags;
	for (unsigned i = 0; i < 30; i++) {
		struct thread *t = world_current();

		if (t == server) {
			world_pass(CFG_TIMESLICE_US * 3 / 4);
			CHECK(!receive_from(server, L4_ANYTHREAD));
		} else if (t == equal) {
			turns++;
			CALL(equal, L4_CALL_THREAD_SWITCH, 0);
		} else {
			PUT(client, 1);
			if (items)
				put_map(client, l4_fpage(0x8000, 12, L4_RWX), 0x8000, false);
			CHECK(send_to(client, server));
		}
	}
	return turns;
}

TEST(HSCH0040, "one that sends to a server above, and does not wait, pays for it with its slice")
{
	CHECK(turns_beside_sends(0, 0) >= 5);
	CHECK(turns_beside_sends(L4_PREEMPT_DELAY, 0) >= 5);
	CHECK(turns_beside_sends(0, 1) >= 5);
}

TEST(HSCH0043, "no time is charged between such a message and what it wakes, with the delay flag or without")
{
	static const l4_word_t flags[] = { 0, L4_PREEMPT_DELAY };

	for (unsigned i = 0; i < ARRAY_LEN(flags); i++) {
		const struct thread *payer;
		uint64_t used;

		set_up();
		*thread_tcr(client, L4_TCR_FLAGS) = flags[i];
		payer = cpu_self()->slice_owner;
		used = payer->time_used;
		world_pass(5);
		PUT(client, 1);
		CHECK(send_to(client, server));
		CHECK(world_current() == server);
		CHECK(cpu_self()->slice_owner == payer);
		CHECK_EQ(payer->time_used, used);
	}
}
