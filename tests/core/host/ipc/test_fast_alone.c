/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_fast_alone.c - one phase without the other, calls of a busy thread, and answers while others wait:
 * which thread runs, what arrives, and that no stale root is loaded.
 */
#include <core/arch.h>
#include <core/sched.h>
#include <lib/bits.h>
#include "world.h"

enum { ROOT = 50, SERVER = 80, CLIENT = 90, PAGE_AT = 0x8000 };

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

TEST(HFSA0001, "a message alone and a wait alone carry any number of words")
{
	for (unsigned same = 0; same < 2; same++) {
		set_up(same);
		for (unsigned words = 0; words < L4_MRS; words++) {
			put_marked(server, words);
			put_marked(client, words);
			CHECK(send_alone(client, server));
			CHECK(world_current() == client && !blocked(server));
			CHECK(!receive_from(client, server->id));
			CHECK(world_current() == server);
			check_marked(server, client, words);
			put_marked(server, words);
			CHECK(!answer(server, client));
			check_marked(client, server, words);
		}
	}
}

TEST(HFSA0002, "a receiver above the sender runs at once, one below it does not; of equals the first queued")
{
	set_up(false);
	CHECK(!receive_from(client, L4_ANYTHREAD));
	CHECK(world_current() == root);
	CHECK(send_alone(root, server));
	CHECK(world_current() == server);	/* the wait */
	set_up(false);
	set_prio(server, ROOT);
	CHECK(send_alone(client, server));
	CHECK(world_current() == client);
	CHECK(!receive_from(client, client->id));
	CHECK(world_current() == root);
}

TEST(HFSA0003, "an equal that has got a message alone has its turn when the slice ends")
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

TEST(HFSA0004, "a call of a busy thread is queued, and taken when that waits; its send timeout ends it")
{
	set_up(false);
	put_marked(client, 5);
	put_marked(server, 0);
	CHECK(send_alone(client, server));		/* so it is ready, and below */
	CHECK(!call(client, server));
	CHECK(client->send == SEND_QUEUED && world_current() == server);
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

TEST(HFSA0005, "a queued call of a halted thread is taken; it ends if cancelled, or with the receiver")
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

TEST(HFSA0006, "a server that answers a higher client and finds a call has it when it runs again")
{
	set_up(false);
	CHECK(exregs(client, other->id, L4_EXREGS_RECEIVE, 0, 0));
	CHECK(!call(client, server) && world_current() == other);
	put_marked(other, 3);
	CHECK(!call(other, server) && world_current() == server);
	CHECK(other->send == SEND_QUEUED);
	sched_set_slice(server, 1000);
	put_marked(server, 2);
	put_marked(client, 2);
	CHECK(answer(server, client));
	CHECK(world_current() == client && server->cpu->slice_owner != client);
	check_marked(client, server, 2);
	CHECK(!call(client, server));
	CHECK(world_current() == server);
	check_marked(server, other, 3);
	CHECK(other->recv == RECV_READY && client->send == SEND_QUEUED);
}

/* The client has given the server four pages, one of which the server may have used, and waits. */
static void set_up_page(bool used)
{
	set_up(false);
	give(client, ram(14), PAGE_AT, 14, L4_RWX);
	world_run(client);
	put_marked(client, 0);
	CHECK(!call(client, server));
	accept_window(server, L4_COMPLETE);
	CHECK(!answer(server, client));
	put_map(client, l4_fpage(PAGE_AT, 14, L4_RWX), PAGE_AT, false);
	CHECK(!call(client, server));
	CHECK(!used || touch(server, PAGE_AT, L4_W));
	put_marked(server, 0);
	CHECK(!answer(server, client));
	put_marked(client, 0);
	CHECK(world_current() == client);
}

static void flush(struct thread *t, l4_fpage_t f)
{
	unmap_fpage(t, f, true);
	put_marked(t, 0);
}

TEST(HFSA0007, "a receiver whose page its sender flushes before it waits is not switched to by a stale root")
{
	for (unsigned log2 = 12; log2 <= 16; log2 += 2) {	/* core flushes the largest one */
		set_up_page(log2 == 12);
		CHECK(send_alone(client, server));
		flush(client, l4_fpage(PAGE_AT, log2, L4_RWX));
		CHECK_EQ(host.unmaps, by_fast_calls(log2 < 16));
		CHECK(log2 == 16 || !server->space->tlb.direct);
		CHECK(!receive_from(client, server->id));
		CHECK(world_current() == server && !blocked(server));
		CHECK(!touch(server, PAGE_AT, L4_R));	/* a page fault: the translation is gone */
	}
}

TEST(HFSA0008, "a server is not switched to by a stale root when the client it answered flushes its page")
{
	set_up_page(true);
	CHECK(exregs(client, other->id, L4_EXREGS_RECEIVE, 0, 0));
	CHECK(!call(client, server) && world_current() == other);
	put_marked(other, 3);
	CHECK(!call(other, server) && world_current() == server);
	CHECK(other->send == SEND_QUEUED);
	put_marked(server, 1);
	CHECK(answer(server, client));
	CHECK(cpu_self()->current == client);
	flush(client, l4_fpage(PAGE_AT, 12, L4_RWX));
	CHECK(host.unmaps == by_fast_calls(1) && !server->space->tlb.direct);
	CHECK(!receive_from(client, server->id));
	CHECK(world_current() == server);
	check_marked(server, other, 3);
	CHECK(!touch(server, PAGE_AT, L4_R));
}

TEST(HFSA0009, "a receiver runs by its root when its sender waits, if nothing has changed")
{
	set_up_page(true);
	put_marked(client, 9);
	put_marked(server, 9);
	CHECK(send_alone(client, server));
	CHECK(!receive_from(client, server->id));
	CHECK(cpu_self()->current == server);
	check_marked(server, client, 9);
	CHECK(touch(server, PAGE_AT, L4_W));
}

/* What can change of a thread that was woken and has not run yet, each by a system call of root. */
static void give_prio(void) { CHECK(schedule(root, server->id, KEEP, ROOT) != L4_SCHED_ERROR); }
/* Root is its pager. */
static void stop(void) { CHECK(exregs(root, server->id, L4_EXREGS_SET_HALT | L4_EXREGS_HALT, 0, 0)); }

static void redirect_it(void) { redirect(server, other->id); }
static void redirect_sender(void) { redirect(root, other->id); }

static void rename_it(void)
{
	l4_tid_t id = l4_tid_global(l4_tid_number(server->id), l4_tid_version(server->id) + 1);

	CHECK(thread_control(root, id, server->id, L4_NILTHREAD, L4_NILTHREAD, KEEP));
}

static void delete_it(void) { CHECK(delete_thread(server->id)); }

static void move_it(void)
{
	l4_tid_t id = new_tid();		/* its space has no UTCB that is taken */

	CHECK(thread_control(root, id, id, root->id, L4_NILTHREAD, KEEP));
	CHECK(space_control(root, id, 0, l4_fpage(L4_INITIAL_KIP, L4_KIP_AREA_LOG2, 0),
			    l4_fpage(L4_INITIAL_UTCB, SPACE_UTCB_LOG2, 0)));
	CHECK(thread_control(root, server->id, id, L4_NILTHREAD, L4_NILTHREAD, KEEP));
}

static void give_server_quantum(void)
{
	CHECK(schedule(root, server->id, time_us(1000) << 16 | time_us(4096), KEEP) != L4_SCHED_ERROR);
}

TEST(HFSA0010, "a thread that was woken, and is changed before it runs, runs then only if it still may")
{
	static const struct { const char *what; void (*change)(void); bool runs; } cases[] = {
		{ "its priority", give_prio, true }, { "its total quantum", give_server_quantum, true },
		{ "a redirector of its space", redirect_it, true },
		{ "a redirector of the sender's space", redirect_sender, true },
		{ "its id", rename_it, true }, { "its space", move_it, true },
		{ "it is deleted", delete_it, false }, { "it is halted", stop, false },
	};

	for (unsigned i = 0; i < ARRAY_LEN(cases); i++) {
		set_up(false);
		CHECK(!receive_from(client, client->id));
		set_prio(root, CLIENT);
		put_marked(root, 3);
		world_run(root);
		CHECK(send_alone(root, server));
		cases[i].change();
		receive_from(root, root->id);
		if (cases[i].runs != (world_current() == server))
			test_fail(__FILE__, __LINE__, "the running thread is wrong: %s", cases[i].what);
	}
}

TEST(HFSA0011, "a server that a call has led to flushes four pages: it has lost them, the client has not")
{
	set_up_page(false);
	CHECK(exregs(client, client->id, 0, 0, 0));	/* C exits to the client, which the record then names */
	CHECK(!call(client, server) && world_current() == server);
	flush(server, l4_fpage(PAGE_AT, 14, L4_RWX));
	CHECK_EQ(host.unmaps, by_fast_calls(1));
	CHECK(!answer(server, client) && world_current() == client);
	CHECK(touch(client, PAGE_AT, L4_R));
	put_marked(client, 4);
	CHECK(!call(client, server) && world_current() == server);
	check_marked(server, client, 4);
	CHECK(!touch(server, PAGE_AT, L4_R));
}
