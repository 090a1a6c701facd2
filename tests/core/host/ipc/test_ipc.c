/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_ipc.c - rendezvous: which partners meet, in which order, with which id, and what ends a wait.
 */
#include "world.h"

static struct thread *a, *b, *c;	/* three spaces */

static void three_spaces(void)
{
	world_boot();
	a = new_space();
	b = new_space();
	c = new_space();
}

TEST(HIPC0001, "a message reaches a waiting receiver of another space with label, words and global id")
{
	three_spaces();
	CHECK(!receive_from(b, L4_ANYTHREAD));
	PUT(a, 0x1234, 11, 22, 33);
	CHECK(send_to(a, b));
	CHECK_SENT(a);
	CHECK(!blocked(b));
	CHECK_EQ(tag_of(b).raw, l4_tag(0x1234, 3, 0).raw);
	CHECK_EQ(get_mr(b, 1), 11);
	CHECK_EQ(get_mr(b, 2), 22);
	CHECK_EQ(get_mr(b, 3), 33);
	CHECK_EQ(from_of(b).raw, a->id.raw);
}

TEST(HIPC0002, "inside a space the receiver sees the local id, however the partner was addressed")
{
	struct thread *d;

	three_spaces();
	d = new_thread(a);
	CHECK(!receive_from(d, L4_ANYTHREAD));
	PUT(a, 1);
	CHECK(send_to(a, d));
	CHECK_EQ(from_of(d).raw, local_id(a).raw);
	CHECK(!receive_from(d, a->id));
	CHECK(ipc(a, local_id(d), L4_NILTHREAD, 0));
	CHECK_SENT(a);
	CHECK_EQ(from_of(d).raw, local_id(a).raw);
	CHECK(!receive_from(d, local_id(a)));
	CHECK(send_to(a, d));
	CHECK_EQ(from_of(d).raw, local_id(a).raw);
}

TEST(HIPC0003, "a sender waits for its receiver, and continues when the message was taken")
{
	three_spaces();
	PUT(a, 7, 70);
	CHECK(!send_to(a, b));
	CHECK(thread_queued(a));
	CHECK(receive_from(b, L4_ANYTHREAD));
	CHECK_SENT(b);
	CHECK_EQ(from_of(b).raw, a->id.raw);
	CHECK_EQ(get_mr(b, 1), 70);
	CHECK(!blocked(a));
	CHECK_SENT(a);
}

TEST(HIPC0004, "a caller is already receiving when its message arrives: a zero-timeout reply meets it")
{
	three_spaces();
	CHECK(!receive_from(b, L4_ANYTHREAD));
	PUT(a, 1, 5);
	CHECK(!call_to(a, b));
	PUT(b, 2, get_mr(b, 1) * 2);
	CHECK(ipc(b, a->id, L4_NILTHREAD, timeouts(TIME_ZERO, TIME_ZERO)));
	CHECK_SENT(b);
	CHECK(!blocked(a));
	CHECK_EQ(get_mr(a, 1), 10);
	CHECK_EQ(from_of(a).raw, b->id.raw);
}

TEST(HIPC0005, "reply-and-wait answers one client and receives from the next")
{
	three_spaces();
	CHECK(!receive_from(c, L4_ANYTHREAD));
	PUT(a, 1);
	CHECK(!call_to(a, c));
	PUT(b, 2, 22);
	CHECK(!call_to(b, c));
	PUT(c, 9, 99);
	CHECK(ipc(c, a->id, L4_ANYTHREAD, timeouts(TIME_ZERO, TIME_NEVER)));
	CHECK_SENT(c);
	CHECK_EQ(from_of(c).raw, b->id.raw);
	CHECK_EQ(get_mr(c, 1), 22);
	CHECK(!blocked(a));
	CHECK_EQ(get_mr(a, 1), 99);
}

TEST(HIPC0006, "a closed wait takes its partner's message only; others stay queued")
{
	three_spaces();
	CHECK(!receive_from(c, b->id));
	PUT(a, 1);
	CHECK(!send_to(a, c));
	CHECK(blocked(c));
	PUT(b, 2);
	CHECK(send_to(b, c));
	CHECK(!blocked(c));
	CHECK_EQ(from_of(c).raw, b->id.raw);
	CHECK(blocked(a));
	CHECK(receive_from(c, a->id));
	CHECK_EQ(from_of(c).raw, a->id.raw);
}

TEST(HIPC0007, "a receive with zero timeout returns at once when no thread sends")
{
	three_spaces();
	CHECK(ipc(a, L4_NILTHREAD, L4_ANYTHREAD, timeouts(TIME_NEVER, TIME_ZERO)));
	CHECK_FAILED(a, RECEIVE_ERROR(TIMEOUT));
	CHECK_EQ(tag_of(a).raw, L4_TAG_ERROR);
	CHECK(ipc(a, L4_NILTHREAD, b->id, timeouts(TIME_NEVER, TIME_ZERO)));
	CHECK_FAILED(a, RECEIVE_ERROR(TIMEOUT));
}

TEST(HIPC0008, "a send with zero timeout returns at once when the partner does not receive")
{
	three_spaces();
	PUT(a, 3, 4);
	CHECK(ipc(a, b->id, L4_NILTHREAD, timeouts(TIME_ZERO, TIME_NEVER)));
	CHECK_FAILED(a, SEND_ERROR(TIMEOUT));
	CHECK_EQ(tag_of(a).raw, L4_TAG_ERROR);
	CHECK(receive_from(a, L4_ANYTHREAD) == false);
}

TEST(HIPC0009, "a send with a finite timeout fails when that has passed, not before")
{
	three_spaces();
	PUT(a, 3, 4);
	CHECK(!ipc(a, b->id, L4_NILTHREAD, timeouts(time_us(1000), TIME_NEVER)));
	world_pass(999);
	CHECK(blocked(a));
	world_pass(1);
	CHECK_FAILED(a, SEND_ERROR(TIMEOUT));
	CHECK_EQ(tag_of(a).raw, L4_TAG_ERROR);
	CHECK(ipc(b, L4_NILTHREAD, L4_ANYTHREAD, timeouts(TIME_ZERO, TIME_ZERO)));
	CHECK_FAILED(b, RECEIVE_ERROR(TIMEOUT));
}

TEST(HIPC0010, "a receive with a finite timeout fails when that has passed, not before")
{
	three_spaces();
	CHECK(!ipc(a, L4_NILTHREAD, b->id, timeouts(TIME_NEVER, time_us(500))));
	world_pass(499);
	CHECK(blocked(a));
	world_pass(1);
	CHECK_FAILED(a, RECEIVE_ERROR(TIMEOUT));
	CHECK_EQ(tag_of(a).raw, L4_TAG_ERROR);
}

TEST(HIPC0011, "an IPC without a timeout waits for ever")
{
	three_spaces();
	CHECK(!send_to(a, b));
	CHECK(!receive_from(c, L4_ANYTHREAD));
	host.now += 400ull * 24 * 3600 * 1000000;	/* in one go: no slice ends on the way */
	world_pass(1);
	CHECK(blocked(a));
	CHECK(blocked(c));
}

TEST(HIPC0012, "a time point as timeout ends the wait at that instant")
{
	uint64_t step = 1 << 10, at;
	l4_word_t point;

	three_spaces();
	world_pass(5 * step - host.now % step);
	/* 300 us into the step of 1024 us that begins now; c is bit 10 of the clock */
	at = host.now + 300;
	point = 0x8000 | (host.now >> 10 & 1) << 10 | 300;
	CHECK(!ipc(a, L4_NILTHREAD, b->id, timeouts(TIME_NEVER, point)));
	world_pass(299);
	CHECK(blocked(a));
	world_pass(1);
	CHECK_EQ(host.now, at);
	CHECK_FAILED(a, RECEIVE_ERROR(TIMEOUT));
	CHECK(ipc(a, L4_NILTHREAD, b->id, timeouts(TIME_NEVER, point)));	/* past by now */
	CHECK_FAILED(a, RECEIVE_ERROR(TIMEOUT));
}

TEST(HIPC0013, "the receive timeout of a call begins with its receive phase")
{
	three_spaces();
	PUT(a, 1);
	CHECK(!ipc(a, b->id, b->id, timeouts(TIME_NEVER, time_us(100))));
	world_pass(5000);
	CHECK(thread_queued(a));
	CHECK(receive_from(b, L4_ANYTHREAD));
	world_pass(99);
	CHECK(blocked(a));
	world_pass(1);
	CHECK_FAILED(a, RECEIVE_ERROR(TIMEOUT));
}

TEST(HIPC0014, "a wait for any local thread accepts senders of the own space only")
{
	struct thread *d;

	three_spaces();
	d = new_thread(a);
	CHECK(!receive_from(a, L4_ANYLOCALTHREAD));
	PUT(b, 1);
	CHECK(!send_to(b, a));
	CHECK(blocked(a));
	PUT(d, 2);
	CHECK(send_to(d, a));
	CHECK(!blocked(a));
	CHECK_EQ(from_of(a).raw, local_id(d).raw);
	CHECK(blocked(b));
}

TEST(HIPC0015, "a wait for any local thread passes over a foreign sender that came first")
{
	struct thread *d;

	three_spaces();
	d = new_thread(a);
	CHECK(!send_to(b, a));
	CHECK(!send_to(d, a));
	CHECK(receive_from(a, L4_ANYLOCALTHREAD));
	CHECK_EQ(from_of(a).raw, local_id(d).raw);
	CHECK(ipc(a, L4_NILTHREAD, L4_ANYLOCALTHREAD, timeouts(TIME_ZERO, TIME_ZERO)));
	CHECK_FAILED(a, RECEIVE_ERROR(TIMEOUT));
	CHECK(blocked(b));
}

TEST(HIPC0016, "an open wait takes senders of all spaces in the order in which they came; it may wrap")
{
	struct thread *order[6];

	three_spaces();
	a->last_order = UINT32_MAX - 2;			/* the count wraps in the middle */
	for (unsigned i = 0; i < 6; i++)
		order[i] = i % 2 ? new_thread(a) : new_thread(i == 2 ? c : b);
	for (unsigned i = 0; i < 6; i++) {
		PUT(order[i], i, i);
		CHECK(!send_to(order[i], a));
	}
	for (unsigned i = 0; i < 6; i++) {
		CHECK(receive_from(a, L4_ANYTHREAD));
		CHECK_EQ(get_mr(a, 1), i);
		CHECK_EQ(from_of(a).raw, (i % 2 ? local_id(order[i]) : order[i]->id).raw);
	}
}

TEST(HIPC0017, "a closed receive takes the named sender out of the middle of the queue")
{
	three_spaces();
	CHECK(!send_to(a, root));
	CHECK(!send_to(b, root));
	CHECK(!send_to(c, root));
	CHECK(receive_from(root, b->id));
	CHECK_EQ(from_of(root).raw, b->id.raw);
	CHECK(receive_from(root, L4_ANYTHREAD));
	CHECK_EQ(from_of(root).raw, a->id.raw);
	CHECK(receive_from(root, L4_ANYTHREAD));
	CHECK_EQ(from_of(root).raw, c->id.raw);
}

TEST(HIPC0018, "an IPC with neither phase does nothing")
{
	three_spaces();
	PUT(a, 1, 2, 3);
	CHECK(ipc(a, L4_NILTHREAD, L4_NILTHREAD, timeouts(TIME_NEVER, TIME_NEVER)));
	CHECK_SENT(a);
	CHECK_EQ(world_current() == a, 1);
}

TEST(HIPC0019, "a send to an id that does not exist, has a stale version, or is any thread fails with 2")
{
	l4_tid_t bad[5];

	three_spaces();
	bad[0] = new_tid();
	bad[1] = l4_tid_global(l4_tid_number(b->id), l4_tid_version(b->id) + 1);
	bad[2] = L4_ANYTHREAD;
	bad[3] = L4_ANYLOCALTHREAD;
	bad[4] = l4_tid_global(((l4_word_t)1 << L4_THREAD_BITS) - 1, 1);
	for (unsigned i = 0; i < 5; i++) {
		PUT(a, 1);
		CHECK(ipc(a, bad[i], L4_ANYTHREAD, timeouts(TIME_NEVER, TIME_NEVER)));
		CHECK_FAILED(a, SEND_ERROR(NOT_EXISTING));
	}
}

TEST(HIPC0020, "a closed receive from an id that does not exist or is stale fails with 2 at once")
{
	three_spaces();
	CHECK(receive_from(a, new_tid()));
	CHECK_FAILED(a, RECEIVE_ERROR(NOT_EXISTING));
	CHECK(receive_from(a, l4_tid_global(l4_tid_number(b->id), l4_tid_version(b->id) + 1)));
	CHECK_FAILED(a, RECEIVE_ERROR(NOT_EXISTING));
}

TEST(HIPC0021, "a local id that names no UTCB of a live thread fails with 2")
{
	l4_word_t base = L4_INITIAL_UTCB, bad[6];

	three_spaces();
	bad[0] = free_utcb(a->space) + L4_UTCB_MR0_OFFSET;
	bad[1] = local_id(a).raw + 64;
	bad[2] = base + ((l4_word_t)1 << SPACE_UTCB_LOG2) + L4_UTCB_MR0_OFFSET;
	bad[3] = base - L4_UTCB_BYTES + L4_UTCB_MR0_OFFSET;
	bad[4] = 64;
	bad[5] = ~(l4_word_t)0 << 7;
	for (unsigned i = 0; i < 6; i++) {
		CHECK(ipc(a, (l4_tid_t){ bad[i] }, L4_NILTHREAD, timeouts(TIME_NEVER, TIME_NEVER)));
		CHECK_FAILED(a, SEND_ERROR(NOT_EXISTING));
		CHECK(receive_from(a, (l4_tid_t){ bad[i] }));
		CHECK_FAILED(a, RECEIVE_ERROR(NOT_EXISTING));
	}
}

TEST(HIPC0022, "a local id names a thread of the caller's own space, not of another one at that address")
{
	struct thread *d, *e;

	three_spaces();
	d = new_thread(a);
	e = new_thread(b);
	CHECK_EQ(local_id(d).raw, local_id(e).raw);
	CHECK(!receive_from(e, L4_ANYTHREAD));
	CHECK(!receive_from(d, L4_ANYTHREAD));
	CHECK(ipc(b, local_id(d), L4_NILTHREAD, timeouts(TIME_NEVER, TIME_NEVER)));
	CHECK(blocked(d));
	CHECK(!blocked(e));
}

TEST(HIPC0023, "a send to an inactive thread waits until its timeout")
{
	struct thread *d;

	three_spaces();
	d = new_inactive(a);
	CHECK(!ipc(b, d->id, L4_NILTHREAD, timeouts(time_us(100), TIME_NEVER)));
	world_pass(100);
	CHECK_FAILED(b, SEND_ERROR(TIMEOUT));
}

TEST(HIPC0024, "to send to oneself, and to receive from oneself, is to sleep")
{
	three_spaces();
	CHECK(!ipc(a, a->id, L4_NILTHREAD, timeouts(time_us(100), TIME_NEVER)));
	world_pass(100);
	CHECK_FAILED(a, SEND_ERROR(TIMEOUT));
	CHECK(!ipc(a, L4_NILTHREAD, a->id, timeouts(TIME_NEVER, time_us(100))));
	world_pass(100);
	CHECK_FAILED(a, RECEIVE_ERROR(TIMEOUT));
	CHECK(!ipc(a, L4_NILTHREAD, local_id(a), timeouts(TIME_NEVER, time_us(100))));
	world_pass(100);
	CHECK_FAILED(a, RECEIVE_ERROR(TIMEOUT));
}

TEST(HIPC0025, "a failed send phase skips the receive phase")
{
	three_spaces();
	CHECK(!send_to(b, a));
	CHECK(ipc(a, c->id, b->id, timeouts(TIME_ZERO, TIME_NEVER)));
	CHECK_FAILED(a, SEND_ERROR(TIMEOUT));
	CHECK(blocked(b));
}

TEST(HIPC0026, "deleting a thread fails its queued senders with 2 in the send phase")
{
	three_spaces();
	CHECK(!send_to(a, b));
	CHECK(!call_to(c, b));
	CHECK(delete_thread(b->id));
	CHECK_FAILED(a, SEND_ERROR(NOT_EXISTING));
	CHECK_FAILED(c, SEND_ERROR(NOT_EXISTING));
}

TEST(HIPC0027, "deleting a thread fails the closed waits for it with 2 in the receive phase")
{
	three_spaces();
	CHECK(!receive_from(a, b->id));
	CHECK(!receive_from(b, L4_ANYTHREAD));
	PUT(c, 1);
	CHECK(!call_to(c, b));
	CHECK(!blocked(b));
	CHECK(delete_thread(b->id));
	CHECK_FAILED(a, RECEIVE_ERROR(NOT_EXISTING));
	CHECK_FAILED(c, RECEIVE_ERROR(NOT_EXISTING));
}

TEST(HIPC0028, "deleting a sender takes it out of the queue; deleting a waiter leaves its partner alone")
{
	three_spaces();
	CHECK(!send_to(a, root));
	CHECK(!send_to(b, root));
	CHECK(!receive_from(c, b->id));
	CHECK(delete_thread(a->id));
	CHECK(delete_thread(c->id));
	CHECK(receive_from(root, L4_ANYTHREAD));
	CHECK_EQ(from_of(root).raw, b->id.raw);
	CHECK(ipc(root, L4_NILTHREAD, L4_ANYTHREAD, timeouts(TIME_ZERO, TIME_ZERO)));
	CHECK_FAILED(root, RECEIVE_ERROR(TIMEOUT));
}

TEST(HIPC0029, "a thread in an open wait is not affected by deletions")
{
	three_spaces();
	CHECK(!receive_from(a, L4_ANYTHREAD));
	CHECK(delete_thread(b->id));
	CHECK(delete_thread(c->id));
	CHECK(blocked(a));
}

TEST(HIPC0030, "changing a thread's version fails the IPC of threads that named its old id")
{
	l4_tid_t id;

	three_spaces();
	id = l4_tid_global(l4_tid_number(b->id), l4_tid_version(b->id) + 1);
	CHECK(!send_to(a, b));
	CHECK(!receive_from(c, b->id));
	CHECK(thread_control(root, id, b->id, L4_NILTHREAD, L4_NILTHREAD, KEEP));
	CHECK_EQ(b->id.raw, id.raw);
	CHECK_FAILED(a, SEND_ERROR(NOT_EXISTING));
	CHECK_FAILED(c, RECEIVE_ERROR(NOT_EXISTING));
	CHECK(!send_to(a, b));
	CHECK(receive_from(b, L4_ANYTHREAD));
}

TEST(HIPC0031, "Lipc does what Ipc does")
{
	struct thread *d;

	three_spaces();
	d = new_thread(a);
	CHECK(!receive_from(d, L4_ANYLOCALTHREAD));
	PUT(a, 4, 44);
	CALL(a, L4_CALL_LIPC, local_id(d).raw, L4_NILTHREAD.raw, timeouts(TIME_NEVER, TIME_NEVER));
	CHECK_SENT(a);
	CHECK(!blocked(d));
	CHECK_EQ(get_mr(d, 1), 44);
	CHECK_EQ(from_of(d).raw, local_id(a).raw);
}

TEST(HIPC0032, "a detached interrupt is a valid partner to receive from")
{
	l4_tid_t irq = l4_tid_global(5, 1);

	three_spaces();
	CHECK(thread_control(root, irq, irq, L4_NILTHREAD, b->id, KEEP));
	CHECK(thread_control(root, irq, irq, L4_NILTHREAD, irq, KEEP));
	CHECK(!ipc(a, L4_NILTHREAD, irq, timeouts(TIME_NEVER, time_us(50))));
	world_pass(50);
	CHECK_FAILED(a, RECEIVE_ERROR(TIMEOUT));
}

TEST(HIPC0033, "a thread that timed out receives the next message as usual")
{
	three_spaces();
	CHECK(!ipc(a, L4_NILTHREAD, b->id, timeouts(TIME_NEVER, time_us(50))));
	world_pass(50);
	CHECK(!receive_from(a, b->id));
	PUT(b, 8, 80);
	CHECK(send_to(b, a));
	CHECK_SENT(a);
	CHECK_EQ(get_mr(a, 1), 80);
	world_pass(1000);
	CHECK_SENT(a);
}

TEST(HIPC0034, "a message that arrives before the timeout stops it")
{
	three_spaces();
	CHECK(!ipc(a, L4_NILTHREAD, b->id, timeouts(TIME_NEVER, time_us(500))));
	world_pass(499);
	PUT(b, 8, 80);
	CHECK(send_to(b, a));
	CHECK(!blocked(a));
	CHECK(!receive_from(a, b->id));
	world_pass(1000);
	CHECK(blocked(a));
}

TEST(HIPC0035, "messages between threads of one space and of two keep their order over 200 rounds")
{
	three_spaces();
	CHECK(!receive_from(b, L4_ANYTHREAD));
	for (l4_word_t i = 0; i < 200; i++) {
		PUT(a, i, i, ~i);
		CHECK(!call_to(a, b));
		CHECK_EQ(get_mr(b, 1), i);
		CHECK_EQ(get_mr(b, 2), ~i);
		PUT(b, i, i + 1);
		CHECK(!ipc(b, a->id, L4_ANYTHREAD, timeouts(TIME_ZERO, TIME_NEVER)));
		CHECK_EQ(get_mr(a, 1), i + 1);
	}
}

TEST(HIPC0036, "a queued sender that is taken before its timeout is not disturbed by it later")
{
	three_spaces();
	PUT(a, 1);
	CHECK(!ipc(a, b->id, L4_NILTHREAD, timeouts(time_us(500), TIME_NEVER)));
	CHECK(receive_from(b, L4_ANYTHREAD));
	CHECK_SENT(a);
	CHECK(!ipc(a, b->id, b->id, timeouts(time_us(500), TIME_NEVER)));
	CHECK(receive_from(b, a->id));
	world_pass(1000);
	CHECK(blocked(a));
	CHECK(thread_waits(a));
}

/* A sender whose own receive phase finds a queued sender receives later, when it runs (WORK_RECEIVE). */
TEST(HIPC0037, "a caller whose partner is deleted before it can receive takes no other thread's message")
{
	struct thread *d, *e;

	three_spaces();
	d = new_thread(a);
	e = new_thread(a);
	set_prio(a, 50);
	CHECK(!receive_from(root, b->id));
	PUT(a, 1);
	world_run(a);
	CHECK(!ipc(a, b->id, d->id, timeouts(TIME_NEVER, TIME_NEVER)));
	PUT(d, 2);
	CHECK(!send_to(d, a));
	PUT(e, 3);
	CHECK(!send_to(e, a));
	CHECK(receive_from(b, a->id));
	CHECK_EQ(a->work, WORK_RECEIVE);
	CHECK(send_to(b, root));
	CHECK(delete_thread(d->id));
	CHECK(!receive_from(root, root->id));
	CHECK(!receive_from(b, b->id));
	CHECK(!receive_from(c, c->id));
	CHECK(world_current() == a);
	CHECK_FAILED(a, RECEIVE_ERROR(NOT_EXISTING));
	CHECK(blocked(e));
}

TEST(HIPC0038, "a chain of callers, each waiting for the one before, unwinds to the end")
{
	struct thread *t[20];

	three_spaces();
	for (unsigned i = 0; i < 20; i++)
		t[i] = new_thread(i % 2 ? a : b);
	/* each sends to the one before, then receives from the one behind */
	for (unsigned i = 1; i < 20; i++) {
		PUT(t[i], i, i);
		CHECK(!ipc(t[i], t[i - 1]->id, i < 19 ? t[i + 1]->id : L4_NILTHREAD,
			   timeouts(TIME_NEVER, TIME_NEVER)));
	}
	CHECK(receive_from(t[0], t[1]->id));
	CHECK_EQ(get_mr(t[0], 1), 1);
	for (unsigned i = 0; i < 500; i++)	/* each has its turn for a slice */
		world_pass(CFG_TIMESLICE_US);
	for (unsigned i = 1; i < 20; i++)
		CHECK(!blocked(t[i]));
	for (unsigned i = 1; i < 19; i++)
		CHECK_EQ(get_mr(t[i], 1), i + 1);
}

TEST(HIPC0045, "a thread halted before it takes the message that was queued takes it, and stays halted")
{
	struct thread *boss;

	three_spaces();
	boss = new_thread(a);
	set_prio(boss, 200);
	CHECK(!receive_from(a, L4_ANYTHREAD));
	CHECK(!call_to(boss, a));
	PUT(c, 7, 8);
	CHECK(!send_to(c, a));
	ipc(a, boss->id, L4_ANYTHREAD, timeouts(TIME_NEVER, TIME_NEVER));
	CHECK_EQ(a->work, WORK_RECEIVE);
	CHECK(exregs(boss, a->id, L4_EXREGS_SET_HALT | L4_EXREGS_HALT, 0, 0));
	CHECK(!receive_from(root, root->id));
	CHECK(!receive_from(boss, boss->id));
	world_pass(10 * CFG_TIMESLICE_US);
	CHECK_EQ(get_mr(a, 1), 8);
	CHECK(a->halted && a->work == WORK_NONE);
	CHECK(world_current() != a);
	CHECK(!blocked(c));
}
