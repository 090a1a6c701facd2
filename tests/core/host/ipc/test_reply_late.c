/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_reply_late.c - a reply in steps to a client whose total quantum is over; an id that is used again
 * while the former partners of its last owner are still to be notified.
 */
#include "world.h"

enum { PAGE = 4096, PAGES = 8, SRC = 0x100000, DST = 0x200000, QUANTUM = 3000, PARTNERS = 41 };

static struct thread *client, *server, *scheduler;

/* client, of a small total quantum, calls server, and accepts a string of PAGES pages. */
static void call_for_string(void)
{
	world_boot();
	client = new_space();
	server = new_space();
	scheduler = new_space();
	CHECK(thread_control(root, client->id, client->id, scheduler->id, L4_NILTHREAD, KEEP));
	give_pages(server, ram(20), SRC, PAGES, L4_R | L4_W);
	give_pages(client, ram(20), DST, PAGES, L4_R | L4_W);
	set_prio(server, 150);
	give_quantum(client, QUANTUM);
	CHECK(!receive_from(server, L4_ANYTHREAD));
	CHECK(!receive_from(scheduler, L4_ANYTHREAD));
	CHECK(!receive_from(root, L4_ANYTHREAD));
	*thread_tcr(client, L4_TCR_BR0) = 1;
	*thread_tcr(client, L4_TCR_BR0 - 1) = (l4_word_t)(PAGES * PAGE) << 10;
	*thread_tcr(client, L4_TCR_BR0 - 2) = DST;
	PUT(client, 1, 2);
	CHECK(!call_to(client, server));
}

TEST(HQUA0035, "a total quantum that is over is reported before a client gets a reply in steps")
{
	call_for_string();
	CHECK(world_current() == server && cpu_self()->slice_owner == client);
	world_pass(QUANTUM);
	CHECK(world_current() == server);
	CHECK_EQ(client->quantum_state, QUANTUM_OVER);
	put_mr(server, 0, l4_tag(5, 0, 2).raw);
	put_mr(server, 1, (l4_word_t)(PAGES * PAGE) << 10);
	put_mr(server, 2, SRC);
	ipc(server, client->id, L4_ANYTHREAD, timeouts(TIME_NEVER, TIME_NEVER));
	CHECK(world_current() != client);
	CHECK(!blocked(scheduler));
}

/* ---- an id used again ---- */

static struct thread *creator, *former;
static l4_tid_t victim;
static bool played;

static void use_again(void *arg)
{
	(void)arg;
	if (played || thread_find(victim))
		return;
	played = true;
	CHECK(thread_control(creator, victim, creator->id, root->id, root->id, free_utcb(creator->space)));
	CHECK(thread_find(victim));
	PUT(former, 1, 2);
	ipc(former, victim, L4_NILTHREAD, timeouts(TIME_NEVER, TIME_NEVER));
}

TEST(HTHR0046, "partners of a thread that is being deleted find a new one with its id")
{
	struct thread *v;

	world_boot();
	creator = new_thread(root);
	former = new_space();
	v = new_space();
	victim = v->id;
	for (unsigned i = 0; i < PARTNERS; i++) {
		struct thread *t = i < PARTNERS - 1 ? new_thread(former) : former;

		CHECK(!receive_from(v, L4_ANYTHREAD));
		PUT(t, 1, 2);
		CHECK(!call_to(t, v));
		PUT(v, 1, 2);
		CHECK(send_to(v, t));
	}
	played = false;
	world_hook.call = use_again;
	CHECK(delete_thread(victim));
	world_hook.call = 0;
	CHECK(played && blocked(former));
}
