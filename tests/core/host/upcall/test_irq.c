/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_irq.c - interrupts as senders: attach, deliver, acknowledge, detach.
 */
#include <core/irq.h>
#include <core/sched.h>
#include <core/upcall.h>
#include <x2/inspect.h>
#include <string.h>
#include "world.h"

#define NIL L4_NILTHREAD
#define IRQ_TAG l4_tag_kernel(L4_PROTO_INTERRUPT, 0, 0).raw

enum { LINE = 5 };

static struct thread *a, *b;
static l4_tid_t irq;

static bool attach(l4_tid_t line, l4_tid_t handler)
{
	return thread_control(root, line, line, NIL, handler, KEEP);
}

static void set_up(void)
{
	world_boot();
	a = new_space();
	b = new_space();
	irq = l4_tid_global(LINE, 1);
	CHECK(attach(irq, a->id));
	CHECK(host.irq_open[LINE]);
}

TEST(HIRQ0001, "an interrupt reaches its waiting handler as an empty message and masks its line")
{
	set_up();
	put_mr(a, 1, 0x1111);
	put_mr(a, 12, 0x1212);
	CHECK(!receive_from(a, L4_ANYTHREAD));
	world_irq(LINE);
	CHECK(!blocked(a));
	CHECK_EQ(tag_of(a).raw, IRQ_TAG);
	CHECK_EQ(from_of(a).raw, irq.raw);
	CHECK_EQ(get_mr(a, 1), 0x1111);
	CHECK_EQ(get_mr(a, 12), 0x1212);
	CHECK(!host.irq_open[LINE]);
}

TEST(HIRQ0002, "the handler's answer unmasks the line for the next interrupt")
{
	set_up();
	CHECK(!receive_from(a, irq));
	world_irq(LINE);
	PUT(a, 0);
	CHECK(!ipc(a, irq, irq, timeouts(TIME_ZERO, TIME_NEVER)));
	CHECK(host.irq_open[LINE]);
	world_irq(LINE);
	CHECK(!blocked(a));
	CHECK_EQ(from_of(a).raw, irq.raw);
	PUT(a, 0);
	CHECK(ipc(a, irq, NIL, timeouts(TIME_ZERO, TIME_NEVER)));
	CHECK_SENT(a);
	CHECK(host.irq_open[LINE]);
}

TEST(HIRQ0003, "an interrupt that finds its handler busy comes first when the handler receives")
{
	set_up();
	CHECK(!send_to(b, a));
	world_irq(LINE);
	CHECK(!host.irq_open[LINE]);
	CHECK(receive_from(a, L4_ANYTHREAD));
	CHECK_EQ(from_of(a).raw, irq.raw);
	CHECK(receive_from(a, L4_ANYTHREAD));
	CHECK_EQ(from_of(a).raw, b->id.raw);
}

TEST(HIRQ0004, "a handler in a closed wait for another thread gets the interrupt later")
{
	set_up();
	CHECK(!receive_from(a, b->id));
	world_irq(LINE);
	CHECK(blocked(a));
	CHECK(send_to(b, a));
	CHECK_EQ(from_of(a).raw, b->id.raw);
	CHECK(receive_from(a, irq));
	CHECK_EQ(tag_of(a).raw, IRQ_TAG);
}

TEST(HIRQ0005, "an edge while the line is masked is remembered once and delivered after the answer")
{
	set_up();
	CHECK(!receive_from(a, irq));
	world_irq(LINE);
	world_irq(LINE);
	world_irq(LINE);
	PUT(a, 0);
	CHECK(ipc(a, irq, irq, timeouts(TIME_ZERO, TIME_NEVER)));
	CHECK_EQ(tag_of(a).raw, IRQ_TAG);
	PUT(a, 0);
	CHECK(!ipc(a, irq, irq, timeouts(TIME_ZERO, TIME_NEVER)));
	CHECK(host.irq_open[LINE]);
}

TEST(HIRQ0006, "a second answer has no effect and does not block")
{
	set_up();
	CHECK(!receive_from(a, irq));
	world_irq(LINE);
	PUT(a, 0);
	CHECK(ipc(a, irq, NIL, timeouts(TIME_NEVER, TIME_NEVER)));
	PUT(a, 0);
	CHECK(ipc(a, irq, NIL, timeouts(TIME_NEVER, TIME_NEVER)));
	CHECK_SENT(a);
	CHECK(host.irq_open[LINE]);
}

TEST(HIRQ0007, "an answer from a thread that is not the handler leaves the line masked and fails with 2")
{
	set_up();
	CHECK(!receive_from(a, irq));
	world_irq(LINE);
	PUT(b, 0);
	CHECK(ipc(b, irq, NIL, timeouts(TIME_NEVER, TIME_NEVER)));
	CHECK_FAILED(b, SEND_ERROR(NOT_EXISTING));
	CHECK(!host.irq_open[LINE]);
}

TEST(HIRQ0008, "only privileged threads attach; bad lines, versions and handlers are refused with 2")
{
	set_up();
	CHECK(!thread_control(a, irq, irq, NIL, a->id, KEEP));
	CHECK_EQ(error_of(a), L4_ERR_NO_PRIVILEGE);
	CHECK(!attach(l4_tid_global(LINE + 1, 2), a->id));
	CHECK_EQ(error_of(root), L4_ERR_THREAD);
	CHECK(!attach(l4_tid_global(HOST_IRQ_KERNEL, 1), a->id));
	CHECK_EQ(error_of(root), L4_ERR_THREAD);
	CHECK(!attach(l4_tid_global(LINE + 1, 1), new_tid()));
	CHECK_EQ(error_of(root), L4_ERR_THREAD);
	CHECK(!attach(l4_tid_global(LINE + 1, 1), L4_NILTHREAD));
	CHECK_EQ(error_of(root), L4_ERR_THREAD);
}

TEST(HIRQ0009, "attaching another handler withdraws a message that was not delivered")
{
	set_up();
	world_irq(LINE);
	CHECK(attach(irq, b->id));
	CHECK(ipc(a, NIL, L4_ANYTHREAD, timeouts(TIME_ZERO, TIME_ZERO)));
	CHECK_FAILED(a, RECEIVE_ERROR(TIMEOUT));
	if (!host.irq_open[LINE]) {	/* it may go to the new handler instead */
		CHECK(receive_from(b, irq));
	} else {
		CHECK(!receive_from(b, irq));
		world_irq(LINE);
	}
	CHECK(!blocked(b));
	CHECK_EQ(from_of(b).raw, irq.raw);
}

TEST(HIRQ0010, "detaching masks the line and withdraws its message")
{
	set_up();
	world_irq(LINE);
	CHECK(attach(irq, irq));
	CHECK(!host.irq_open[LINE]);
	CHECK(ipc(a, NIL, L4_ANYTHREAD, timeouts(TIME_ZERO, TIME_ZERO)));
	CHECK_FAILED(a, RECEIVE_ERROR(TIMEOUT));
	CHECK(attach(irq, b->id));
	CHECK(host.irq_open[LINE]);
}

TEST(HIRQ0011, "when its handler is deleted a line is masked, and can be attached again")
{
	set_up();
	CHECK(!receive_from(a, irq));
	world_irq(LINE);
	CHECK(delete_thread(a->id));
	CHECK(!host.irq_open[LINE]);
	CHECK(attach(irq, b->id));
	CHECK(host.irq_open[LINE]);
	CHECK(!receive_from(b, irq));
	world_irq(LINE);
	CHECK(!blocked(b));
	CHECK(delete_thread(b->id));
	CHECK(!host.irq_open[LINE]);
}

TEST(HIRQ0012, "an interrupt preempts a thread of lower priority and wakes an idle machine")
{
	set_up();
	set_prio(a, 150);
	world_run(a);
	CHECK(!receive_from(a, irq));
	world_run(b);
	world_irq(LINE);
	CHECK(world_current() == a);
	PUT(a, 0);
	CHECK(!ipc(a, irq, irq, timeouts(TIME_ZERO, TIME_NEVER)));
	CHECK(world_current() == b);
	CHECK(!receive_from(b, b->id));
	CHECK(!receive_from(root, root->id));
	CHECK_EQ(world_current()->kind, THREAD_IDLE);
	world_irq(LINE);
	CHECK(world_current() == a);
}

TEST(HIRQ0013, "an interrupt for a handler of lower priority does not preempt")
{
	set_up();
	CHECK(!receive_from(a, irq));
	set_prio(a, 50);
	world_run(b);
	world_irq(LINE);
	CHECK(world_current() == b);
	CHECK(!blocked(a));
}

TEST(HIRQ0014, "one handler serves many lines, and each message names its line")
{
	set_up();
	for (unsigned i = LINE + 1; i < LINE + 8; i++)
		CHECK(attach(l4_tid_global(i, 1), a->id));
	for (unsigned i = LINE; i < LINE + 8; i++)
		world_irq(i);
	for (unsigned i = LINE; i < LINE + 8; i++) {
		CHECK(receive_from(a, L4_ANYTHREAD));
		CHECK_EQ(tag_of(a).raw, IRQ_TAG);
		CHECK(l4_tid_number(from_of(a)) >= LINE && l4_tid_number(from_of(a)) < LINE + 8);
		PUT(a, 0);
		CHECK(ipc(a, from_of(a), NIL, timeouts(TIME_ZERO, TIME_ZERO)));
		CHECK_SENT(a);
	}
	for (unsigned i = LINE; i < LINE + 8; i++)
		CHECK(host.irq_open[i]);
}

TEST(HIRQ0015, "a renamed handler keeps its line")
{
	set_up();
	CHECK(thread_control(root, l4_tid_global(l4_tid_number(a->id), 9), a->id, NIL, NIL, KEEP));
	CHECK(!receive_from(a, irq));
	world_irq(LINE);
	CHECK(!blocked(a));
}

TEST(HIRQ0016, "a handler deleted with an interrupt waiting for it takes the interrupt along")
{
	set_up();
	world_irq(LINE);
	CHECK(delete_thread(a->id));
	CHECK(!host.irq_open[LINE]);
	CHECK(attach(irq, b->id));
	CHECK(host.irq_open[LINE]);
	CHECK(!receive_from(b, irq));
	world_irq(LINE);
	CHECK(!blocked(b));
}

TEST(HIRQ0017, "an interrupt that waits for a handler that is renamed stays queued")
{
	set_up();
	world_irq(LINE);
	CHECK(thread_control(root, l4_tid_global(l4_tid_number(a->id), 9), a->id, NIL, NIL, KEEP));
	CHECK(receive_from(a, irq));
	CHECK_EQ(tag_of(a).raw, IRQ_TAG);
	CHECK(!host.irq_open[LINE]);
}

TEST(HIRQ0018, "an interrupt comes before senders of the handler's own space too")
{
	struct thread *d;

	set_up();
	d = new_thread(a);
	CHECK(!send_to(d, a));
	world_irq(LINE);
	CHECK(receive_from(a, L4_ANYTHREAD));
	CHECK_EQ(from_of(a).raw, irq.raw);
	CHECK(receive_from(a, L4_ANYTHREAD));
	CHECK_EQ(from_of(a).raw, local_id(d).raw);
}

TEST(HIRQ0019, "an armed line is masked by detaching it, and by deleting its handler")
{
	set_up();
	CHECK(host.irq_open[LINE]);
	CHECK(attach(irq, irq));
	CHECK(!host.irq_open[LINE]);
	CHECK(attach(irq, irq));	/* again: no effect */
	CHECK(!host.irq_open[LINE]);
	CHECK(attach(irq, a->id));
	CHECK(host.irq_open[LINE]);
	CHECK(delete_thread(a->id));
	CHECK(!host.irq_open[LINE]);
	world_irq(LINE);
	CHECK(attach(irq, b->id));	/* the edge came while the line was masked: it counts now */
	CHECK(receive_from(b, irq));
}

TEST(HIRQ0020, "an answer before the interrupt was received does not unmask the line")
{
	set_up();
	world_irq(LINE);
	PUT(a, 0);
	CHECK(ipc(a, irq, NIL, timeouts(TIME_ZERO, TIME_ZERO)));
	CHECK_SENT(a);
	CHECK(!host.irq_open[LINE]);
	CHECK(receive_from(a, irq));
	CHECK_EQ(tag_of(a).raw, IRQ_TAG);
	CHECK(!host.irq_open[LINE]);
}

/* a waits for irq above b, which runs; the clock stands somewhere in b's slice. */
static void wait_above(l4_tid_t from, uint64_t us)
{
	set_up();
	set_prio(a, 150);
	put_mr(a, 1, 0x1111);
	CHECK(!receive_from(a, from));
	world_run(b);
	world_pass(us);
}

TEST(HIRQ0021, "a handler above the running thread runs at once, on its own slice, and the other is charged")
{
	for (unsigned i = 0; i < 4; i++) {
		const struct cpu *cpu = cpu_self();
		struct thread *owner;
		uint64_t end, used;

		wait_above(i % 2 ? irq : L4_ANYTHREAD, 0);
		owner = cpu->slice_owner;
		end = cpu->slice_end;
		used = owner->time_used - cpu->slice_start;
		world_pass(i / 2 * 700);
		world_irq(LINE);
		CHECK(world_current() == a && !blocked(a));
		CHECK_EQ(tag_of(a).raw, IRQ_TAG);
		CHECK_EQ(from_of(a).raw, irq.raw);
		CHECK_EQ(get_mr(a, 1), 0x1111);			/* its own */
		CHECK(!host.irq_open[LINE] && irq_thread(LINE)->irq_state == IRQ_UNACKED);
		CHECK(cpu->slice_owner == a && cpu->slice_end == host.now + a->slice_left);
		CHECK_EQ(owner->slice_left, end - host.now);
		CHECK_EQ(owner->time_used, used + host.now);
		CHECK(cpu->front == b || cpu->ready[b->prio].next == &b->ready_link);	/* before its equals */
	}
}

TEST(HIRQ0022, "an interrupt wakes its handler, which runs then if it is above the running thread")
{
	wait_above(L4_ANYTHREAD, 0);
	set_prio(a, b->prio);			/* not above */
	world_run(b);
	world_irq(LINE);
	CHECK(world_current() == b && !blocked(a));
	wait_above(b->id, 0);			/* for another one */
	world_irq(LINE);
	CHECK(world_current() == b && blocked(a) && irq_thread(LINE)->irq_state == IRQ_WAITING);
	wait_above(L4_ANYTHREAD, 0);
	*thread_tcr(b, L4_TCR_FLAGS) = L4_PREEMPT_SIGNAL;	/* it has no exception handler */
	world_irq(LINE);
	CHECK(world_current() == a && !blocked(b));
	wait_above(L4_ANYTHREAD, 0);
	host.now += CFG_TIMESLICE_US;		/* b's slice is over, and the timer has not fired yet */
	world_irq(LINE);
	CHECK(world_current() == a);
	wait_above(L4_ANYTHREAD, 0);
	a->slice_left = 0;			/* it needs a new one */
	world_irq(LINE);
	CHECK(world_current() == a && a->slice_left == a->slice);
	wait_above(L4_ANYTHREAD, 0);
	CHECK(schedule(root, a->id, 0xffff0000 | time_us(500), KEEP) != L4_SCHED_ERROR);
	world_run(b);
	world_irq(LINE);
	CHECK(world_current() == a && a->quantum == 500);
}

TEST(HIRQ0023, "an interrupt while a thread runs on a donated slice goes to the highest")
{
	for (unsigned prio = 110; prio <= 130; prio += 20) {
		struct thread *giver;

		wait_above(L4_ANYTHREAD, 0);
		set_prio(a, prio);
		giver = new_space();
		set_prio(giver, 120);
		world_run(giver);
		CALL(giver, L4_CALL_THREAD_SWITCH, b->id.raw);
		CHECK(world_current() == b);
		world_irq(LINE);
		CHECK(world_current() == (prio > 120 ? a : giver));
		CHECK(!blocked(a));
	}
}

TEST(HIRQ0024, "an interrupt that was never attached does not exist; after attaching and detaching it does")
{
	l4_tid_t fresh = l4_tid_global(LINE + 1, 1);

	set_up();
	CHECK(receive_from(a, fresh));
	CHECK_FAILED(a, RECEIVE_ERROR(NOT_EXISTING));
	PUT(a, 0);
	CHECK(ipc(a, fresh, NIL, timeouts(TIME_NEVER, TIME_NEVER)));
	CHECK_FAILED(a, SEND_ERROR(NOT_EXISTING));
	CHECK_EQ(schedule(root, fresh, KEEP, KEEP), L4_SCHED_ERROR);
	CHECK_EQ(error_of(root), L4_ERR_THREAD);
	CHECK(!attach(fresh, fresh));
	CHECK_EQ(error_of(root), L4_ERR_THREAD);
	CHECK(!attach(fresh, new_tid()));
	CHECK_EQ(schedule(root, fresh, KEEP, KEEP), L4_SCHED_ERROR);
	CHECK(attach(fresh, a->id));
	CHECK(attach(fresh, fresh));
	CHECK(schedule(root, fresh, KEEP, KEEP) != L4_SCHED_ERROR);
	CHECK(!receive_from(a, fresh));
	CHECK(blocked(a));
}

TEST(HIRQ0025, "Inspect does not show an interrupt that was never attached as a thread")
{
	const struct l4_inspect_thread *r;

	set_up();
	r = (const void *)(root->utcb + 1);
	CALL(root, L4_CALL_INSPECT, L4_INSPECT_THREAD, 0, 0);
	CHECK_EQ(r->id, irq.raw);
	CALL(root, L4_CALL_INSPECT, L4_INSPECT_THREAD, 0, LINE + 1);
	CHECK(l4_tid_number((l4_tid_t){ r->id }) >= kernel.irq_lines);
}

TEST(HIRQ0026, "a send to a detached interrupt waits until its timeout, attached meanwhile or not")
{
	set_up();
	CHECK(attach(irq, irq));
	PUT(a, 0);
	CHECK(ipc(a, irq, NIL, timeouts(TIME_ZERO, TIME_NEVER)));
	CHECK_FAILED(a, SEND_ERROR(TIMEOUT));
	PUT(a, 0);
	CHECK(!ipc(a, irq, irq, timeouts(time_us(5000), TIME_NEVER)));
	CHECK(attach(irq, b->id));
	CHECK(!receive_from(b, irq));
	world_irq(LINE);
	CHECK(!blocked(b));
	CHECK(blocked(a));
	world_pass(6000);
	CHECK(!blocked(a));
	CHECK_FAILED(a, SEND_ERROR(TIMEOUT));
	PUT(a, 0);
	CHECK(attach(irq, irq));
	CHECK(!ipc(a, irq, irq, timeouts(TIME_NEVER, TIME_NEVER)));
	CHECK(delete_thread(a->id));
}

TEST(HIRQ0027, "attaching again to the same handler keeps a message that was not delivered")
{
	set_up();
	world_irq(LINE);
	CHECK(attach(irq, a->id));
	CHECK(!host.irq_open[LINE]);
	CHECK(receive_from(a, irq));
	CHECK_EQ(tag_of(a).raw, IRQ_TAG);
}

TEST(HIRQ0028, "attaching again to the same handler leaves a line masked that was not acknowledged")
{
	set_up();
	CHECK(!receive_from(a, irq));
	world_irq(LINE);
	CHECK(attach(irq, a->id));
	CHECK(!host.irq_open[LINE]);
	PUT(a, 0);
	CHECK(ipc(a, irq, NIL, timeouts(TIME_ZERO, TIME_NEVER)));
	CHECK(host.irq_open[LINE]);
}
