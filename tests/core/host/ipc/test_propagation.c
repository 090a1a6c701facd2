/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_propagation.c - messages in the name of another thread (api 5.9): which threads may, what the receiver
 * sees, which waits they match, and how the wait of the virtual sender follows.
 */
#include "world.h"

#define NIL L4_NILTHREAD

enum { KEPT = 0x5e5e };

static struct thread *a, *a2, *b, *b2, *c;	/* a2 in a's space, b2 in b's */

static void setup(void)
{
	world_boot();
	a = new_space();
	a2 = new_thread(a);
	b = new_space();
	b2 = new_thread(b);
	c = new_space();
}

/* t waits for `from`, with marks in the TCRs of the real sender and the intended receiver. */
static bool wait_for(struct thread *t, l4_tid_t from)
{
	*thread_tcr(t, L4_TCR_SENDER) = *thread_tcr(t, L4_TCR_INTENDED_RECEIVER) = KEPT;
	return receive_from(t, from);
}

#define CHECK_GOT(t, word, vs, actual) \
	do { \
		CHECK(!blocked(t)); \
		CHECK_EQ(tag_of(t).raw, l4_tag(7, 1, 0).raw | L4_TAG_PROPAGATED); \
		CHECK_EQ(get_mr(t, 1), word); \
		CHECK_EQ(from_of(t).raw, (vs).raw); \
		CHECK_EQ(*thread_tcr(t, L4_TCR_SENDER), (actual).raw); \
		CHECK_EQ(*thread_tcr(t, L4_TCR_INTENDED_RECEIVER), KEPT); \
	} while (0)

/* An ordinary message from `from`. */
#define CHECK_PLAIN(t, word, from) \
	do { \
		CHECK(!blocked(t)); \
		CHECK_EQ(tag_of(t).raw, l4_tag(7, 1, 0).raw); \
		CHECK_EQ(get_mr(t, 1), word); \
		CHECK_EQ(from_of(t).raw, (from).raw); \
		CHECK_EQ(*thread_tcr(t, L4_TCR_SENDER), KEPT); \
	} while (0)

/* ---- which threads may ---- */

TEST(HPRO0001, "a thread sends in the name of another one of its space: the receiver gets both ids")
{
	setup();
	CHECK(!wait_for(b, L4_ANYTHREAD));
	CHECK(propagate(a, b, a2->id, 41));
	CHECK_SENT(a);
	CHECK_GOT(b, 41, a2->id, a->id);
}

TEST(HPRO0002, "to its own space a thread sends in any name; ids are local there, but ActualSender")
{
	setup();
	CHECK(!wait_for(b, L4_ANYTHREAD));
	CHECK(propagate(b2, b, a->id, 42));
	CHECK_GOT(b, 42, a->id, b2->id);
	CHECK(!wait_for(b, L4_ANYTHREAD));
	CHECK(propagate(b2, b, b2->id, 43));
	CHECK_GOT(b, 43, local_id(b2), b2->id);
	CHECK(!wait_for(b, L4_ANYTHREAD));
	CHECK(propagate(b2, b, b->id, 44));
	CHECK_GOT(b, 44, local_id(b), b2->id);
}

TEST(HPRO0003, "between three spaces it is not allowed: an ordinary message, and the sender's p is cleared")
{
	setup();
	CHECK(!wait_for(b, L4_ANYTHREAD));
	CHECK(propagate(a, b, c->id, 45));
	CHECK_SENT(a);
	CHECK_PLAIN(b, 45, a->id);
	CHECK_EQ(tag_of(a).raw, l4_tag(7, 1, 0).raw);
	CHECK_EQ(*thread_tcr(a, L4_TCR_SENDER), c->id.raw);
}

TEST(HPRO0004, "a virtual sender that does not exist is not allowed, however it is named")
{
	l4_tid_t old, ids[] = { NIL, L4_ANYTHREAD, L4_ANYLOCALTHREAD, l4_tid_global(5000, 1),
				l4_tid_global(0x3ffff, 1), { 0x7000 } };

	setup();
	old = l4_tid_global(l4_tid_number(a2->id), 9);
	for (unsigned i = 0; i <= sizeof(ids) / sizeof(ids[0]); i++) {
		CHECK(!wait_for(b, L4_ANYTHREAD));
		CHECK(propagate(a, b, i < sizeof(ids) / sizeof(ids[0]) ? ids[i] : old, i));
		CHECK_PLAIN(b, i, a->id);
	}
	CHECK(!wait_for(b, L4_ANYTHREAD));		/* b's local id, in a's space */
	CHECK(propagate(a, b, (l4_tid_t){ local_id(b2).raw + 64 * L4_UTCB_BYTES }, 9));
	CHECK_PLAIN(b, 9, a->id);
}

TEST(HPRO0005, "the virtual sender may be named by a local id of the sender's own space")
{
	setup();
	CHECK(!wait_for(b, L4_ANYTHREAD));
	CHECK(propagate(a, b, local_id(a2), 46));
	CHECK_GOT(b, 46, a2->id, a->id);
}

TEST(HPRO0006, "an interrupt can be a virtual sender inside a space; a message to one ignores p")
{
	l4_tid_t irq = l4_tid_global(3, 1);

	setup();
	CHECK(thread_control(root, irq, irq, NIL, b2->id, KEEP));
	CHECK(!wait_for(b, irq));
	CHECK(propagate(b2, b, irq, 47));
	CHECK_GOT(b, 47, irq, b2->id);
	CHECK(!receive_from(b2, irq));
	world_irq(3);
	CHECK(!blocked(b2));
	CHECK(!host.irq_open[3]);
	PUT(b2, 0);
	in_name_of(b2, a->id);
	CHECK(ipc(b2, irq, NIL, timeouts(TIME_NEVER, TIME_NEVER)));
	CHECK_SENT(b2);
	CHECK(host.irq_open[3]);
}

/* ---- which waits match ---- */

TEST(HPRO0007, "a closed wait accepts a message of the real, or of the virtual sender, and no other")
{
	setup();
	CHECK(!wait_for(b, a->id));
	CHECK(propagate(a, b, a2->id, 1));
	CHECK_GOT(b, 1, a2->id, a->id);
	CHECK(!wait_for(b, a2->id));
	CHECK(propagate(a, b, a2->id, 2));
	CHECK_GOT(b, 2, a2->id, a->id);
	CHECK(!wait_for(b, c->id));
	CHECK(!propagate(a, b, a2->id, 3));
	CHECK(blocked(b));
}

TEST(HPRO0008, "a wait for any local thread looks at the space of the virtual sender")
{
	setup();
	CHECK(!wait_for(b, L4_ANYLOCALTHREAD));
	CHECK(!propagate(b2, b, a->id, 4));
	CHECK(blocked(b));
	PUT(root, 0);
	CHECK(exregs(new_thread(b), local_id(b), 0x2 | 0x4, 0, 0));	/* abort the wait */
	CHECK(wait_for(b, L4_ANYTHREAD));
	CHECK_GOT(b, 4, a->id, b2->id);
	CHECK(!wait_for(b, L4_ANYLOCALTHREAD));
	CHECK(propagate(b2, b, b->id, 5));
	CHECK_GOT(b, 5, local_id(b), b2->id);
}

/* a, b2 and c stand in b's queue, in this order: for a2, for c, for itself. */
static void queue_three(void)
{
	setup();
	CHECK(!propagate(a, b, a2->id, 1));
	CHECK(!propagate(b2, b, c->id, 2));
	CHECK(!propagate(c, b, c->id, 3));
}

TEST(HPRO0009, "a closed wait takes the oldest queued message of its virtual or real sender")
{
	queue_three();
	CHECK(wait_for(b, c->id));
	CHECK_GOT(b, 2, c->id, b2->id);
	CHECK(wait_for(b, c->id));
	CHECK_GOT(b, 3, c->id, c->id);
	CHECK(wait_for(b, a2->id));
	CHECK_GOT(b, 1, a2->id, a->id);
	CHECK(!wait_for(b, a2->id));
}

TEST(HPRO0010, "queued messages are taken by their real sender's id too, and in order by an open wait")
{
	queue_three();
	CHECK(wait_for(b, b2->id));
	CHECK_GOT(b, 2, c->id, b2->id);
	CHECK(wait_for(b, L4_ANYTHREAD));
	CHECK_GOT(b, 1, a2->id, a->id);
	CHECK(wait_for(b, L4_ANYTHREAD));
	CHECK_GOT(b, 3, c->id, c->id);
	CHECK(!wait_for(b, L4_ANYTHREAD));
}

TEST(HPRO0011, "a wait for any local thread takes the oldest queued message of a local virtual sender")
{
	setup();
	CHECK(!propagate(b2, b, a->id, 1));
	CHECK(!propagate(new_thread(b), b, b->id, 2));
	CHECK(wait_for(b, L4_ANYLOCALTHREAD));
	CHECK_EQ(get_mr(b, 1), 2);
	CHECK(!wait_for(b, L4_ANYLOCALTHREAD));
}

/* ---- the wait of the virtual sender ---- */

/* client calls server; server, which has taken that, is in an open wait. */
static void client_calls(struct thread *client, struct thread *server)
{
	CHECK(!wait_for(server, L4_ANYTHREAD));
	PUT(client, 7, 1);
	CHECK(!call_to(client, server));
	CHECK(!blocked(server));
}

static bool reply(struct thread *t, struct thread *to, l4_word_t word)
{
	PUT(t, 7, word);
	return ipc(t, to->id, NIL, timeouts(TIME_ZERO, TIME_NEVER)) && !l4_tag_failed(tag_of(t));
}

TEST(HPRO0012, "a server hands its client over: the client's wait is for the new server from then on")
{
	setup();
	client_calls(a, b);
	CHECK(!reply(b2, a, 0));
	CHECK(!wait_for(b2, L4_ANYTHREAD));
	CHECK(propagate(b, b2, a->id, 5));
	CHECK_GOT(b2, 5, a->id, b->id);
	CHECK(!reply(b, a, 6));
	CHECK(reply(b2, a, 8));
	CHECK_EQ(get_mr(a, 1), 8);
	CHECK_EQ(from_of(a).raw, b2->id.raw);
}

TEST(HPRO0013, "the wait follows when the message is delivered, not when it is queued")
{
	setup();
	client_calls(a, b);
	CHECK(!propagate(b, b2, a->id, 5));
	CHECK_EQ(a->recv_from.raw, b->id.raw);
	CHECK(wait_for(b2, L4_ANYTHREAD));
	CHECK_GOT(b2, 5, a->id, b->id);
	CHECK(reply(b2, a, 8));
	CHECK_EQ(from_of(a).raw, b2->id.raw);
}

TEST(HPRO0014, "the wait that follows keeps its deadline")
{
	setup();
	CHECK(!wait_for(b, L4_ANYTHREAD));
	PUT(a, 7, 1);
	CHECK(!ipc(a, b->id, b->id, timeouts(TIME_NEVER, time_us(5000))));
	world_pass(3000);
	CHECK(!wait_for(b2, L4_ANYTHREAD));
	CHECK(propagate(b, b2, a->id, 5));
	world_pass(1990);
	CHECK(blocked(a));
	world_pass(20);
	CHECK_FAILED(a, RECEIVE_ERROR(TIMEOUT));
}

TEST(HPRO0015, "the wait that follows to a thread finds what is queued in that one's name already")
{
	setup();
	client_calls(a, b);
	CHECK(!wait_for(b2, L4_ANYTHREAD));
	CHECK(!propagate(new_thread(b), a, b2->id, 77));
	CHECK(propagate(b, b2, a->id, 5));
	CHECK_EQ(a->work, WORK_RECEIVE);
	world_pass(10 * CFG_TIMESLICE_US);
	CHECK_EQ(a->work, WORK_NONE);
	CHECK_EQ(get_mr(a, 1), 77);
	CHECK_EQ(from_of(a).raw, b2->id.raw);
}

TEST(HPRO0035, "and has no deadline any more when it has taken that")
{
	setup();
	CHECK(!wait_for(b, L4_ANYTHREAD));
	PUT(a, 7, 1);
	CHECK(!ipc(a, b->id, b->id, timeouts(TIME_NEVER, time_us(200000))));
	CHECK(!wait_for(b2, L4_ANYTHREAD));
	CHECK(!propagate(new_thread(b), a, b2->id, 77));
	CHECK(propagate(b, b2, a->id, 5));
	world_pass(10 * CFG_TIMESLICE_US);
	CHECK_EQ(get_mr(a, 1), 77);
	CHECK(!wait_for(a, L4_ANYTHREAD));
	world_pass(200000);
	CHECK(blocked(a));
}

/* a, of low priority, calls b and waits for 5 ms; third, of b's space, sends to it in the name of b2. */
static struct thread *third;

static void third_sends(void)
{
	setup();
	third = new_thread(b);
	CHECK(!wait_for(b, L4_ANYTHREAD));
	PUT(a, 7, 1);
	CHECK(!ipc(a, b->id, b->id, timeouts(TIME_NEVER, time_us(5000))));
	CHECK(!wait_for(b2, L4_ANYTHREAD));
	CHECK(!propagate(third, a, b2->id, 77));
	set_prio(a, 50);
}

TEST(HPRO0016, "and if that is deleted before it is taken, the wait continues until its deadline")
{
	third_sends();
	world_pass(3000);
	CHECK(propagate(b, b2, a->id, 5));
	CHECK(exregs(b, local_id(third), 0x2 | 0x4, 0, 0));		/* third's send is cancelled */
	world_run(root);
	for (unsigned i = 0; i < 6; i++)
		CHECK(!receive_from((struct thread *[]){ a2, b, b2, c, third, root }[i], a->id));
	CHECK(blocked(a));
	CHECK_EQ(a->recv_from.raw, b2->id.raw);
	world_pass(1990);
	CHECK(blocked(a));
	world_pass(20);
	CHECK_FAILED(a, RECEIVE_ERROR(TIMEOUT));
}

TEST(HPRO0017, "a deadline that comes before the thread could look ends that wait too")
{
	third_sends();
	CHECK(propagate(b, b2, a->id, 5));
	CHECK_EQ(a->work, WORK_RECEIVE);
	world_pass(6000);
	set_prio(a, 150);
	CHECK_FAILED(a, RECEIVE_ERROR(TIMEOUT));
	CHECK(blocked(third));
	CHECK(delete_thread(a->id));
	CHECK_FAILED(third, SEND_ERROR(NOT_EXISTING));
}

TEST(HPRO0036, "a thread that is deleted before it took the message has no deadline left")
{
	setup();
	CHECK(!wait_for(b, L4_ANYTHREAD));
	PUT(a, 7, 1);
	CHECK(!ipc(a, b->id, b->id, timeouts(TIME_NEVER, time_us(5000))));
	CHECK(!wait_for(b2, L4_ANYTHREAD));
	CHECK(!propagate(new_thread(b), a, b2->id, 77));
	set_prio(a, 50);
	CHECK(propagate(b, b2, a->id, 5));
	CHECK_EQ(a->work, WORK_RECEIVE);
	CHECK(delete_thread(a->id));
	CHECK(tree_empty(&cpu_self()->timeouts));
}

TEST(HPRO0018, "a wait that is open, or for another thread, or not begun, does not follow")
{
	setup();
	CHECK(!wait_for(a, L4_ANYTHREAD));
	CHECK(!wait_for(b2, L4_ANYTHREAD));
	CHECK(propagate(b, b2, a->id, 5));
	CHECK(reply(c, a, 1));
	CHECK(!wait_for(a, c->id));
	CHECK(!wait_for(b2, L4_ANYTHREAD));
	CHECK(propagate(b, b2, a->id, 5));
	CHECK(!reply(b2, a, 1));
	CHECK(reply(c, a, 1));
	CHECK(!wait_for(b2, L4_ANYTHREAD));
	CHECK(propagate(b, b2, a->id, 5));
	CHECK(!wait_for(a, b->id));
	CHECK(!reply(b2, a, 1));
	CHECK(reply(b, a, 1));
}

TEST(HPRO0019, "a refused propagation moves no wait, nor does a message that is cut")
{
	setup();
	client_calls(a, b);
	CHECK(!wait_for(c, L4_ANYTHREAD));
	CHECK(propagate(b, c, a->id, 5));
	CHECK_PLAIN(c, 5, b->id);
	CHECK(!reply(c, a, 1));
	CHECK(!wait_for(b2, L4_ANYTHREAD));
	put_map(b, l4_fpage(0x400000, 12, L4_RWX), 0, false);	/* b2 has no window */
	in_name_of(b, a->id);
	CHECK(send_to(b, b2));
	CHECK_FAILED(b, SEND_ERROR(OVERFLOW));
	CHECK_FAILED(b2, RECEIVE_ERROR(OVERFLOW));
	CHECK(!reply(b2, a, 1));
	CHECK(reply(b, a, 2));
}

TEST(HPRO0020, "a pager hands a page fault over, and its successor's answer is taken")
{
	setup();
	*thread_tcr(a, L4_TCR_PAGER) = b->id.raw;
	give(b2, ram(12), 0x800000, 12, L4_RWX);
	CHECK(!wait_for(b, L4_ANYTHREAD));
	*thread_tcr(a, L4_TCR_SENDER) = KEPT;
	CHECK(!touch(a, 0x400000, L4_R));
	CHECK_EQ(from_of(b).raw, a->id.raw);
	CHECK(!wait_for(b2, L4_ANYTHREAD));
	CHECK(propagate(b, b2, a->id, 5));
	put_map(b2, l4_fpage(0x800000, 12, L4_RWX), 0x400000, false);
	CHECK(send_to(b2, a));
	CHECK_SENT(b2);
	CHECK(mapped(a, 0x400000, L4_R));
	CHECK_EQ(*thread_tcr(a, L4_TCR_SENDER), KEPT);
}

TEST(HPRO0021, "a thread is started by the thread to which its pager hands it over")
{
	l4_tid_t id;
	struct thread *t;

	setup();
	id = new_tid();
	CHECK(thread_control(root, id, a->id, root->id, b->id, free_utcb(a->space)));
	t = thread_find(id);
	CHECK(!wait_for(b2, L4_ANYTHREAD));
	CHECK(propagate(b, b2, id, 5));
	PUT(b2, 0, 0x5000, 0x6000);
	CHECK(send_to(b2, t));
	CHECK(!blocked(t));
	CHECK_EQ(thread_regs(t)->ip, 0x5000);
}
