/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_preempt_message.c - preemption messages and exceptions: s (api 2.2, protocols 4).
 */
#include <string.h>
#include <core/arch.h>
#include "world.h"

enum { DELAY = 700, LINE = 5, IP = 0x4444 };

#define NIL L4_NILTHREAD
#define MESSAGE_TAG l4_tag_kernel(L4_PROTO_PREEMPTION, 0, 2).raw
#define EXCEPTION_TAG l4_tag_kernel(L4_PROTO_SYS_EXCEPTION, 0, L4_EXC_WORDS).raw

/* a runs at 100 on its own slice, with s; high waits for an interrupt at 120; handler is a's. */
static struct thread *a, *high, *handler, *other;

static void set_flags(l4_word_t flags) { *thread_tcr(a, L4_TCR_FLAGS) = flags; }

static void set_handler(l4_tid_t id)
{
	*thread_tcr(a, L4_TCR_EXCEPTION_HANDLER) = id.raw;
}

static void set_up(unsigned sensitive, unsigned delay)
{
	l4_tid_t irq = l4_tid_global(LINE, 1);

	world_boot();
	a = new_space();
	high = new_space();
	handler = new_space();
	other = new_thread(a);
	CALL(root, L4_CALL_SCHEDULE, a->id.raw, KEEP, KEEP, KEEP, (l4_word_t)sensitive << 16 | delay);
	CHECK(thread_control(root, irq, irq, NIL, high->id, KEEP));
	CHECK(!receive_from(high, irq));
	set_prio(high, 120);
	set_prio(handler, 90);
	CHECK(!receive_from(other, other->id));
	world_run(a);
	CHECK(!receive_from(root, L4_ANYTHREAD));
	CALL(a, L4_CALL_THREAD_SWITCH, 0);
	CHECK(world_current() == a && cpu_self()->slice_owner == a);
	thread_regs(a)->ip = IP;
	set_handler(handler->id);
	set_flags(L4_PREEMPT_SIGNAL);
}

static bool handler_got(l4_word_t tag, uint64_t at)
{
	return !blocked(handler) && tag_of(handler).raw == tag && from_of(handler).raw == a->id.raw
	    && (tag != MESSAGE_TAG || get_mr(handler, 1) == (l4_word_t)at);
}

TEST(HPMS0001, "with s a preemption by a thread of the sensitive priority is reported to the handler")
{
	uint64_t at;

	set_up(120, 0);
	host.now += 123;
	at = host.now;
	world_irq(LINE);
	CHECK(world_current() == high);
	host.now += 55;
	irq_done(high, LINE);
	CHECK(world_current() == handler);	/* a waits until the message is received */
	CHECK(receive_from(handler, L4_ANYTHREAD));
	CHECK(handler_got(MESSAGE_TAG, at));
	CHECK(world_current() == a);
	CHECK_EQ(thread_regs(a)->ip, IP);
}

TEST(HPMS0002, "a handler that waits has the message at once, and the thread is ready as before")
{
	set_up(120, 0);
	CHECK(!receive_from(handler, L4_ANYTHREAD));
	CHECK(world_current() == a);
	world_irq(LINE);
	CHECK(world_current() == high && !blocked(a));
	CHECK(handler_got(MESSAGE_TAG, host.now));
	irq_done(high, LINE);
	CHECK(world_current() == a);
}

TEST(HPMS0003, "one above the sensitive priority preempts without a message")
{
	set_up(119, 0);
	world_irq(LINE);
	CHECK(world_current() == high);
	CHECK(!blocked(a));
	irq_done(high, LINE);
	CHECK(world_current() == a);
}

TEST(HPMS0004, "without s no message is sent")
{
	set_up(120, 0);
	set_flags(0);
	world_irq(LINE);
	CHECK(!blocked(a));
	irq_done(high, LINE);
	CHECK(world_current() == a);
}

TEST(HPMS0005, "the end of a slice, for an equal, is a preemption that is reported")
{
	uint64_t at;

	set_up(0, 0);
	CHECK(exregs(a, other->id, L4_EXREGS_RECEIVE, 0, 0));
	at = host.now + a->slice_left;
	world_pass(CFG_TIMESLICE_US);
	CHECK(world_current() == other && blocked(a));
	CHECK(!receive_from(other, other->id));
	CHECK(receive_from(handler, L4_ANYTHREAD));
	CHECK(handler_got(MESSAGE_TAG, at));
}

TEST(HPMS0006, "a thread that gives the processor away by a call of its own is not preempted")
{
	set_up(120, 0);
	CHECK(exregs(a, other->id, L4_EXREGS_RECEIVE, 0, 0));
	CHECK(!receive_from(other, L4_ANYTHREAD));
	CHECK(send_to(a, root));
	set_prio(other, 110);
	CHECK(!receive_from(root, L4_ANYTHREAD));
	CHECK(send_to(a, other));
	CHECK(world_current() == other && !blocked(a));
	CHECK(!receive_from(other, L4_ANYTHREAD));
	CALL(a, L4_CALL_THREAD_SWITCH, 0);
	CHECK(!blocked(a));
}

TEST(HPMS0007, "without a handler, or with a wrong one, a thread is preempted without a message")
{
	set_up(120, 0);
	for (unsigned i = 0; i < 4; i++) {
		set_handler(i == 0 ? NIL : i == 1 ? new_tid() : i == 2 ? a->id : l4_tid_global(LINE, 1));
		world_irq(LINE);
		CHECK(!blocked(a) && !a->halted);
		irq_done(high, LINE);
		CHECK(world_current() == a);
	}
}

TEST(HPMS0008, "a handler in the thread's own space may be named by its local id, and sees one")
{
	set_up(120, 0);
	set_handler(local_id(other));
	CHECK(exregs(a, other->id, L4_EXREGS_RECEIVE, 0, 0));
	CHECK(!receive_from(other, L4_ANYLOCALTHREAD));
	world_irq(LINE);
	CHECK(!blocked(a) && !blocked(other));
	CHECK_EQ(tag_of(other).raw, MESSAGE_TAG);
	CHECK_EQ(from_of(other).raw, local_id(a).raw);
}

TEST(HPMS0009, "a delay that is used up is reported by an exception, whose reply sets registers and resumes")
{
	set_up(120, DELAY);
	set_flags(L4_PREEMPT_SIGNAL | L4_PREEMPT_DELAY);
	world_irq(LINE);
	CHECK(world_current() == a);
	world_pass(DELAY);
	CHECK(world_current() == high && blocked(a));
	irq_done(high, LINE);
	CHECK(receive_from(handler, L4_ANYTHREAD));
	CHECK(handler_got(EXCEPTION_TAG, 0));
	CHECK_EQ(get_mr(handler, L4_EXC_RIP), IP);
	CHECK_EQ(get_mr(handler, L4_EXC_NUMBER), L4_EXC_PREEMPTION);
	CHECK_EQ(get_mr(handler, L4_EXC_ERROR), 0);
	CHECK(blocked(a));
	PUT(handler, 0, IP + 4);
	CHECK(send_to(handler, a));
	CHECK(world_current() == a);
	CHECK_EQ(thread_regs(a)->ip, IP + 4);
	world_irq(LINE);			/* nothing is left of the delay: a plain message */
	CHECK(world_current() == high);
	irq_done(high, LINE);
	CHECK(receive_from(handler, L4_ANYTHREAD));
	CHECK(handler_got(MESSAGE_TAG, host.now));
}

TEST(HPMS0010, "a thread that delayed a preemption and cleared d sends the message, not an exception")
{
	set_up(120, DELAY);
	set_flags(L4_PREEMPT_SIGNAL | L4_PREEMPT_DELAY);
	world_irq(LINE);
	set_flags(L4_PREEMPT_SIGNAL | L4_PREEMPT_PENDING);
	world_pass(DELAY);
	CHECK(world_current() == high && blocked(a));
	irq_done(high, LINE);
	CHECK(receive_from(handler, L4_ANYTHREAD));
	CHECK(handler_got(MESSAGE_TAG, host.now));
}

TEST(HPMS0011, "if the message is aborted the thread continues; so if its handler is deleted")
{
	set_up(120, 0);
	CHECK(exregs(a, other->id, L4_EXREGS_RECEIVE, 0, 0));
	world_irq(LINE);
	irq_done(high, LINE);
	CHECK(world_current() == other && blocked(a));
	CHECK(exregs(other, a->id, L4_EXREGS_SEND, 0, 0));
	CHECK_EQ(thread_regs(other)->out[1], L4_EXREGS_SEND);
	CHECK(!blocked(a) && world_try_run(a));
	CHECK_EQ(thread_regs(a)->ip, IP);
	set_up(120, 0);
	world_irq(LINE);
	irq_done(high, LINE);
	CHECK(send_to(handler, root));
	CHECK(delete_thread(handler->id));
	CHECK(!blocked(a) && !a->halted);
	CHECK(!receive_from(root, L4_ANYTHREAD));
	CHECK(world_current() == a);
	CHECK_EQ(thread_regs(a)->ip, IP);
}

TEST(HPMS0012, "a handler that is deleted before it has replied to the exception leaves the thread stopped")
{
	set_up(120, DELAY);
	set_flags(L4_PREEMPT_SIGNAL | L4_PREEMPT_DELAY);
	world_irq(LINE);
	world_pass(DELAY);
	irq_done(high, LINE);
	CHECK(send_to(handler, root));
	CHECK(delete_thread(handler->id));
	CHECK(a->halted);
	report_flush();
	CHECK(strstr(host.console, "exception 257") != 0);
}

TEST(HPMS0013, "the thread is not changed: its message registers, error code and buffers are as they were")
{
	l4_word_t before[L4_UTCB_WORDS];

	set_up(120, 0);
	memcpy(before, a->utcb - L4_UTCB_MR0, sizeof(before));
	world_irq(LINE);
	irq_done(high, LINE);
	CHECK(receive_from(handler, L4_ANYTHREAD));
	CHECK(memcmp(before, a->utcb - L4_UTCB_MR0, sizeof(before)) == 0);
}

TEST(HPMS0014, "a thread that is deleted, moved or renamed with its message queued leaves nothing behind")
{
	l4_tid_t id;

	for (unsigned i = 0; i < 3; i++) {
		set_up(120, 0);
		id = l4_tid_global(l4_tid_number(a->id), l4_tid_version(a->id) + 2);
		world_irq(LINE);
		irq_done(high, LINE);
		CHECK(send_to(handler, root));
		CHECK(blocked(a));
		if (i == 0)
			CHECK(delete_thread(a->id));
		else if (i == 1)
			CHECK(thread_control(root, id, a->id, NIL, NIL, KEEP));
		else
			CHECK(!thread_control(root, a->id, high->id, NIL, NIL, KEEP));
		CHECK(ipc(handler, NIL, L4_ANYTHREAD, timeouts(TIME_ZERO, TIME_ZERO)));
		if (i == 0)
			CHECK_FAILED(handler, RECEIVE_ERROR(TIMEOUT));
		else
			CHECK_EQ(from_of(handler).raw, i == 1 ? id.raw : a->id.raw);
	}
}

TEST(HPMS0015, "a thread whose quantum ends as it is preempted sends to its scheduler, not its handler")
{
	set_up(120, DELAY);
	set_flags(0);
	world_irq(LINE);
	CHECK(!ipc(high, NIL, high->id, timeouts(TIME_NEVER, time_us(500))));
	CHECK(send_to(a, root));
	CHECK(schedule(root, a->id, 0xffff0000 | time_us(500), KEEP) != L4_SCHED_ERROR);
	CHECK(!receive_from(root, L4_ANYTHREAD));
	CHECK(world_current() == a);
	set_flags(L4_PREEMPT_SIGNAL | L4_PREEMPT_DELAY);
	world_pass(500);
	CHECK(world_current() == high);
	CHECK(!blocked(a));			/* its message is sent when it would run next */
	CHECK_EQ(*thread_tcr(a, L4_TCR_FLAGS) & L4_PREEMPT_PENDING, 0);
	CHECK(!receive_from(high, high->id));
	CHECK(!blocked(root));
	CHECK_EQ(from_of(root).raw, a->id.raw);
	CHECK_EQ(tag_of(root).raw, MESSAGE_TAG);
	CHECK(!receive_from(root, L4_ANYTHREAD));
	CHECK(!receive_from(handler, L4_ANYTHREAD));
}

static void interrupt_first_step(void *arg)
{
	(void)arg;
	if (world_hook.steps == 1)
		world_irq(LINE);
}

TEST(HPMS0016, "a thread preempted in the middle of its own long operation sends no message, and finishes it")
{
	set_up(120, 0);
	CHECK(!receive_from(handler, L4_ANYTHREAD));
	CHECK(send_to(a, root));
	give(a, ram(21), 0x400000, 21, L4_RWX);
	CHECK(!receive_from(root, L4_ANYTHREAD));
	for (unsigned i = 0; i < 16; i++)
		put_mr(a, i, l4_fpage(0x400000 + ((l4_word_t)i << 12), 12, L4_RWX).raw);
	world_hook = (struct world_hook){ .call = interrupt_first_step };
	CALL(a, L4_CALL_UNMAP, L4_UNMAP_FLUSH | 15);
	world_hook.call = 0;
	CHECK(world_current() == high && a->work != WORK_NONE);
	CHECK(blocked(handler));
	irq_done(high, LINE);
	CHECK(world_current() == a && a->work == WORK_NONE && !mapped(a, 0x400000, L4_R));
	CHECK(blocked(handler));
}

TEST(HPMS0017, "a device interrupt after the slice's end, for an equal, sends no message: the timer does")
{
	set_up(0, 0);
	CHECK(send_to(a, root));
	set_prio(high, 100);
	CHECK(thread_control(root, a->id, a->id, a->id, NIL, KEEP));
	CHECK(!receive_from(root, L4_ANYTHREAD));
	CHECK(world_current() == a && cpu_self()->slice_owner == a);
	host.now += CFG_TIMESLICE_US;
	CHECK(schedule(a, a->id, KEEP, KEEP) != L4_SCHED_ERROR);	/* charges the slice */
	CHECK_EQ(cpu_self()->slice_end, cpu_self()->slice_start);
	world_irq(LINE);
	CHECK(world_current() == a && !blocked(a) && !blocked(high));
	world_pass(0);
	CHECK(world_current() == high && blocked(a));
	irq_done(high, LINE);
	CHECK(receive_from(handler, L4_ANYTHREAD));
	CHECK(handler_got(MESSAGE_TAG, host.now));
}
