/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_sched.c - the choice of the next thread: priorities, slices, yielding, donation; Schedule and its
 * refusals.
 */
#include "world.h"

static struct thread *a, *b, *c;

static void set_up(void)
{
	world_boot();
	a = new_space();
	b = new_space();
	c = new_space();
}

/* Root sleeps, so that only the threads of the test are left. */
static void without_root(void)
{
	CHECK(!receive_from(root, root->id));
}

static l4_word_t slice_word(unsigned us)
{
	return time_us(us) << 16;
}

TEST(HSCH0001, "a thread that is woken by a message runs at once if its priority is higher")
{
	set_up();
	CHECK(!receive_from(b, L4_ANYTHREAD));
	set_prio(b, 101);
	PUT(a, 1);
	CHECK(send_to(a, b));
	CHECK(world_current() == b);
	CHECK(!receive_from(b, L4_ANYTHREAD));
}

TEST(HSCH0002, "a sender continues if the receiver's priority is not higher")
{
	set_up();
	CHECK(!receive_from(b, L4_ANYTHREAD));
	CHECK(send_to(a, b));
	CHECK(world_current() == a);
	set_prio(b, 99);
	CHECK(!receive_from(b, L4_ANYTHREAD));
	CHECK(send_to(a, b));
	CHECK(world_current() == a);
}

TEST(HSCH0003, "a caller hands over to its server directly, and the reply hands back")
{
	set_up();
	CHECK(!receive_from(b, L4_ANYTHREAD));
	world_run(a);			/* c and root are ready too, and came first */
	PUT(a, 1);
	CHECK(!call_to(a, b));
	CHECK(world_current() == b);
	CHECK(!ipc(b, a->id, L4_ANYTHREAD, timeouts(TIME_ZERO, TIME_NEVER)));
	CHECK(world_current() == a);
}

TEST(HSCH0004, "a caller's server does not run while a thread of a higher priority is ready")
{
	set_up();
	CHECK(!receive_from(b, L4_ANYTHREAD));
	set_prio(b, 50);
	PUT(a, 1);
	CHECK(!call_to(a, b));
	CHECK(world_current() != b);
	CHECK_EQ(world_current()->prio, CFG_PRIO_DEFAULT);
}

TEST(HSCH0005, "yielding lets the equals run in turn, each once")
{
	struct thread *first;
	unsigned seen = 0;

	set_up();
	without_root();
	first = world_current();
	for (unsigned i = 0; i < 3; i++) {
		struct thread *t = world_current();

		seen |= (t == a) | (t == b) << 1 | (t == c) << 2;
		yield(t);
	}
	CHECK_EQ(seen, 7);
	CHECK(world_current() == first);
}

TEST(HSCH0006, "a thread runs for its slice and then its equals have their turn")
{
	struct thread *first, *second;

	set_up();
	without_root();
	yield(world_current());
	first = world_current();
	world_pass(CFG_TIMESLICE_US - 1);
	CHECK(world_current() == first);
	world_pass(2);
	second = world_current();
	CHECK(second != first);
	world_pass(CFG_TIMESLICE_US);
	CHECK(world_current() != second && world_current() != first);
	world_pass(CFG_TIMESLICE_US);
	CHECK(world_current() == first);
}

TEST(HSCH0007, "slices are shared evenly over a long time, and the time used is charged")
{
	uint64_t before[3], used;
	struct thread *t[3];

	set_up();
	t[0] = a;
	t[1] = b;
	t[2] = c;
	without_root();
	yield(world_current());
	for (unsigned i = 0; i < 3; i++)
		before[i] = t[i]->time_used;
	world_pass(300ull * CFG_TIMESLICE_US);
	yield(world_current());
	for (unsigned i = 0; i < 3; i++) {
		used = t[i]->time_used - before[i];
		CHECK(used >= 99ull * CFG_TIMESLICE_US && used <= 101ull * CFG_TIMESLICE_US);
	}
}

TEST(HSCH0008, "a thread whose slice never ends is not preempted by its equals")
{
	set_up();
	CHECK(schedule(root, a->id, (l4_word_t)TIME_NEVER << 16, KEEP) != L4_SCHED_ERROR);
	without_root();
	world_run(a);
	yield(a);
	world_run(a);
	while (world_current() != a)
		yield(world_current());
	world_pass(1000 * CFG_TIMESLICE_US);
	if (world_current() != a) {	/* a ran on a donated slice: now it is on its own */
		while (world_current() != a)
			yield(world_current());
		world_pass(1000 * CFG_TIMESLICE_US);
	}
	CHECK(world_current() == a);
}

TEST(HSCH0009, "a longer slice is honoured, and what is left of it is reported")
{
	l4_word_t left;

	set_up();
	CHECK(schedule(root, a->id, slice_word(40000), KEEP) != L4_SCHED_ERROR);
	CHECK(schedule(root, a->id, KEEP, KEEP) != L4_SCHED_ERROR);
	left = thread_regs(root)->out[1];
	CHECK_EQ(l4_period_us((l4_time_t){ (uint16_t)(left >> 16) }), l4_period_us(l4_period(40000)));
	CHECK_EQ(left & 0xffff, 0);
	CHECK_EQ(a->slice, l4_period_us(l4_period(40000)));
}

TEST(HSCH0010, "0xFFFF in either half of TimeControl leaves it, and 0x1FF leaves the priority")
{
	set_up();
	CHECK(schedule(root, a->id, 0xffffffff, 0x1ff) != L4_SCHED_ERROR);
	CHECK_EQ(a->slice, CFG_TIMESLICE_US);
	CHECK_EQ(a->prio, CFG_PRIO_DEFAULT);
	CHECK(schedule(root, a->id, 0xffffffff, 0x1ff | 0xabcd00 << 1) != L4_SCHED_ERROR);
	CHECK_EQ(a->prio, CFG_PRIO_DEFAULT);
	CHECK(schedule(root, a->id, slice_word(5000) | 0xffff, 77 | 0xabcd00 << 1) != L4_SCHED_ERROR);
	CHECK_EQ(a->slice, l4_period_us(l4_period(5000)));
	CHECK_EQ(a->quantum, 0);
	CHECK_EQ(a->prio, 77);
	CHECK(schedule(root, a->id, 0xffff0000 | time_us(6000), KEEP) != L4_SCHED_ERROR);
	CHECK(schedule(root, a->id, slice_word(7000) | 0xffff, KEEP) != L4_SCHED_ERROR);
	CHECK_EQ(a->slice, l4_period_us(l4_period(7000)));
	CHECK_EQ(a->quantum, l4_period_us(l4_period(6000)));
}

TEST(HSCH0011, "only the scheduler's space and privileged threads may call Schedule: 1")
{
	struct thread *a2;

	set_up();
	a2 = new_thread(a);
	CHECK_EQ(schedule(a, b->id, KEEP, 10), L4_SCHED_ERROR);
	CHECK_EQ(error_of(a), L4_ERR_NO_PRIVILEGE);
	CHECK(thread_control(root, b->id, b->id, a->id, L4_NILTHREAD, KEEP));
	CHECK(schedule(a, b->id, KEEP, 10) != L4_SCHED_ERROR);
	CHECK_EQ(b->prio, 10);
	CHECK(schedule(a2, b->id, KEEP, 11) != L4_SCHED_ERROR);
	CHECK_EQ(b->prio, 11);
	CHECK_EQ(schedule(c, b->id, KEEP, 10), L4_SCHED_ERROR);
	CHECK_EQ(error_of(c), L4_ERR_NO_PRIVILEGE);
}

TEST(HSCH0012, "a scheduler cannot give more than its own priority: 1; a privileged one can")
{
	set_up();
	CHECK(thread_control(root, b->id, b->id, a->id, L4_NILTHREAD, KEEP));
	CHECK_EQ(schedule(a, b->id, KEEP, 101), L4_SCHED_ERROR);
	CHECK_EQ(error_of(a), L4_ERR_NO_PRIVILEGE);
	CHECK(schedule(a, b->id, KEEP, 100) != L4_SCHED_ERROR);
	CALL(a, L4_CALL_SCHEDULE, b->id.raw, KEEP, KEEP, KEEP, 101 << 16);
	CHECK_EQ(thread_regs(a)->out[0], L4_SCHED_ERROR);
	CHECK_EQ(error_of(a), L4_ERR_NO_PRIVILEGE);
	CALL(a, L4_CALL_SCHEDULE, b->id.raw, KEEP, KEEP, KEEP, 100 << 16 | 500);
	CHECK(thread_regs(a)->out[0] != L4_SCHED_ERROR);
	CHECK_EQ(b->sensitive_prio, 100);
	CHECK_EQ(b->max_delay, 500);
	CHECK(schedule(root, b->id, KEEP, 255) != L4_SCHED_ERROR);
	CHECK_EQ(b->prio, 255);
}

TEST(HSCH0013, "a destination that does not exist is refused with 2, a bad parameter with 5")
{
	set_up();
	CHECK_EQ(schedule(root, new_tid(), KEEP, KEEP), L4_SCHED_ERROR);
	CHECK_EQ(error_of(root), L4_ERR_THREAD);
	CHECK_EQ(schedule(root, L4_NILTHREAD, KEEP, KEEP), L4_SCHED_ERROR);
	CHECK_EQ(error_of(root), L4_ERR_THREAD);
	CHECK_EQ(schedule(root, a->id, 0x8001u << 16, KEEP), L4_SCHED_ERROR);
	CHECK_EQ(error_of(root), L4_ERR_PARAM);
	CALL(root, L4_CALL_SCHEDULE, a->id.raw, KEEP, 1, KEEP, KEEP);
	CHECK_EQ(thread_regs(root)->out[0], L4_SCHED_ERROR);
	CHECK_EQ(error_of(root), L4_ERR_PARAM);
	CALL(root, L4_CALL_SCHEDULE, a->id.raw, KEEP, 0, KEEP, KEEP);
	CHECK(thread_regs(root)->out[0] != L4_SCHED_ERROR);
}

TEST(HSCH0014, "Schedule shows whether a thread runs, waits, sends or is stopped")
{
	set_up();
	CHECK_EQ(schedule(root, a->id, KEEP, KEEP), L4_SCHED_RUNNING);
	CHECK(!send_to(a, b));
	CHECK_EQ(schedule(root, a->id, KEEP, KEEP), L4_SCHED_PENDING_SEND);
	CHECK(!receive_from(c, L4_ANYTHREAD));
	CHECK_EQ(schedule(root, c->id, KEEP, KEEP), L4_SCHED_WAITING);
	CHECK_EQ(schedule(root, new_inactive(b)->id, KEEP, KEEP), L4_SCHED_INACTIVE);
	CHECK_EQ(schedule(root, root->id, KEEP, KEEP), L4_SCHED_RUNNING);
}

TEST(HSCH0015, "raising another thread above oneself hands over the processor at once")
{
	set_up();
	CHECK(schedule(root, a->id, KEEP, 200) != L4_SCHED_ERROR);
	CHECK(world_current() == a);
}

TEST(HSCH0016, "lowering oneself below a ready thread hands over the processor at once")
{
	set_up();
	CHECK(schedule(root, root->id, KEEP, 10) != L4_SCHED_ERROR);
	CHECK(world_current() != root);
}

TEST(HSCH0017, "when no thread is ready the machine idles until a timeout wakes one")
{
	set_up();
	without_root();
	CHECK(!receive_from(b, b->id));
	CHECK(!receive_from(c, c->id));
	CHECK(!ipc(a, L4_NILTHREAD, a->id, timeouts(TIME_NEVER, time_us(700))));
	CHECK_EQ(world_current()->kind, THREAD_IDLE);
	world_pass(699);
	CHECK_EQ(world_current()->kind, THREAD_IDLE);
	world_pass(1);
	CHECK(world_current() == a);
}

TEST(HSCH0018, "a thread woken by its timeout preempts one of lower priority, not one of its own")
{
	set_up();
	CHECK(!ipc(a, L4_NILTHREAD, a->id, timeouts(TIME_NEVER, time_us(100))));
	CHECK(!ipc(c, L4_NILTHREAD, c->id, timeouts(TIME_NEVER, time_us(200))));
	set_prio(a, 120);
	world_run(b);
	world_pass(100);
	CHECK(world_current() == a);
	CHECK(!receive_from(a, a->id));
	world_run(b);
	world_pass(100);
	CHECK(!blocked(c));
	CHECK(world_current() == b);
}

TEST(HSCH0019, "the slice goes along with a call: the server's time is charged to its client")
{
	uint64_t client, server;

	set_up();
	CHECK(!receive_from(b, L4_ANYTHREAD));
	without_root();
	CHECK(!receive_from(c, c->id));
	client = a->time_used;
	server = b->time_used;
	PUT(a, 1);
	CHECK(!call_to(a, b));
	CHECK(world_current() == b);
	world_pass(3000);
	CHECK(!ipc(b, a->id, L4_ANYTHREAD, timeouts(TIME_ZERO, TIME_NEVER)));
	CHECK(world_current() == a);
	yield(a);
	CHECK(a->time_used - client >= 3000);
	CHECK_EQ(b->time_used, server);
}

TEST(HSCH0020, "hundreds of timeouts of one instant all end, a bounded number a step")
{
	struct thread *t[150];

	set_up();
	for (unsigned i = 0; i < 150; i++) {
		t[i] = new_thread(a);
		CHECK(!ipc(t[i], L4_NILTHREAD, t[i]->id, timeouts(TIME_NEVER, time_us(1000))));
	}
	host.now += 1000;
	world_settle(preempt_timer(world_current()));
	CHECK(host.timer <= host.now);		/* the rest is due at once */
	world_pass(1);
	for (unsigned i = 0; i < 150; i++)
		CHECK_FAILED(t[i], RECEIVE_ERROR(TIMEOUT));
}

TEST(HSCH0021, "switching to a thread lets it run; to one that cannot run, and to oneself, it is a yield")
{
	set_up();
	world_run(a);
	CALL(a, L4_CALL_THREAD_SWITCH, c->id.raw);
	CHECK(world_current() == c);
	CHECK(!receive_from(b, L4_ANYTHREAD));
	world_run(a);
	CALL(a, L4_CALL_THREAD_SWITCH, b->id.raw);
	CHECK(world_current() != a);
	CHECK(world_current() != b);
	world_run(a);
	CALL(a, L4_CALL_THREAD_SWITCH, new_tid().raw);
	CHECK(world_current() != a);
	world_run(a);
	CALL(a, L4_CALL_THREAD_SWITCH, a->id.raw);
	CHECK(world_current() != a);
}

TEST(HSCH0022, "a thread to which the processor was donated cannot keep it beyond the donor's slice")
{
	set_up();
	without_root();
	world_run(a);
	yield(a);
	while (world_current() != a)
		yield(world_current());
	CALL(a, L4_CALL_THREAD_SWITCH, c->id.raw);
	CHECK(world_current() == c);
	world_pass(CFG_TIMESLICE_US + 1);
	CHECK(world_current() != c);
}

TEST(HSCH0023, "a low thread never runs while a high one is ready, however many slices pass")
{
	uint64_t used;

	set_up();
	set_prio(b, 20);
	used = b->time_used;
	for (unsigned i = 0; i < 50; i++) {
		world_pass(CFG_TIMESLICE_US);
		CHECK(world_current() != b);
	}
	CHECK_EQ(b->time_used, used);
}

TEST(HSCH0024, "the extremes of priority work: 0 runs when no other thread is ready, 255 always")
{
	set_up();
	set_prio(a, 0);
	without_root();
	CHECK(!receive_from(b, b->id));
	CHECK(!receive_from(c, c->id));
	CHECK(world_current() == a);
	world_pass(5 * CFG_TIMESLICE_US);
	CHECK(world_current() == a);
}

TEST(HSCH0025, "the timer is off when nothing is due and no other thread is ready")
{
	set_up();
	without_root();
	CHECK(!receive_from(b, b->id));
	CHECK(!receive_from(c, c->id));
	world_pass(10 * CFG_TIMESLICE_US);	/* lets an early setting run out */
	CHECK_EQ(host.timer, L4_FOREVER);
}

TEST(HSCH0026, "deleting the running slice's owner leaves the scheduler in order")
{
	set_up();
	CHECK(!receive_from(root, L4_ANYTHREAD));
	CHECK(!receive_from(b, L4_ANYTHREAD));
	PUT(a, 1);
	CHECK(!call_to(a, b));
	CHECK(world_current() == b);		/* on a's slice */
	CHECK(send_to(b, root));
	CHECK(delete_thread(a->id));
	world_run(b);
	world_pass(10 * CFG_TIMESLICE_US);
}

TEST(HSCH0027, "a thread that yields has a fresh slice when its turn comes again")
{
	set_up();
	without_root();
	CHECK(!receive_from(c, c->id));
	yield(world_current());
	world_run(a);
	yield(a);
	CHECK(world_current() == b);
	world_pass(CFG_TIMESLICE_US - 1000);
	yield(b);
	CHECK(world_current() == a);
	yield(a);
	CHECK(world_current() == b);
	world_pass(CFG_TIMESLICE_US - 1000);
	CHECK(world_current() == b);
}

TEST(HSCH0028, "a server that runs on its client's slice donates its own, not the client's")
{
	set_up();
	without_root();
	CHECK(!receive_from(b, L4_ANYTHREAD));
	while (world_current() != a || cpu_self()->slice_owner != a)
		yield(world_current());
	PUT(a, 1);
	CHECK(!call_to(a, b));
	CHECK(world_current() == b);
	CHECK(cpu_self()->slice_owner == a);
	CALL(b, L4_CALL_THREAD_SWITCH, c->id.raw);
	CHECK(world_current() == c);
	CHECK(cpu_self()->slice_owner == b);
}

TEST(HSCH0029, "a thread that runs by the grace of a higher one cannot pass the processor on below it")
{
	set_up();
	CHECK(schedule(root, b->id, KEEP, 90) != L4_SCHED_ERROR);
	CHECK(schedule(root, c->id, KEEP, 90) != L4_SCHED_ERROR);
	without_root();
	CHECK(world_current() == a);
	CALL(a, L4_CALL_THREAD_SWITCH, b->id.raw);
	CHECK(world_current() == b);
	call_raw(b, L4_CALL_THREAD_SWITCH, (l4_word_t[8]){ c->id.raw });
	CHECK(world_current() == a);
}

TEST(HSCH0030, "slices of no length, and time points for slice or quantum, are refused with 5")
{
	set_up();
	CHECK_EQ(schedule(root, a->id, (l4_word_t)TIME_ZERO << 16, KEEP), L4_SCHED_ERROR);
	CHECK_EQ(error_of(root), L4_ERR_PARAM);
	CHECK_EQ(schedule(root, a->id, (l4_word_t)0xffff << 16 | 0x8123, KEEP), L4_SCHED_ERROR);
	CHECK_EQ(error_of(root), L4_ERR_PARAM);
	CHECK_EQ(a->slice, CFG_TIMESLICE_US);
}

TEST(HSCH0031, "a timer that fires while the machine idles, with nothing due, changes nothing")
{
	set_up();
	without_root();
	CHECK(!receive_from(a, a->id));
	CHECK(!receive_from(b, b->id));
	CHECK(!receive_from(c, c->id));
	world_settle(preempt_timer(world_current()));
	CHECK_EQ(world_current()->kind, THREAD_IDLE);
}

TEST(HSCH0032, "a slice that ended while no other thread was ready is a fresh one when one becomes ready")
{
	set_up();
	CHECK(!ipc(b, L4_NILTHREAD, b->id, timeouts(TIME_NEVER, time_us(3 * CFG_TIMESLICE_US / 2))));
	CHECK(!receive_from(c, c->id));
	without_root();
	CHECK(world_current() == a);
	yield(a);
	world_pass(2 * CFG_TIMESLICE_US - 1);
	CHECK(!blocked(b));
	CHECK(world_current() == a);
	world_pass(1);
	CHECK(world_current() == b);
}

TEST(HSCH0033, "a TimeControl with a bit above 31, but all ones, is refused with 5 and changes nothing")
{
	uint64_t time = (uint64_t)slice_word(5000) | time_us(6000);

	set_up();
	for (unsigned bit = 32; bit < 8 * sizeof(l4_word_t); bit++) {
		CHECK_EQ(schedule(root, a->id, (l4_word_t)(time | (uint64_t)1 << bit), 77), L4_SCHED_ERROR);
		CHECK_EQ(error_of(root), L4_ERR_PARAM);
	}
	CHECK_EQ(a->slice, CFG_TIMESLICE_US);
	CHECK_EQ(a->quantum, 0);
	CHECK_EQ(a->prio, CFG_PRIO_DEFAULT);
	CHECK(schedule(root, a->id, (l4_word_t)time, KEEP) != L4_SCHED_ERROR);
	CHECK_EQ(a->quantum, l4_period_us(l4_period(6000)));
}

/* b, of this priority, has sent to a, and a takes that: which one runs then? */
static struct thread *take_queued(unsigned prio, unsigned kind, bool calls)
{
	set_up();
	give(b, ram(12), 0x8000, 12, L4_RWX);
	set_prio(b, prio);
	CHECK(!receive_from(c, L4_ANYTHREAD));
	accept_window(a, L4_COMPLETE);
	PUT(b, 1, 2);
	if (kind == 1)
		put_map(b, l4_fpage(0x8000, 12, L4_RWX), 0x8000, false);
	if (kind == 2)
		in_name_of(b, b->id);
	CHECK(!(calls ? call_to(b, a) : send_to(b, a)));
	CHECK(ipc(a, L4_NILTHREAD, kind == 3 ? b->id : L4_ANYTHREAD,
		  timeouts(TIME_NEVER, kind == 4 ? time_us(1000) : TIME_NEVER)));
	CHECK_SENT(a);
	CHECK(calls || !blocked(b));
	return world_current();
}

TEST(HSCH0034, "a queued sender without a receive phase runs when its message is taken, if it is not below")
{
	for (unsigned kind = 0; kind < 5; kind++) {
		CHECK(take_queued(CFG_PRIO_DEFAULT - 1, kind, false) == a);
		CHECK(take_queued(CFG_PRIO_DEFAULT, kind, true) == a);
		CHECK(take_queued(CFG_PRIO_DEFAULT, kind, false) == b);
		CHECK(list_linked(&a->ready_link));
		CHECK(take_queued(CFG_PRIO_DEFAULT + 1, kind, false) == b);
		CHECK(list_linked(&a->ready_link));
	}
}

TEST(HSCH0042, "so does one with a receive phase that does not wait then")
{
	set_up();
	CHECK(!ipc(b, a->id, a->id, timeouts(TIME_NEVER, TIME_ZERO)));
	CHECK(receive_from(a, b->id));
	CHECK(world_current() == b);
	CHECK_FAILED(b, RECEIVE_ERROR(TIMEOUT));
	set_up();
	set_prio(c, CFG_PRIO_DEFAULT - 1);
	CHECK(!receive_from(root, root->id));
	CHECK(!send_to(c, b));
	CHECK(!ipc(b, a->id, c->id, timeouts(TIME_NEVER, TIME_NEVER)));
	CHECK(receive_from(a, b->id));
	CHECK(world_current() == b);
	CHECK(l4_tid_eq(from_of(b), c->id));
}

TEST(HSCH0035, "it runs on the receiver's slice, and the receiver is queued behind its equals")
{
	set_up();
	CHECK(!send_to(b, a));
	without_root();
	yield(world_current());
	world_run(a);
	yield(a);
	while (world_current() != a)
		yield(world_current());
	world_pass(CFG_TIMESLICE_US / 4);
	CHECK(receive_from(a, L4_ANYTHREAD));
	CHECK(world_current() == b);
	CHECK(cpu_self()->slice_owner == a);
	world_pass(CFG_TIMESLICE_US);
	CHECK(world_current() == c);
	yield(c);
	CHECK(world_current() == a);
}
