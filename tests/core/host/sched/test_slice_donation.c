/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_slice_donation.c - attempts to run longer than one's slices allow.
 */
#include <core/sched.h>
#include "world.h"

static uint64_t slice_left(const struct thread *t)
{
	sched_charge_for(t);
	return t->slice_left;
}

/*
 * The end of a slice falls into a call of t, before the timer is seen; but t's own slice ends never:
 * t passes it on a little earlier.
 */
static void time_in_call(const struct thread *t)
{
	const struct thread *owner = cpu_self()->slice_owner;
	uint64_t left = slice_left(owner);

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

enum { MAPPED = 0x8000, NOWHERE = 0x40000, BYTES = 100 };

static struct thread *client, *server, *driver, *equal;

static void set_up(void)
{
	world_boot();
	client = new_space();
	server = new_space();
	driver = new_space();
	equal = new_space();
	give(client, ram(12), MAPPED, 12, L4_RWX);
	give(server, ram(13), MAPPED, 12, L4_RWX);
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

/* As set_up, but all are ready, and instead of the driver there is another client: returns it. */
static struct thread *boot_two_clients(void)
{
	struct thread *other;

	world_boot();
	client = new_space();
	other = new_space();
	equal = new_space();
	server = new_space();
	set_prio(server, 101);
	return other;
}

TEST(HSCH0039, "a caller passes its slice on to servers below, from one to another, and back, before equals")
{
	struct thread *second = boot_two_clients();

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

enum { REST = 100 };	/* us that the server works after the end of the client's slice */

TEST(HSCH0044, "what a server above works for a client after the end of its slice counts to its next slice")
{
	static const bool calls[] = { true, false };

	for (unsigned i = 0; i < ARRAY_LEN(calls); i++) {
		set_up();
		CALL(client, L4_CALL_THREAD_SWITCH, 0);
		for (unsigned turns = 0; turns < 3; turns++) {
			CHECK(world_current() == equal);
			world_pass(CFG_TIMESLICE_US);
			CHECK(world_current() == client);
			PUT(client, 0);
			CHECK(calls[i] ? !call_to(client, server) : send_to(client, server));
			world_pass(slice_left(client));
			CHECK(world_current() == server);
			world_pass(REST);
			CHECK(!ipc(server, calls[i] ? client->id : L4_NILTHREAD, L4_ANYTHREAD,
				   timeouts(TIME_ZERO, TIME_NEVER)));
			CHECK(world_current() == equal);
			CHECK_EQ(slice_left(client), CFG_TIMESLICE_US - REST);
		}
	}
}

TEST(HSCH0045, "nor does another client that the server answers meanwhile run before its equal")
{
	struct thread *other = boot_two_clients();

	CHECK(!receive_from(server, L4_ANYTHREAD));
	CHECK(!receive_from(root, root->id));
	world_run(other);
	CHECK(!call_to(other, server));
	CHECK(!receive_from(server, client->id));
	while (world_current() != client)
		CALL(world_current(), L4_CALL_THREAD_SWITCH, 0);
	CHECK(!call_to(client, server));
	world_pass(CFG_TIMESLICE_US);
	CHECK(world_current() == server);
	CHECK(reply_and_wait(server, other, L4_ANYTHREAD) == equal);
}

/* The client begins a request REST before the end of its slice; the server works on for REST after it. */
static void request_late(l4_tid_t from, l4_word_t timeout)
{
	while (world_current() != client || cpu_self()->slice_owner != client)
		CALL(world_current(), L4_CALL_THREAD_SWITCH, 0);
	world_pass(slice_left(client) - REST);
	PUT(client, 0);
	CHECK(!ipc(client, server->id, from, timeouts(TIME_NEVER, timeout)));
	world_pass(2 * REST);
	CHECK(world_current() == server);
}

TEST(HSCH0046, "nor does the client, if a timeout ends in its next slice")
{
	set_up();
	request_late(server->id, time_us(CFG_TIMESLICE_US / 2));
	CHECK(reply_and_wait(server, client, L4_ANYTHREAD) == equal);
}

/* Two clients, of which the other waits for `from`; nilthread: the server. */
static struct thread *set_up_other(l4_tid_t from)
{
	struct thread *other = boot_two_clients();

	CHECK(!receive_from(server, L4_ANYTHREAD));
	CHECK(!receive_from(other, l4_tid_is_nil(from) ? server->id : from));
	CHECK(!receive_from(root, root->id));
	return other;
}

TEST(HSCH0047, "nor does a thread for which the client waits, if the server sends to that one")
{
	struct thread *other = set_up_other(L4_NILTHREAD);

	request_late(other->id, TIME_NEVER);
	CHECK(reply_and_wait(server, other, L4_ANYTHREAD) == equal);
}

TEST(HSCH0048, "nor does the client run before its equal if the server calls one below meanwhile")
{
	struct thread *other = set_up_other(L4_ANYTHREAD);

	request_late(server->id, TIME_NEVER);
	PUT(server, 0);
	CHECK(!call_to(server, other));
	CHECK(world_current() == other);
	CHECK(reply_and_wait(other, server, L4_ANYTHREAD) == server);
	CHECK(reply_and_wait(server, client, L4_ANYTHREAD) == equal);
}

TEST(HSCH0049, "the work counts to the client's next slice also if a timeout ends before its slice")
{
	set_up();
	request_late(server->id, time_us(REST / 2));
	CHECK(!receive_from(server, L4_ANYTHREAD));
	CHECK(world_current() == equal);
	CHECK_EQ(slice_left(client), CFG_TIMESLICE_US - REST);
}

TEST(HSCH0050, "if the server uses up that one too, it continues on a slice of its own")
{
	set_up();
	request_late(server->id, TIME_NEVER);
	CHECK(cpu_self()->slice_owner == client);
	world_pass(CFG_TIMESLICE_US);
	CHECK(world_current() == server);
	CHECK(cpu_self()->slice_owner == server);
	CHECK(reply_and_wait(server, client, L4_ANYTHREAD) == equal);
}

TEST(HSCH0070, "a thread above that was halted before it takes a message does not pass its slice on with it")
{
	struct thread *helper;

	boot_two_clients();
	helper = new_thread(server);
	PUT(client, 0);
	CHECK(!send_to(client, server));
	PUT(server, 0);
	CHECK(!ipc(server, equal->id, client->id, timeouts(TIME_NEVER, TIME_NEVER)));
	CHECK(exregs(helper, server->id, L4_EXREGS_SET_HALT | L4_EXREGS_HALT, 0, 0));
	CHECK(receive_from(equal, server->id));
	CHECK(server->halted && !blocked(server) && !blocked(client));
	CHECK(world_current() == equal);
}

static void set_up_string(void)
{
	set_up();
	*thread_tcr(server, L4_TCR_BR0) = 1;
	*thread_tcr(server, L4_TCR_BR0 - 1) = (l4_word_t)BYTES << 10;
	*thread_tcr(server, L4_TCR_BR0 - 2) = MAPPED;
	put_mr(client, 0, l4_tag(0, 0, 2).raw);
	put_mr(client, 1, (l4_word_t)BYTES << 10);
	put_mr(client, 2, NOWHERE);
}

/* The client's message to the server fails on both sides; then the server runs on the slice of before. */
static void fail_and_pay(void)
{
	const struct thread *payer = cpu_self()->slice_owner;

	CHECK(payer != server);
	CHECK(send_to(client, server));
	CHECK(l4_tag_failed(tag_of(client)));
	CHECK(l4_tag_failed(tag_of(server)));
	CHECK(world_current() == server);
	CHECK(cpu_self()->slice_owner == payer);
}

TEST(HSCH0051, "one whose message to a server above fails on both sides pays for what the server does then")
{
	set_up();
	put_mr(client, 0, l4_tag(0, 60, 10).raw);
	fail_and_pay();
	set_up_string();
	*thread_tcr(client, L4_TCR_XFER_TIMEOUTS) = timeouts(TIME_ZERO, TIME_ZERO);
	fail_and_pay();
	set_up_string();
	*thread_tcr(client, L4_TCR_PAGER) = 0;
	fail_and_pay();
}

TEST(HSCH0052, "a thread whose slice is found used up when one above takes the CPU runs behind its equal")
{
	set_up();
	PUT(client, 0);
	CHECK(send_to(client, driver));
	PUT(driver, 0);
	CHECK(!send_to(driver, client));
	CHECK(world_current() == client);
	host.now += slice_left(client);
	CHECK(receive_from(client, driver->id));
	CHECK(world_current() == driver);
	CHECK(!receive_from(driver, L4_ANYTHREAD));
	CHECK(world_current() == equal);
}
