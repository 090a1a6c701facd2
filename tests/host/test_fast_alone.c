/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_fast_alone.c - one phase without the other, calls of who is busy, and answers while others wait, as
 * kernel/arch/host/fast.c does them: when it does, when it must not, and that core finds all in its place.
 */
#include <core/arch.h>
#include <core/sched.h>
#include "world.h"

enum { ROOT = 50, SERVER = 80, CLIENT = 90 };

static struct thread *client, *other, *server;

/* All wait; the clients have called the server once. Root, ready, is below all of them. */
static void set_up(bool same_space)
{
	world_boot();
	server = new_space();
	client = same_space ? new_thread(server) : new_space();
	other = new_thread(client);
	set_prio(server, SERVER);
	set_prio(client, CLIENT);
	set_prio(other, CLIENT);
	set_prio(root, ROOT);
	CHECK(!receive_from(server, L4_ANYTHREAD));
	CHECK(!call_to(other, server));
	CHECK(!ipc(server, other->id, L4_ANYTHREAD, timeouts(TIME_ZERO, TIME_NEVER)));
	CHECK(!receive_from(other, L4_ANYTHREAD));
	CHECK(!call_to(client, server));
	CHECK(!ipc(server, client->id, L4_ANYTHREAD, timeouts(TIME_ZERO, TIME_NEVER)));
	CHECK(world_current() == client);
	host.fast = host.apart = 0;
}

static bool send_alone(struct thread *t, struct thread *to)
{
	return ipc(t, to->id, L4_NILTHREAD, timeouts(TIME_NEVER, TIME_NEVER));
}

static bool call(struct thread *t, struct thread *to)
{
	return ipc(t, to->id, to->id, timeouts(TIME_NEVER, TIME_NEVER));
}

static bool answer(struct thread *t, struct thread *to)
{
	return ipc(t, to->id, L4_ANYTHREAD, timeouts(TIME_ZERO, TIME_NEVER));
}

TEST(FSA0001, "a message alone and a wait alone pass core by, with any number of words")
{
	for (unsigned same = 0; same < 2; same++) {
		set_up(same);
		for (unsigned words = 0; words < L4_MRS; words++) {
			put_marked(server, words);
			put_marked(client, words);
			host.apart = 0;
			CHECK(send_alone(client, server));
			CHECK_EQ(host.apart, 1);
			CHECK(world_current() == client && !blocked(server));
			CHECK(!receive_from(client, server->id));
			CHECK_EQ(host.apart, 2);
			CHECK(world_current() == server);
			check_marked(server, client, words);
			put_marked(server, words);
			CHECK(!answer(server, client));
			check_marked(client, server, words);
		}
	}
}

TEST(FSA0002, "core is asked who runs when the receiver is above the sender, or others are as high as it")
{
	set_up(false);
	CHECK(!receive_from(client, L4_ANYTHREAD));
	CHECK(world_current() == root);
	CHECK(send_alone(root, server));
	CHECK(world_current() == server && host.apart == 1);	/* the wait */
	set_up(false);
	set_prio(server, ROOT);
	CHECK(send_alone(client, server));
	CHECK(host.apart == 0 && world_current() == client);
	CHECK(!receive_from(client, client->id));
	CHECK(world_current() == root);
}

TEST(FSA0003, "an equal that has got a message alone has its turn when the slice ends")
{
	set_up(false);
	set_prio(server, ROOT);
	set_prio(client, ROOT);
	CHECK(!receive_from(root, root->id) && world_current() == client);
	sched_set_slice(client, 1000);
	CHECK(send_alone(client, server));
	CHECK(world_current() == client);
	world_pass(2000);
	CHECK(world_current() == server);
}

TEST(FSA0004, "a call of a busy thread is queued without core, and taken like any other")
{
	set_up(false);
	put_marked(client, 5);
	put_marked(server, 0);
	CHECK(send_alone(client, server));		/* so it is ready, and below */
	CHECK(!call(client, server));
	CHECK(client->send == SEND_CALLING && host.apart == 2 && world_current() == server);
	CHECK(receive_from(server, L4_ANYTHREAD));
	check_marked(server, client, 5);
	CHECK(client->recv == RECV_READY && server->caller == &client->id);
	set_up(false);
	CHECK(send_alone(client, server));
	CHECK(!ipc(client, server->id, server->id, timeouts(time_us(500), TIME_NEVER)));
	CHECK(client->send == SEND_QUEUED);
	world_pass(1000);
	CHECK_FAILED(client, SEND_ERROR(TIMEOUT));
}

TEST(FSA0005, "a call that is queued is no plain one any more when its thread is changed")
{
	set_up(true);
	CHECK(send_alone(client, server));
	CHECK(!call(client, server));
	CHECK(exregs(server, client->id, L4_EXREGS_SET_HALT | L4_EXREGS_HALT, 0, 0));
	CHECK(client->send == SEND_QUEUED && client->halted);
	CHECK(receive_from(server, L4_ANYTHREAD));
	CHECK(client->recv == RECV_WAITING);
	set_up(true);
	CHECK(send_alone(client, server));
	CHECK(!call(client, server));
	CHECK(exregs(server, client->id, L4_EXREGS_SEND, 0, 0));
	CHECK_FAILED(client, SEND_ERROR(CANCELLED));
	set_up(false);
	CHECK(send_alone(client, server));
	CHECK(!call(client, server));
	CHECK(delete_thread(server->id));
	CHECK_FAILED(client, SEND_ERROR(NOT_EXISTING));
}

TEST(FSA0006, "who answers and finds a message gives way to whom it answered, on the slice that runs")
{
	set_up(false);
	CHECK(exregs(client, other->id, L4_EXREGS_RECEIVE, 0, 0));
	CHECK(!call(client, server) && world_current() == other);
	put_marked(other, 3);
	CHECK(!call(other, server) && world_current() == server);
	CHECK(other->send == SEND_CALLING);
	sched_set_slice(server, 1000);
	put_marked(server, 2);
	put_marked(client, 2);
	host.apart = 0;
	CHECK(answer(server, client));
	CHECK_EQ(host.apart, 1);
	CHECK(world_current() == client && server->cpu->slice_owner != client);
	check_marked(client, server, 2);
	put_marked(server, 2);
	CHECK(!call(client, server));
	CHECK_EQ(host.apart, 2);
	CHECK(world_current() == server);
	check_marked(server, other, 3);
	CHECK(other->recv == RECV_READY && client->send == SEND_CALLING);
}
