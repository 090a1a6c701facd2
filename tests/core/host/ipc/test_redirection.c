/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_redirection.c - a space whose messages go to a redirector (api 5.10): which ones, what the
 * redirector sees and may do with them, and whose answer the sender takes.
 */
#include "world.h"

#define NIL L4_NILTHREAD

enum { KEPT = 0x5e5e, R = L4_TAG_REDIRECTED, P = L4_TAG_PROPAGATED };

/* s and s2 in the space that is watched by r; r2 in r's space; d somewhere else. */
static struct thread *s, *s2, *r, *r2, *d;

static void setup(void)
{
	world_boot();
	s = new_space();
	s2 = new_thread(s);
	r = new_space();
	r2 = new_thread(r);
	d = new_space();
	redirect(s, r->id);
}

static bool say(struct thread *t, struct thread *to, l4_word_t word)
{
	PUT(t, 7, word);
	return send_to(t, to);
}

/* Zero timeout: returns true if it was received. */
static bool reaches(struct thread *t, struct thread *to, l4_word_t word)
{
	PUT(t, 7, word);
	return ipc(t, to->id, NIL, timeouts(TIME_ZERO, TIME_NEVER)) && !l4_tag_failed(tag_of(t));
}

static bool wait_for(struct thread *t, l4_tid_t from)
{
	*thread_tcr(t, L4_TCR_SENDER) = KEPT;
	*thread_tcr(t, L4_TCR_INTENDED_RECEIVER) = KEPT;
	return receive_from(t, from);
}

/* t, which has got it, sends on what is in its registers, in the name of `from`. */
static bool forward(struct thread *t, l4_tid_t from, struct thread *to)
{
	put_mr(t, 0, tag_of(t).raw & ~(l4_word_t)L4_TAG_FLAGS);
	in_name_of(t, from);
	return send_to(t, to);
}

#define CHECK_GOT(t, flags, word, from, actual, intended) \
	do { \
		CHECK(!blocked(t)); \
		CHECK_EQ(tag_of(t).raw, l4_tag(7, 1, 0).raw | (flags)); \
		CHECK_EQ(get_mr(t, 1), word); \
		CHECK_EQ(from_of(t).raw, (from).raw); \
		CHECK_EQ(*thread_tcr(t, L4_TCR_SENDER), (flags) & P ? (actual).raw : KEPT); \
		CHECK_EQ(*thread_tcr(t, L4_TCR_INTENDED_RECEIVER), (flags) & R ? (intended).raw : KEPT); \
	} while (0)

/* ---- which messages ---- */

TEST(HRED0001, "a message that leaves the space comes to the redirector, with its destination")
{
	setup();
	CHECK(!wait_for(d, L4_ANYTHREAD));
	CHECK(!wait_for(r, L4_ANYTHREAD));
	CHECK(say(s, d, 41));
	CHECK_SENT(s);
	CHECK_GOT(r, R, 41, s->id, NIL, d->id);
	CHECK(blocked(d));
}

TEST(HRED0002, "messages inside the space, and to any thread of the redirector's space, are not redirected")
{
	setup();
	CHECK(!wait_for(s2, L4_ANYTHREAD));
	CHECK(say(s, s2, 1));
	CHECK_GOT(s2, 0, 1, local_id(s), NIL, NIL);
	CHECK(!wait_for(r, L4_ANYTHREAD));
	CHECK(say(s, r, 2));
	CHECK_GOT(r, 0, 2, s->id, NIL, NIL);
	CHECK(!wait_for(r2, L4_ANYTHREAD));
	CHECK(say(s, r2, 3));
	CHECK_GOT(r2, 0, 3, s->id, NIL, NIL);
}

TEST(HRED0003, "anythread takes the redirector off, nilthread leaves it")
{
	setup();
	redirect(s, NIL);
	CHECK(!wait_for(d, L4_ANYTHREAD));
	CHECK(!reaches(s, d, 1));
	redirect(s, L4_ANYTHREAD);
	CHECK(reaches(s, d, 1));
	CHECK_GOT(d, 0, 1, s->id, NIL, NIL);
}

TEST(HRED0004, "a redirector may be named by a local id of the caller's space")
{
	setup();
	redirect(s, local_id(root));
	CHECK_EQ(s->space->redirector.raw, root->id.raw);
	CHECK(!wait_for(root, L4_ANYTHREAD));
	CHECK(say(s, d, 1));
	CHECK_GOT(root, R, 1, s->id, NIL, d->id);
}

TEST(HRED0005, "without its redirector, or with one that is no user's thread, a space is cut off")
{
	l4_tid_t ids[] = { l4_tid_global(5000, 1), l4_tid_global(3, 1), L4_ANYLOCALTHREAD,
			     l4_tid_global(HOST_IRQS, 1) };	/* the idle thread */

	setup();
	CHECK(!wait_for(d, L4_ANYTHREAD));
	CHECK(!wait_for(s2, L4_ANYTHREAD));
	for (unsigned i = 0; i <= 4; i++) {
		if (i < 4)
			redirect(s, ids[i]);
		else
			redirect(s, l4_tid_global(l4_tid_number(r->id), 5));
		CHECK(say(s, d, i));
		CHECK_FAILED(s, SEND_ERROR(NOT_EXISTING));
		CHECK(blocked(d));
	}
	CHECK(say(s, s2, 9));
	CHECK_SENT(s);
	CHECK(reaches(root, d, 8));
}

TEST(HRED0006, "a send to a thread that does not exist fails, redirector or not")
{
	setup();
	CHECK(!wait_for(r, L4_ANYTHREAD));
	PUT(s, 7, 1);
	CHECK(ipc(s, l4_tid_global(5000, 1), NIL, timeouts(TIME_NEVER, TIME_NEVER)));
	CHECK_FAILED(s, SEND_ERROR(NOT_EXISTING));
	CHECK(blocked(r));
}

TEST(HRED0007, "interrupts are acknowledged, and come, without the redirector")
{
	l4_tid_t irq = l4_tid_global(3, 1);

	setup();
	CHECK(thread_control(root, irq, irq, NIL, s->id, KEEP));
	CHECK(!receive_from(s, irq));
	world_irq(3);
	CHECK(!blocked(s));
	CHECK_EQ(from_of(s).raw, irq.raw);
	PUT(s, 0);
	CHECK(send_to(s, thread_find(irq)));
	CHECK_SENT(s);
	CHECK(host.irq_open[3]);
}

TEST(HRED0008, "a message that is too long fails at the redirector and at its sender")
{
	setup();
	CHECK(!wait_for(r, L4_ANYTHREAD));
	CHECK(!wait_for(d, L4_ANYTHREAD));
	put_mr(s, 0, l4_tag(0, 63, 1).raw);
	CHECK(send_to(s, d));
	CHECK_FAILED(s, SEND_ERROR(OVERFLOW));
	CHECK_FAILED(r, RECEIVE_ERROR(OVERFLOW));
	CHECK(blocked(d));
}

/* ---- queueing ---- */

TEST(HRED0009, "it queues at the redirector, until its sender's timeout")
{
	setup();
	CHECK(!wait_for(d, L4_ANYTHREAD));
	CHECK(!reaches(s, d, 1));
	CHECK_EQ(error_of(s), SEND_ERROR(TIMEOUT));
	PUT(s, 7, 2);
	CHECK(!ipc(s, d->id, NIL, timeouts(time_us(2000), TIME_NEVER)));
	PUT(s2, 7, 3);
	CHECK(!ipc(s2, d->id, NIL, timeouts(TIME_NEVER, TIME_NEVER)));
	world_pass(2100);
	CHECK_FAILED(s, SEND_ERROR(TIMEOUT));
	CHECK(wait_for(r, s2->id));
	CHECK_GOT(r, R, 3, s2->id, NIL, d->id);
}

TEST(HRED0010, "when the redirector goes, what is queued there fails; one that is replaced keeps it")
{
	setup();
	CHECK(!say(s, d, 1));
	redirect(s, r2->id);
	CHECK(!say(s2, d, 2));
	CHECK(wait_for(r, L4_ANYTHREAD));
	CHECK_GOT(r, R, 1, s->id, NIL, d->id);
	CHECK(blocked(s2));
	CHECK(delete_thread(r2->id));
	CHECK_FAILED(s2, SEND_ERROR(NOT_EXISTING));
	CHECK(say(s, d, 1));
	CHECK_FAILED(s, SEND_ERROR(NOT_EXISTING));
}

TEST(HRED0011, "its destination may be deleted, or moved to the redirector's space, meanwhile")
{
	l4_tid_t gone;

	setup();
	CHECK(new_thread(d) != 0);		/* whose place in the UTCB area is taken in r's space */
	d = new_thread(d);
	gone = d->id;
	CHECK(!say(s, d, 1));
	CHECK(!say(s2, d, 2));
	CHECK(thread_control(root, gone, r->id, NIL, NIL, KEEP));
	CHECK(wait_for(r, L4_ANYTHREAD));
	CHECK_GOT(r, R, 1, s->id, NIL, local_id(d));
	CHECK(delete_thread(gone));
	CHECK(wait_for(r, L4_ANYTHREAD));
	CHECK_GOT(r, R, 2, s2->id, NIL, gone);
}

/* ---- forwarding ---- */

TEST(HRED0012, "what the redirector forwards comes in the sender's name, with p and r")
{
	setup();
	CHECK(!wait_for(r, L4_ANYTHREAD));
	CHECK(say(s, d, 41));
	CHECK(!wait_for(d, L4_ANYTHREAD));
	CHECK(forward(r, s->id, d));
	CHECK_SENT(r);
	CHECK_GOT(d, P | R, 41, s->id, r->id, local_id(d));
}

TEST(HRED0013, "a thread beside the redirector may not forward, nor the redirector for another space")
{
	setup();
	CHECK(!wait_for(d, L4_ANYTHREAD));
	PUT(r2, 7, 1);
	CHECK(forward(r2, s->id, d));
	CHECK_GOT(d, 0, 1, r2->id, NIL, NIL);
	CHECK(!wait_for(d, L4_ANYTHREAD));
	PUT(r, 7, 2);
	CHECK(forward(r, root->id, d));
	CHECK_GOT(d, 0, 2, r->id, NIL, NIL);
}

TEST(HRED0014, "a closed wait for the sender accepts what is forwarded, waiting or queued")
{
	setup();
	CHECK(!wait_for(r, L4_ANYTHREAD));
	CHECK(!wait_for(d, s->id));
	CHECK(say(s, d, 41));
	CHECK(blocked(d));
	CHECK(forward(r, s->id, d));
	CHECK_GOT(d, P | R, 41, s->id, r->id, local_id(d));
	CHECK(!wait_for(r, L4_ANYTHREAD));
	CHECK(say(s, d, 42));
	CHECK(!forward(r, s->id, d));
	CHECK(wait_for(d, s->id));
	CHECK_GOT(d, P | R, 42, s->id, r->id, local_id(d));
}

TEST(HRED0015, "what is propagated inside the space and leaves it is both")
{
	setup();
	CHECK(!wait_for(r, L4_ANYTHREAD));
	PUT(s, 7, 5);
	in_name_of(s, s2->id);
	CHECK(send_to(s, d));
	CHECK_GOT(r, P | R, 5, s2->id, s->id, d->id);
}

/* ---- calls ---- */

static bool call(struct thread *t, struct thread *to, l4_word_t word)
{
	PUT(t, 7, word);
	return call_to(t, to);
}

TEST(HRED0016, "a caller waits for the redirector, which may answer itself")
{
	setup();
	CHECK(!wait_for(r, L4_ANYTHREAD));
	CHECK(!call(s, d, 1));
	CHECK(!reaches(d, s, 2));
	CHECK(reaches(r, s, 3));
	CHECK_EQ(get_mr(s, 1), 3);
	CHECK_EQ(from_of(s).raw, r->id.raw);
	CHECK(!call(s, d, 1));			/* and when it had to queue */
	CHECK(wait_for(r, L4_ANYTHREAD));
	CHECK(reaches(r, s, 4));
	CHECK_EQ(get_mr(s, 1), 4);
}

TEST(HRED0017, "a caller whose message is forwarded waits for the real receiver")
{
	setup();
	CHECK(!wait_for(r, L4_ANYTHREAD));
	CHECK(!wait_for(d, L4_ANYTHREAD));
	CHECK(!call(s, d, 1));
	CHECK(forward(r, s->id, d));
	CHECK_GOT(d, P | R, 1, s->id, r->id, local_id(d));
	CHECK(!reaches(r, s, 2));
	CHECK(reaches(d, s, 3));
	CHECK_EQ(get_mr(s, 1), 3);
	CHECK_EQ(from_of(s).raw, d->id.raw);
}

TEST(HRED0018, "an open wait, or one for a third thread, is not changed")
{
	setup();
	CHECK(!wait_for(r, L4_ANYTHREAD));
	PUT(s, 7, 1);
	CHECK(!ipc(s, d->id, L4_ANYTHREAD, timeouts(TIME_NEVER, TIME_NEVER)));
	CHECK(reaches(d, s, 2));
	CHECK(!wait_for(r, L4_ANYTHREAD));
	PUT(s, 7, 1);
	CHECK(!ipc(s, d->id, root->id, timeouts(TIME_NEVER, TIME_NEVER)));
	CHECK(!reaches(d, s, 2));
	CHECK(!reaches(r, s, 2));
	CHECK(reaches(root, s, 2));
}

TEST(HRED0019, "two spaces with one redirector talk through it, in both directions")
{
	setup();
	redirect(d, r->id);
	CHECK(!wait_for(r, L4_ANYTHREAD));
	CHECK(!wait_for(d, L4_ANYTHREAD));
	CHECK(!call(s, d, 1));
	CHECK(forward(r, s->id, d));
	CHECK(!wait_for(r, L4_ANYTHREAD));
	CHECK(reaches(d, s, 2));
	CHECK_GOT(r, R, 2, d->id, NIL, s->id);
	CHECK(blocked(s));
	*thread_tcr(s, L4_TCR_INTENDED_RECEIVER) = KEPT;
	CHECK(forward(r, d->id, s));
	CHECK_GOT(s, P | R, 2, d->id, r->id, local_id(s));
}

/* ---- chains and loops ---- */

TEST(HRED0020, "a redirector's own messages may be redirected: the chain forwards, and the wait follows")
{
	struct thread *q;

	setup();
	q = new_space();
	redirect(r, q->id);
	CHECK(!wait_for(r, L4_ANYTHREAD));
	CHECK(!wait_for(q, L4_ANYTHREAD));
	CHECK(!wait_for(d, L4_ANYTHREAD));
	CHECK(!call(s, d, 1));
	CHECK_GOT(r, R, 1, s->id, NIL, d->id);
	CHECK(forward(r, s->id, d));
	CHECK_GOT(q, P | R, 1, s->id, r->id, d->id);
	CHECK(blocked(d));
	CHECK(!reaches(r2, s, 9));
	CHECK(forward(q, s->id, d));
	CHECK_GOT(d, P | R, 1, s->id, q->id, local_id(d));
	CHECK(!reaches(q, s, 9));
	CHECK(reaches(d, s, 3));
	CHECK_EQ(get_mr(s, 1), 3);
}

TEST(HRED0021, "a chain may have 16 redirectors, and ends there")
{
	struct thread *t[CFG_REDIRECTORS + 1];

	setup();
	t[0] = r;
	for (unsigned i = 1; i <= CFG_REDIRECTORS; i++) {
		t[i] = new_space();
		redirect(t[i - 1], t[i]->id);
	}
	CHECK(!wait_for(d, L4_ANYTHREAD));
	PUT(t[CFG_REDIRECTORS], 7, 1);
	CHECK(forward(t[CFG_REDIRECTORS], s->id, d));
	CHECK_GOT(d, 0, 1, t[CFG_REDIRECTORS]->id, NIL, NIL);
	redirect(t[CFG_REDIRECTORS - 1], L4_ANYTHREAD);
	CHECK(!wait_for(d, L4_ANYTHREAD));
	PUT(t[CFG_REDIRECTORS - 1], 7, 1);
	CHECK(forward(t[CFG_REDIRECTORS - 1], s->id, d));
	CHECK_GOT(d, P | R, 1, s->id, t[CFG_REDIRECTORS - 1]->id, local_id(d));
}

TEST(HRED0022, "two redirectors that watch each other's spaces pass a message to and fro; no thread hangs")
{
	setup();
	redirect(r, s2->id);
	CHECK(!wait_for(r, L4_ANYTHREAD));
	CHECK(say(s, d, 1));
	for (unsigned i = 0; i < 3; i++) {
		CHECK(!wait_for(s2, L4_ANYTHREAD));
		CHECK(forward(r, s->id, d));
		CHECK_GOT(s2, P | R, 1, local_id(s), r->id, d->id);
		CHECK(!wait_for(r, L4_ANYTHREAD));
		CHECK(forward(s2, s->id, d));
		CHECK_GOT(r, P | R, 1, s->id, s2->id, d->id);
	}
}

TEST(HRED0023, "a redirector in the space it watches sends freely, the other threads through it")
{
	setup();
	redirect(s, s2->id);
	CHECK(!wait_for(s2, L4_ANYTHREAD));
	CHECK(!wait_for(d, L4_ANYTHREAD));
	CHECK(say(s, d, 1));
	CHECK_GOT(s2, R, 1, local_id(s), NIL, d->id);
	CHECK(forward(s2, s->id, d));
	CHECK_GOT(d, P | R, 1, s->id, s2->id, local_id(d));
	CHECK(!wait_for(d, L4_ANYTHREAD));
	CHECK(say(s2, d, 2));
	CHECK_GOT(d, 0, 2, s2->id, NIL, NIL);
}

/* ---- items ---- */

TEST(HRED0024, "map items go from the sender's space to the redirector's")
{
	setup();
	give(s, ram(12), 0x800000, 12, L4_RWX);
	accept_window(r, L4_COMPLETE);
	CHECK(!wait_for(r, L4_ANYTHREAD));
	put_map(s, l4_fpage(0x800000, 12, L4_RWX), 0x900000, false);
	CHECK(send_to(s, d));
	CHECK_SENT(s);
	CHECK_SENT(r);
	CHECK_EQ(tag_of(r).raw & L4_TAG_FLAGS, R);
	CHECK(mapped(r, 0x900000, L4_RWX));
	CHECK(!mapped(d, 0x900000, L4_R));
}
