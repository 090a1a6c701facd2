/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_delay.c - delayed preemption: d, I, sensitive priority, maximum delay (api 2.2, 7.2; protocols 4).
 */
#include <core/arch.h>
#include <core/sched.h>
#include "world.h"

enum { DELAY = 700, LINE = 5 };

#define NIL L4_NILTHREAD

/* a runs at priority 100 on its own slice; high waits for an interrupt at 120; all others wait. */
static struct thread *a, *high, *equal, *other;

static void set_flags(struct thread *t, l4_word_t flags) { *thread_tcr(t, L4_TCR_FLAGS) = flags; }
static l4_word_t flags_of(struct thread *t) { return *thread_tcr(t, L4_TCR_FLAGS); }

static void set_delay(struct thread *t, unsigned sensitive, unsigned delay)
{
	CALL(root, L4_CALL_SCHEDULE, t->id.raw, KEEP, KEEP, KEEP, (l4_word_t)sensitive << 16 | delay);
	CHECK(thread_regs(root)->out[0] != L4_SCHED_ERROR);
}

static void set_up(unsigned sensitive, unsigned delay)
{
	l4_tid_t irq = l4_tid_global(LINE, 1);

	world_boot();
	a = new_space();
	high = new_space();
	equal = new_space();
	other = new_thread(a);
	set_delay(a, sensitive, delay);
	CHECK(thread_control(root, irq, irq, NIL, high->id, KEEP));
	CHECK(!receive_from(high, irq));
	set_prio(high, 120);
	CHECK(!receive_from(equal, equal->id));
	CHECK(!receive_from(other, other->id));
	world_run(a);
	CHECK(!receive_from(root, L4_ANYTHREAD));
	yield(a);
	CHECK(world_current() == a && cpu_self()->slice_owner == a);
	CHECK_EQ(flags_of(a), 0);
}

/* One more thread at a's priority becomes ready; a continues. */
static void wake_equal(void)
{
	CHECK(exregs(a, other->id, L4_EXREGS_RECEIVE, 0, 0));
	CHECK(world_current() == a && !blocked(other));
}

TEST(HDLY0001, "with d a thread delays one of its sensitive priority; I is set; the delay has an end")
{
	set_up(120, DELAY);
	set_flags(a, L4_PREEMPT_DELAY);
	world_irq(LINE);
	CHECK(world_current() == a && !blocked(high));
	CHECK_EQ(flags_of(a), L4_PREEMPT_DELAY | L4_PREEMPT_PENDING);
	world_pass(DELAY - 1);
	CHECK(world_current() == a);
	world_pass(1);
	CHECK(world_current() == high);
	CHECK_EQ(flags_of(a), L4_PREEMPT_DELAY | L4_PREEMPT_PENDING);
}

TEST(HDLY0002, "a thread that was given no delay is preempted at once, d or not, and I stays clear")
{
	set_up(120, 0);
	set_flags(a, L4_PREEMPT_DELAY);
	world_irq(LINE);
	CHECK(world_current() == high);
	CHECK_EQ(flags_of(a), L4_PREEMPT_DELAY);
}

TEST(HDLY0003, "without d a delay that was given is not used")
{
	set_up(120, DELAY);
	world_irq(LINE);
	CHECK(world_current() == high);
	CHECK_EQ(flags_of(a), 0);
	CHECK_EQ(a->delay_left, DELAY);
}

TEST(HDLY0004, "a thread above the sensitive priority preempts at once, also one that holds off another")
{
	set_up(119, DELAY);
	set_flags(a, L4_PREEMPT_DELAY);
	world_irq(LINE);
	CHECK(world_current() == high);
	CHECK_EQ(flags_of(a), L4_PREEMPT_DELAY);
	set_up(110, DELAY);
	set_flags(a, L4_PREEMPT_DELAY);
	CHECK(schedule(a, other->id, KEEP, KEEP) == L4_SCHED_ERROR);
	wake_equal();
	world_pass(CFG_TIMESLICE_US + 200);
	CHECK(world_current() == a && flags_of(a) & L4_PREEMPT_PENDING);
	world_irq(LINE);
	CHECK(world_current() == high);
	CHECK_EQ(a->delay_left, DELAY - 200);
}

TEST(HDLY0005, "a sensitive priority below a thread's own counts as its own: its slice's end is held off")
{
	set_up(3, DELAY);
	set_flags(a, L4_PREEMPT_DELAY);
	wake_equal();
	world_pass(CFG_TIMESLICE_US - 1);
	CHECK(world_current() == a);
	CHECK_EQ(flags_of(a), L4_PREEMPT_DELAY);
	world_pass(1);
	CHECK(world_current() == a);
	CHECK_EQ(flags_of(a), L4_PREEMPT_DELAY | L4_PREEMPT_PENDING);
	world_pass(DELAY - 1);
	CHECK(world_current() == a);
	world_pass(1);
	CHECK(world_current() == other);
	world_pass(CFG_TIMESLICE_US);
	CHECK(world_current() == a);		/* a slice of its own for each */
	world_pass(CFG_TIMESLICE_US);
	CHECK(world_current() == other);	/* and no delay any more */
}

TEST(HDLY0006, "ThreadSwitch ends a delay: the delayed thread runs, I is clear, and the next delay is whole")
{
	set_up(120, DELAY);
	set_flags(a, L4_PREEMPT_DELAY);
	world_irq(LINE);
	world_pass(DELAY - 100);
	yield(a);
	CHECK(world_current() == high);
	CHECK_EQ(flags_of(a), L4_PREEMPT_DELAY);
	irq_done(high, LINE);
	CHECK(world_current() == a);
	world_irq(LINE);
	world_pass(DELAY - 1);
	CHECK(world_current() == a);
	world_pass(1);
	CHECK(world_current() == high);
}

TEST(HDLY0007, "without a ThreadSwitch the second delay is what the first one left, and then there is none")
{
	set_up(120, DELAY);
	set_flags(a, L4_PREEMPT_DELAY);
	world_irq(LINE);
	world_pass(300);
	CHECK(!ipc(a, NIL, a->id, timeouts(TIME_ZERO, time_us(50))));
	CHECK(world_current() == high);
	irq_done(high, LINE);
	world_pass(50);
	CHECK(world_current() == a);
	world_irq(LINE);
	CHECK(world_current() == a);
	world_pass(DELAY - 300 - 1);
	CHECK(world_current() == a);
	world_pass(1);
	CHECK(world_current() == high);
	irq_done(high, LINE);
	world_irq(LINE);
	CHECK(world_current() == high);
}

TEST(HDLY0008, "a thread that clears d is preempted at its next call, or when its delay would have ended")
{
	set_up(120, DELAY);
	set_flags(a, L4_PREEMPT_DELAY);
	world_irq(LINE);
	world_pass(100);
	set_flags(a, flags_of(a) & ~(l4_word_t)L4_PREEMPT_DELAY);
	CHECK(ipc(a, NIL, a->id, timeouts(TIME_ZERO, TIME_ZERO)));
	CHECK(world_current() == high);
	CHECK_EQ(a->delay_left, DELAY - 100);
	CHECK_EQ(flags_of(a), L4_PREEMPT_PENDING);
	set_up(120, DELAY);
	set_flags(a, L4_PREEMPT_DELAY);
	world_irq(LINE);
	set_flags(a, flags_of(a) & ~(l4_word_t)L4_PREEMPT_DELAY);
	world_pass(DELAY - 1);
	CHECK(world_current() == a);
	world_pass(1);
	CHECK(world_current() == high);
}

TEST(HDLY0009, "an equal that waits for the end of a slice has its turn when d is cleared")
{
	set_up(100, DELAY);
	set_flags(a, L4_PREEMPT_DELAY);
	wake_equal();
	world_pass(CFG_TIMESLICE_US + 10);
	CHECK(world_current() == a);
	set_flags(a, flags_of(a) & ~(l4_word_t)L4_PREEMPT_DELAY);
	CHECK(ipc(a, NIL, a->id, timeouts(TIME_ZERO, TIME_ZERO)));
	CHECK(world_current() == other);
	world_pass(CFG_TIMESLICE_US);
	CHECK(world_current() == a);
}

TEST(HDLY0010, "when the one that was held off goes away the delay stops, and what is left of it is kept")
{
	set_up(120, DELAY);
	set_flags(a, L4_PREEMPT_DELAY);
	wake_equal();
	world_pass(CFG_TIMESLICE_US + 250);
	CHECK(world_current() == a);
	CHECK(exregs(a, other->id, L4_EXREGS_SET_HALT | L4_EXREGS_HALT, 0, 0));
	world_pass(10 * CFG_TIMESLICE_US);
	CHECK(world_current() == a);
	CHECK_EQ(a->delay_left, DELAY - 250);
	CHECK_EQ(cpu_self()->delay_end, 0);
	world_irq(LINE);
	world_pass(DELAY - 250 - 1);
	CHECK(world_current() == a);
	world_pass(1);
	CHECK(world_current() == high);
}

TEST(HDLY0011, "a thread that blocks ends its own delay")
{
	set_up(120, DELAY);
	set_flags(a, L4_PREEMPT_DELAY);
	world_irq(LINE);
	world_pass(100);
	CHECK(!receive_from(a, a->id));
	CHECK(world_current() == high);
	CHECK_EQ(a->delay_left, DELAY - 100);
	CHECK_EQ(cpu_self()->delay_end, 0);
}

/* a has a message for other, which is above it and waits; a delays its preemption. */
static void about_to_wake(void)
{
	set_up(120, DELAY);
	wake_equal();
	CHECK(!receive_from(other, L4_ANYTHREAD));
	CHECK(send_to(a, root));
	set_prio(other, 115);
	CHECK(!receive_from(root, L4_ANYTHREAD));
	set_flags(a, L4_PREEMPT_DELAY);
	PUT(a, 1);
}

TEST(HDLY0012, "one that the thread wakes itself, by a message, is held off as well")
{
	about_to_wake();
	CHECK(send_to(a, other));
	CHECK(world_current() == a && !blocked(other));
	CHECK_EQ(flags_of(a), L4_PREEMPT_DELAY | L4_PREEMPT_PENDING);
	world_pass(DELAY);
	CHECK(world_current() == other);
}

TEST(HDLY0020, "so is one that it answers, if its own wait is over at once")
{
	about_to_wake();
	CHECK(ipc(a, other->id, L4_ANYTHREAD, timeouts(TIME_NEVER, TIME_ZERO)));
	CHECK(world_current() == a && !blocked(other));
	CHECK_EQ(flags_of(a), L4_PREEMPT_DELAY | L4_PREEMPT_PENDING);
	world_pass(DELAY);
	CHECK(world_current() == other);
}

TEST(HDLY0021, "a thread that delays one and takes the queued message of an equal continues; none is missed")
{
	set_up(120, DELAY);
	wake_equal();
	yield(a);
	PUT(other, 1);
	CHECK(!send_to(other, a));
	CHECK(world_current() == a);
	set_flags(a, L4_PREEMPT_DELAY);
	world_irq(LINE);
	CHECK(receive_from(a, L4_ANYTHREAD));
	CHECK(world_current() == a && !blocked(other));
	set_flags(a, 0);
	yield(a);
	CHECK(world_current() == high);
}

TEST(HDLY0013, "a new maximum delay is given whole, also to a thread that delays another; 0 ends it")
{
	set_up(100, DELAY);
	CHECK(send_to(a, root));
	CHECK(thread_control(root, a->id, a->id, a->id, NIL, KEEP));
	CHECK(!receive_from(root, L4_ANYTHREAD));
	set_flags(a, L4_PREEMPT_DELAY);
	wake_equal();
	world_pass(CFG_TIMESLICE_US + DELAY);
	CHECK(world_current() == other);
	CHECK(!receive_from(other, other->id));
	CALL(a, L4_CALL_SCHEDULE, a->id.raw, KEEP, KEEP, KEEP, 100 << 16 | DELAY);
	wake_equal();
	world_pass(CFG_TIMESLICE_US + DELAY - 1);
	CHECK(world_current() == a);
	CALL(a, L4_CALL_SCHEDULE, a->id.raw, KEEP, KEEP, KEEP, 100 << 16 | 50);
	CHECK(world_current() == a);
	world_pass(49);
	CHECK(world_current() == a && flags_of(a) & L4_PREEMPT_PENDING);
	CALL(a, L4_CALL_SCHEDULE, a->id.raw, KEEP, KEEP, KEEP, 100 << 16 | 0);
	CHECK(world_current() == other);
}

TEST(HDLY0014, "a sensitive priority above the caller's is refused with 1, whatever the priority word")
{
	set_up(120, DELAY);
	CHECK(send_to(a, root));
	CHECK(thread_control(root, a->id, a->id, other->id, NIL, KEEP));
	CALL(a, L4_CALL_SCHEDULE, a->id.raw, KEEP, KEEP, 10, 101 << 16 | 50);
	CHECK_EQ(thread_regs(a)->out[0], L4_SCHED_ERROR);
	CHECK_EQ(error_of(a), L4_ERR_NO_PRIVILEGE);
	CHECK_EQ(a->prio, 100);
	CHECK_EQ(a->max_delay, DELAY);
	CALL(a, L4_CALL_SCHEDULE, a->id.raw, KEEP, KEEP, KEEP, (l4_word_t)0xff << 24 | 100 << 16 | 0xffff);
	CHECK(thread_regs(a)->out[0] != L4_SCHED_ERROR);
	CHECK_EQ(a->max_delay, 0xffff);
}

TEST(HDLY0015, "a thread that holds one off and switches to a third does not pass that one by")
{
	set_up(120, DELAY);
	set_flags(a, L4_PREEMPT_DELAY);
	wake_equal();
	world_irq(LINE);
	CHECK(world_current() == a);
	CALL(a, L4_CALL_THREAD_SWITCH, other->id.raw);
	CHECK(world_current() == high);
	CHECK_EQ(flags_of(a), L4_PREEMPT_DELAY);
}

TEST(HDLY0016, "a server on its client's slice holds off the end of that slice by its own flags")
{
	set_up(3, 0);
	CHECK(send_to(a, root));
	set_delay(equal, 100, DELAY);
	CHECK(exregs(a, other->id, L4_EXREGS_RECEIVE, 0, 0));
	CHECK(delete_thread(equal->id));
	equal = new_thread(other);
	set_delay(equal, 100, DELAY);
	CHECK(!receive_from(equal, L4_ANYTHREAD));
	CHECK(!receive_from(root, L4_ANYTHREAD));
	set_flags(equal, L4_PREEMPT_DELAY);
	while (world_current() != a || cpu_self()->slice_owner != a)
		yield(world_current());
	CHECK(!call_to(a, equal));
	CHECK(world_current() == equal && cpu_self()->slice_owner == a);
	world_pass(CFG_TIMESLICE_US);
	CHECK(world_current() == equal && flags_of(equal) & L4_PREEMPT_PENDING);
	world_pass(DELAY);
	CHECK(world_current() == other);
}

TEST(HDLY0017, "with d set for ever equals still have their turns, and their shares differ by the delay only")
{
	uint64_t mine, theirs;

	set_up(100, DELAY);
	set_flags(a, L4_PREEMPT_DELAY);
	wake_equal();
	mine = a->time_used;
	theirs = other->time_used;
	world_pass(100 * CFG_TIMESLICE_US);
	sched_charge(cpu_self());
	mine = a->time_used - mine;
	theirs = other->time_used - theirs;
	CHECK(mine - theirs <= CFG_TIMESLICE_US + DELAY || theirs - mine <= CFG_TIMESLICE_US);
}

static unsigned lasted;			/* us that each step of the operation took */

static void interrupt_first_step(void *arg)
{
	(void)arg;
	host.now += lasted;
	if (world_hook.steps == 1)
		world_irq(LINE);
	else if (host.timer <= host.now)
		world_pass(0);
}

/* a unmaps much; returns whether the preemption by high was delayed until that was done. */
static bool held_off_in_unmap(unsigned us)
{
	bool before;

	set_up(120, DELAY);
	CHECK(send_to(a, root));
	give(a, ram(21), 0x400000, 21, L4_RWX);
	CHECK(!receive_from(root, L4_ANYTHREAD));
	set_flags(a, L4_PREEMPT_DELAY);
	lasted = us;
	world_hook = (struct world_hook){ .call = interrupt_first_step };
	for (l4_word_t i = 0; i < 16; i++)
		put_mr(a, (unsigned)i, l4_fpage(0x400000 + (i << 12), 12, L4_RWX).raw);
	CALL(a, L4_CALL_UNMAP, L4_UNMAP_FLUSH | 15);
	world_hook.call = 0;
	CHECK(world_hook.steps > 1);
	before = world_current() == a;
	world_pass(DELAY);
	CHECK(world_current() == high);
	irq_done(high, LINE);
	CHECK(world_current() == a && a->work == WORK_NONE);
	CHECK(!mapped(a, 0x400000, L4_R));
	return before;
}

TEST(HDLY0018, "a long operation is not interrupted by one that is held off, until the delay is used up")
{
	CHECK(held_off_in_unmap(0));
	CHECK(!held_off_in_unmap(DELAY));
}

TEST(HDLY0019, "flags that others write have their effect, and no value of the flags word does harm")
{
	set_up(120, DELAY);
	for (unsigned i = 0; i < 64; i++) {
		set_flags(a, ~(l4_word_t)0 << i % 32 | i);
		world_irq(LINE);
		world_pass(DELAY + CFG_TIMESLICE_US);
		irq_done(high, LINE);
		yield(a);
		CHECK_EQ(flags_of(a) & L4_PREEMPT_PENDING, 0);
	}
}
