/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_quantum.c - total quantum: which thread is charged, which gets the message, and which continues (api
 * 7.2, protocols 4).
 */
#include <core/arch.h>
#include <core/sched.h>
#include <mem/tlb.h>
#include "world.h"

enum { QUANTUM = 3000, VA = 0x10000 };

#define NIL L4_NILTHREAD
#define NEVER timeouts(TIME_NEVER, TIME_NEVER)

/* c is the scheduler of a and b. */
static struct thread *a, *b, *c;

static void set_up(void)
{
	world_boot();
	a = new_space();
	b = new_space();
	c = new_space();
	CHECK(thread_control(root, a->id, a->id, c->id, NIL, KEEP));
	CHECK(thread_control(root, b->id, b->id, c->id, NIL, KEEP));
}

/* What is left of t's quantum, as root sees it. */
static l4_word_t quantum_left(struct thread *t)
{
	CHECK(schedule(root, t->id, KEEP, KEEP) != L4_SCHED_ERROR);
	return thread_regs(root)->out[1] & 0xffff;
}

static l4_word_t state_of(struct thread *t)
{
	return schedule(root, t->id, KEEP, KEEP);
}

/* t has a quantum and the processor for itself: all others wait, root and c for any message. */
static void alone(struct thread *t)
{
	struct thread *other = t == a ? b : a;

	give_quantum(t, QUANTUM);
	CHECK(!receive_from(c, L4_ANYTHREAD));
	CHECK(!receive_from(other, other->id));
	CHECK(!receive_from(root, L4_ANYTHREAD));
	CHECK(world_current() == t);
}

static bool told(struct thread *scheduler, l4_tid_t about, uint64_t at)
{
	return !blocked(scheduler) && from_of(scheduler).raw == about.raw
	    && tag_of(scheduler).raw == l4_tag_kernel(L4_PROTO_PREEMPTION, 0, 2).raw
	    && get_mr(scheduler, 1) == (l4_word_t)at
	    && get_mr(scheduler, 2) == (sizeof(l4_word_t) == 4 ? (l4_word_t)(at >> 32) : 0);
}

/* t, which is ready, runs, and not on a donated slice. */
static void on_own_slice(struct thread *t)
{
	for (unsigned i = 0; i < 10 && (world_current() != t || cpu_self()->slice_owner != t); i++)
		yield(world_current());
	CHECK(world_current() == t && cpu_self()->slice_owner == t);
}

TEST(HQUA0001, "a new thread has no total quantum; what is set and what is left of it come back as periods")
{
	set_up();
	CHECK_EQ(quantum_left(a), L4_NEVER.raw);
	give_quantum(a, 512);
	CHECK_EQ(quantum_left(a), l4_period(512).raw);
	on_own_slice(a);
	host.now += 100;
	CHECK_EQ(quantum_left(a), l4_period(412).raw);
	CHECK(schedule(root, a->id, 0xffff0000 | TIME_NEVER, KEEP) != L4_SCHED_ERROR);
	CHECK_EQ(quantum_left(a), L4_NEVER.raw);
}

TEST(HQUA0002, "a total quantum of no length, or up to a time point, is refused with 5 and changes nothing")
{
	set_up();
	give_quantum(a, 512);
	CHECK_EQ(schedule(root, a->id, 0xffff0000 | TIME_ZERO, KEEP), L4_SCHED_ERROR);
	CHECK_EQ(error_of(root), L4_ERR_PARAM);
	CHECK_EQ(schedule(root, a->id, 0xffff0000 | 0x8123, 77), L4_SCHED_ERROR);
	CHECK_EQ(error_of(root), L4_ERR_PARAM);
	CHECK_EQ(schedule(root, a->id, (l4_word_t)0x0400 << 16 | time_us(9), KEEP), L4_SCHED_ERROR);
	CHECK_EQ(quantum_left(a), l4_period(512).raw);
	CHECK_EQ(a->prio, CFG_PRIO_DEFAULT);
}

TEST(HQUA0003, "a thread alone stops to the microsecond, and its scheduler gets a message with the time")
{
	uint64_t end;

	set_up();
	host.now += (uint64_t)5 << 32;
	alone(a);
	end = host.now + QUANTUM;
	world_pass(QUANTUM - 1);
	CHECK(world_current() == a && blocked(c));
	world_pass(1);
	CHECK(world_current() == c);
	CHECK(told(c, a->id, end));
	CHECK(!world_try_run(a));
	CHECK(!receive_from(c, L4_ANYTHREAD));
	CHECK_EQ(world_current()->kind, THREAD_IDLE);
}

TEST(HQUA0004, "a stopped thread is pending send until the message is taken, then inactive; nothing is left")
{
	set_up();
	give_quantum(a, QUANTUM);
	on_own_slice(a);
	world_pass(QUANTUM);
	world_pass(10 * CFG_TIMESLICE_US);
	CHECK_EQ(state_of(a), L4_SCHED_PENDING_SEND);
	CHECK_EQ(quantum_left(a), TIME_ZERO);
	CHECK(receive_from(c, L4_ANYTHREAD));
	CHECK_EQ(from_of(c).raw, a->id.raw);
	CHECK_EQ(state_of(a), L4_SCHED_INACTIVE);
	CHECK_EQ(quantum_left(a), TIME_ZERO);
	CALL(b, L4_CALL_THREAD_SWITCH, a->id.raw);
	CHECK(world_current() != a);
	CHECK(!world_try_run(a));
}

TEST(HQUA0005, "only a new quantum resumes it, finite or never; leaving the quantum as it is does not")
{
	set_up();
	alone(a);
	world_pass(QUANTUM);
	CHECK(schedule(c, a->id, KEEP, KEEP) != L4_SCHED_ERROR);
	CHECK(schedule(c, a->id, time_us(5000) << 16 | 0xffff, 90) != L4_SCHED_ERROR);
	CHECK(!world_try_run(a));
	CHECK(schedule(c, a->id, 0xffff0000 | time_us(QUANTUM), KEEP) != L4_SCHED_ERROR);
	CHECK(!receive_from(c, L4_ANYTHREAD));
	CHECK(world_current() == a);
	world_pass(QUANTUM);
	CHECK(world_current() == c);
	CHECK(schedule(c, a->id, 0xffff0000 | TIME_NEVER, KEEP) != L4_SCHED_ERROR);
	CHECK(!receive_from(c, L4_ANYTHREAD));
	world_pass(100 * QUANTUM);
	CHECK(world_current() == a);
}

TEST(HQUA0006, "a new quantum while the message is still queued withdraws it")
{
	set_up();
	give_quantum(a, QUANTUM);
	on_own_slice(a);
	world_pass(10 * CFG_TIMESLICE_US);
	CHECK_EQ(state_of(a), L4_SCHED_PENDING_SEND);
	give_quantum(a, QUANTUM);
	CHECK_EQ(state_of(a), L4_SCHED_RUNNING);
	CHECK(world_try_run(a));
	CHECK(ipc(c, NIL, L4_ANYTHREAD, timeouts(TIME_ZERO, TIME_ZERO)));
	CHECK_FAILED(c, RECEIVE_ERROR(TIMEOUT));
}

TEST(HQUA0007, "only time that a thread runs counts, over many slices, yields and preemptions")
{
	uint64_t used;

	set_up();
	give_quantum(a, 30000);
	used = a->time_used;
	for (unsigned i = 0; i < 200 && state_of(a) == L4_SCHED_RUNNING; i++) {
		world_pass(1700);
		yield(world_current());
	}
	CHECK_EQ(state_of(a), L4_SCHED_PENDING_SEND);
	CHECK_EQ(a->time_used - used, l4_period_us(l4_period(30000)));
}

TEST(HQUA0008, "a client's quantum ends in its server: the server continues, the client stops after it")
{
	uint64_t used;

	set_up();
	CHECK(!receive_from(c, L4_ANYTHREAD));
	CHECK(!receive_from(b, L4_ANYTHREAD));
	give_quantum(a, QUANTUM);
	world_run(a);
	CHECK(!receive_from(root, L4_ANYTHREAD));
	CHECK(cpu_self()->slice_owner == a);
	PUT(a, 7, 8);
	CHECK(!call_to(a, b));
	world_pass(QUANTUM);
	CHECK(world_current() == b && cpu_self()->slice_owner == b);
	CHECK(blocked(c));
	used = a->time_used;
	world_pass(500);
	PUT(b, 3, 4);
	CHECK(!ipc(b, a->id, L4_ANYTHREAD, timeouts(TIME_ZERO, TIME_NEVER)));
	CHECK_EQ(a->time_used, used);
	CHECK(world_current() == c);
	CHECK(told(c, a->id, host.now));
	CHECK_EQ(get_mr(a, 1), 4);		/* the answer is there when it continues */
	CHECK_EQ(tag_of(a).raw, l4_tag(3, 1, 0).raw);
	CHECK(schedule(c, a->id, 0xffff0000 | TIME_NEVER, KEEP) != L4_SCHED_ERROR);
	CHECK(world_try_run(a));
}

TEST(HQUA0009, "a thread whose quantum ends while its pager runs is stopped after the answer, not before")
{
	set_up();
	CHECK(!receive_from(c, L4_ANYTHREAD));
	give(b, ram(12), VA, 12, L4_RWX);
	*thread_tcr(a, L4_TCR_PAGER) = b->id.raw;
	CHECK(!receive_from(b, L4_ANYTHREAD));
	give_quantum(a, QUANTUM);
	on_own_slice(a);
	CHECK(!touch(a, VA, L4_W));
	CHECK(world_current() == b && cpu_self()->slice_owner == a);
	world_pass(QUANTUM);
	CHECK(cpu_self()->slice_owner == b);
	world_pass(20 * CFG_TIMESLICE_US);
	CHECK(blocked(c));
	put_map(b, l4_fpage(VA, 12, L4_RWX), VA, false);
	CHECK(!ipc(b, a->id, L4_ANYTHREAD, timeouts(TIME_ZERO, TIME_NEVER)));
	world_pass(20 * CFG_TIMESLICE_US);
	CHECK(!blocked(c));
	CHECK_EQ(from_of(c).raw, a->id.raw);
	CHECK(mapped(a, VA, L4_W));
	CHECK_EQ(state_of(a), L4_SCHED_INACTIVE);
}

TEST(HQUA0010, "without a scheduler a thread stops without a message, which one set later gets")
{
	set_up();
	CHECK(delete_thread(c->id));
	give_quantum(a, QUANTUM);
	on_own_slice(a);
	world_pass(10 * CFG_TIMESLICE_US);
	CHECK_EQ(state_of(a), L4_SCHED_INACTIVE);
	CHECK(!receive_from(b, L4_ANYTHREAD));
	CHECK(thread_control(root, a->id, a->id, b->id, NIL, KEEP));
	world_try_run(a);
	CHECK_EQ(state_of(a), L4_SCHED_INACTIVE);
	CHECK(told(b, a->id, arch_time_now()));
	CHECK(schedule(b, a->id, 0xffff0000 | time_us(QUANTUM), KEEP) != L4_SCHED_ERROR);
	CHECK_EQ(state_of(a), L4_SCHED_RUNNING);
}

/* a's quantum is over, and its message stands in c's queue. */
static void queue_message(void)
{
	set_up();
	give_quantum(a, QUANTUM);
	on_own_slice(a);
	world_pass(10 * CFG_TIMESLICE_US);
	CHECK_EQ(state_of(a), L4_SCHED_PENDING_SEND);
}

TEST(HQUA0011, "when its scheduler is deleted or renamed, the thread stays stopped, and the next one gets it")
{
	l4_tid_t id;

	queue_message();
	CHECK(delete_thread(c->id));
	world_pass(10 * CFG_TIMESLICE_US);
	CHECK_EQ(state_of(a), L4_SCHED_INACTIVE);
	CHECK(!world_try_run(a));
	CHECK(thread_control(root, a->id, a->id, b->id, NIL, KEEP));
	world_try_run(a);
	CHECK_EQ(state_of(a), L4_SCHED_PENDING_SEND);
	CHECK(receive_from(b, L4_ANYTHREAD));
	CHECK(told(b, a->id, arch_time_now()));
	CHECK(thread_control(root, a->id, a->id, b->id, NIL, KEEP));
	CHECK(!world_try_run(a));
	CHECK_EQ(state_of(a), L4_SCHED_INACTIVE);
	queue_message();
	id = l4_tid_global(l4_tid_number(c->id), l4_tid_version(c->id) + 2);
	CHECK(thread_control(root, id, c->id, NIL, NIL, KEEP));
	world_pass(10 * CFG_TIMESLICE_US);
	CHECK_EQ(state_of(a), L4_SCHED_INACTIVE);
	give_quantum(a, QUANTUM);
	CHECK(world_try_run(a));
}

TEST(HQUA0012, "a thread that gets another scheduler while its message is queued sends it to that one")
{
	queue_message();
	CHECK(thread_control(root, a->id, a->id, b->id, NIL, KEEP));
	CHECK(!receive_from(b, L4_ANYTHREAD) || from_of(b).raw == a->id.raw);
	world_pass(10 * CFG_TIMESLICE_US);
	CHECK(!blocked(b));
	CHECK_EQ(from_of(b).raw, a->id.raw);
	CHECK(ipc(c, NIL, L4_ANYTHREAD, timeouts(TIME_ZERO, TIME_ZERO)));
	CHECK_FAILED(c, RECEIVE_ERROR(TIMEOUT));
}

TEST(HQUA0013, "a thread of its space that aborts the message does not free it: the message is sent again")
{
	struct thread *a2;
	l4_word_t mr1, error;

	set_up();
	a2 = new_thread(a);
	give_quantum(a, QUANTUM);
	on_own_slice(a);
	clear_error(a);
	mr1 = get_mr(a, 1);
	error = error_of(a);
	world_pass(20 * CFG_TIMESLICE_US);
	CHECK(exregs(a2, a->id, L4_EXREGS_SEND | L4_EXREGS_RECEIVE, 0, 0));
	CHECK_EQ(thread_regs(a2)->out[1] & L4_EXREGS_SEND, L4_EXREGS_SEND);
	world_pass(20 * CFG_TIMESLICE_US);
	CHECK_EQ(state_of(a), L4_SCHED_PENDING_SEND);
	CHECK_EQ(get_mr(a, 1), mr1);
	CHECK_EQ(error_of(a), error);
	CHECK(receive_from(c, a->id));
	CHECK(exregs(a2, a->id, L4_EXREGS_SEND | L4_EXREGS_RECEIVE, 0, 0));
	world_pass(20 * CFG_TIMESLICE_US);
	CHECK_EQ(state_of(a), L4_SCHED_INACTIVE);
}

TEST(HQUA0014, "halting a stopped thread, and letting it go, is another matter: it needs both")
{
	struct thread *a2;

	set_up();
	a2 = new_thread(a);
	give_quantum(a, QUANTUM);
	on_own_slice(a);
	world_pass(20 * CFG_TIMESLICE_US);
	CHECK(exregs(a2, a->id, L4_EXREGS_SET_HALT | L4_EXREGS_HALT, 0, 0));
	CHECK(receive_from(c, L4_ANYTHREAD));
	give_quantum(a, QUANTUM);
	CHECK_EQ(state_of(a), L4_SCHED_INACTIVE);
	CHECK(exregs(a2, a->id, L4_EXREGS_SET_HALT, 0, 0));
	CHECK_EQ(state_of(a), L4_SCHED_RUNNING);
	CHECK(world_try_run(a));
	world_pass(20 * CFG_TIMESLICE_US);
	CHECK(exregs(a2, a->id, L4_EXREGS_SET_HALT, 0, 0));
	CHECK_EQ(state_of(a), L4_SCHED_PENDING_SEND);
}

TEST(HQUA0015, "a thread is deleted, moved or renamed with its message queued")
{
	l4_tid_t id;

	queue_message();
	CHECK(delete_thread(a->id));
	CHECK(ipc(c, NIL, L4_ANYTHREAD, timeouts(TIME_ZERO, TIME_ZERO)));
	CHECK_FAILED(c, RECEIVE_ERROR(TIMEOUT));
	queue_message();
	id = l4_tid_global(l4_tid_number(a->id), l4_tid_version(a->id) + 2);
	CHECK(thread_control(root, id, a->id, NIL, NIL, KEEP));
	CHECK(receive_from(c, L4_ANYTHREAD));
	CHECK_EQ(from_of(c).raw, id.raw);
	set_up();
	a = new_thread(b);			/* at another address than c's */
	CHECK(thread_control(root, a->id, a->id, c->id, NIL, KEEP));
	give_quantum(a, QUANTUM);
	on_own_slice(a);
	world_pass(10 * CFG_TIMESLICE_US);
	CHECK(thread_control(root, a->id, c->id, NIL, NIL, KEEP));
	world_pass(10 * CFG_TIMESLICE_US);
	CHECK(receive_from(c, L4_ANYLOCALTHREAD));
	CHECK_EQ(from_of(c).raw, local_id(a).raw);
	CHECK_EQ(state_of(a), L4_SCHED_INACTIVE);
}

TEST(HQUA0016, "a donor's quantum ends while another thread runs on its slice: that one continues on its own")
{
	set_up();
	CHECK(!receive_from(c, L4_ANYTHREAD));
	give_quantum(a, QUANTUM);
	world_run(a);
	CHECK(!receive_from(root, L4_ANYTHREAD));
	yield(a);
	world_run(a);
	CALL(a, L4_CALL_THREAD_SWITCH, b->id.raw);
	CHECK(cpu_self()->slice_owner == a && world_current() == b);
	world_pass(QUANTUM);
	CHECK(world_current() == b && cpu_self()->slice_owner == b);
	world_pass(CFG_TIMESLICE_US + 1);
	CHECK(!blocked(c));
	CHECK_EQ(from_of(c).raw, a->id.raw);
}

TEST(HQUA0017, "a thread that is its own scheduler stops without a message, and none is queued")
{
	set_up();
	CHECK(thread_control(root, a->id, a->id, a->id, NIL, KEEP));
	CHECK(schedule(a, a->id, 0xffff0000 | time_us(QUANTUM), KEEP) != L4_SCHED_ERROR);
	CHECK_EQ(quantum_left(a), l4_period(QUANTUM).raw);
	on_own_slice(a);
	world_pass(10 * CFG_TIMESLICE_US);
	CHECK_EQ(state_of(a), L4_SCHED_INACTIVE);
}

TEST(HQUA0018, "a quantum found used up in a Schedule of the thread itself, which renews it, is no end")
{
	set_up();
	CHECK(!receive_from(c, L4_ANYTHREAD));
	CHECK(thread_control(root, a->id, a->id, b->id, NIL, KEEP));
	CHECK(thread_control(root, c->id, c->id, a->id, NIL, KEEP));
	CHECK(!receive_from(b, L4_ANYTHREAD));
	CHECK(thread_control(root, a->id, a->id, a->id, NIL, KEEP));
	CHECK(!receive_from(root, L4_ANYTHREAD));
	CHECK(schedule(a, a->id, 0xffff0000 | time_us(QUANTUM), KEEP) != L4_SCHED_ERROR);
	host.now += QUANTUM;			/* the timer is due, and has not come yet */
	CHECK(schedule(a, a->id, 0xffff0000 | time_us(QUANTUM), KEEP) != L4_SCHED_ERROR);
	CHECK_EQ(thread_regs(a)->out[1] & 0xffff, TIME_ZERO);
	CHECK(world_current() == a);
	world_pass(QUANTUM - 1);
	CHECK(world_current() == a);
}

TEST(HQUA0019, "a message of a thread whose quantum ends meanwhile arrives, and it waits for the answer")
{
	set_up();
	give_quantum(a, QUANTUM);
	on_own_slice(a);
	host.now += QUANTUM;
	PUT(a, 5, 6);
	CHECK(!call_to(a, b));			/* the timer comes after the call */
	world_pass(1);
	CHECK_EQ(a->quantum_state, QUANTUM_OVER);
	CHECK(receive_from(b, a->id));
	CHECK_EQ(get_mr(b, 1), 6);
	PUT(b, 1, 2);
	CHECK(ipc(b, a->id, NIL, timeouts(TIME_ZERO, TIME_ZERO)));
	CHECK(receive_from(c, a->id) || (world_pass(10 * CFG_TIMESLICE_US), !blocked(c)));
	CHECK_EQ(tag_of(c).raw, l4_tag_kernel(L4_PROTO_PREEMPTION, 0, 2).raw);
	CHECK_EQ(get_mr(a, 1), 2);
}

TEST(HQUA0020, "an endless slice does not make a quantum endless; a server on it pays when that is over")
{
	set_up();
	CHECK(!receive_from(c, L4_ANYTHREAD));
	CHECK(!receive_from(b, L4_ANYTHREAD));
	CHECK(schedule(root, a->id, (l4_word_t)TIME_NEVER << 16 | time_us(QUANTUM), KEEP) != L4_SCHED_ERROR);
	world_run(a);
	CHECK(!receive_from(root, L4_ANYTHREAD));
	CHECK(!call_to(a, b));
	host.now += QUANTUM;
	CALL(b, L4_CALL_SCHEDULE, a->id.raw, KEEP, KEEP, KEEP, KEEP);	/* no right; no thread is charged */
	CHECK(world_current() == b);
	world_pass(0);
	CHECK(cpu_self()->slice_owner == b);
}

TEST(HQUA0021, "priorities and slices of a stopped thread can be changed, and hold when it continues")
{
	queue_message();
	CHECK(schedule(root, a->id, time_us(5000) << 16 | 0xffff, 101) == L4_SCHED_PENDING_SEND);
	CHECK(!world_try_run(a));
	give_quantum(a, QUANTUM);
	CHECK(world_current() == a);
	CHECK_EQ(a->slice, l4_period_us(l4_period(5000)));
}

TEST(HQUA0028, "the message is redirected; where the redirector is no more, the thread just stops")
{
	set_up();
	alone(a);
	CHECK(exregs(a, a->id, 0, 0, 0));
	a->space->redirector = b->id;
	tlb_set_enter(a->space, a->space->tlb.enter);
	world_pass(QUANTUM);
	CHECK_EQ(a->quantum_state, QUANTUM_STOPPED);
	CHECK(thread_queued(a) && a->partner == b && blocked(c));
	set_up();
	alone(a);
	a->space->redirector = new_tid();
	tlb_set_enter(a->space, a->space->tlb.enter);
	world_pass(QUANTUM);
	CHECK_EQ(a->quantum_state, QUANTUM_UNSENT);
	CHECK(!blocked(a) && blocked(c));
	CHECK_EQ(world_current()->kind, THREAD_IDLE);
}

/* a has called b, which runs on a's slice; no other thread is ready. */
static void serve_alone(void)
{
	set_up();
	CHECK(!receive_from(c, L4_ANYTHREAD));
	CHECK(!receive_from(b, L4_ANYTHREAD));
	on_own_slice(a);
	sched_set_slice(a, CFG_TIMESLICE_US);
	CHECK(!receive_from(root, L4_ANYTHREAD));
	CHECK(!call_to(a, b));
	CHECK(world_current() == b && cpu_self()->slice_owner == a);
}

TEST(HQUA0029, "a server is charged itself when its client's slice is used up and no other thread is ready")
{
	uint64_t used, begin;

	serve_alone();
	sched_set_quantum(b, QUANTUM);
	CALL(b, L4_CALL_SYSTEM_CLOCK);
	begin = host.now;
	used = a->time_used;
	world_pass(CFG_TIMESLICE_US + QUANTUM - 1);
	CHECK(world_current() == b && blocked(c) && cpu_self()->slice_owner == b);
	CHECK_EQ(a->time_used - used, CFG_TIMESLICE_US);
	sched_charge_for(b);
	CHECK_EQ(b->quantum, 1);
	world_pass(1);
	CHECK_EQ(b->quantum_state, QUANTUM_STOPPED);
	CHECK(!blocked(c) && world_current() == c);
	CHECK_EQ(get_mr(c, 1), (l4_word_t)(begin + CFG_TIMESLICE_US + QUANTUM));
}

TEST(HQUA0030, "a client's quantum pays for no more than its slice, however long its server works")
{
	serve_alone();
	sched_set_quantum(a, 5 * CFG_TIMESLICE_US);
	CALL(b, L4_CALL_SYSTEM_CLOCK);
	world_pass(20 * CFG_TIMESLICE_US);
	CHECK(world_current() == b && cpu_self()->slice_owner == b && blocked(c));
	CHECK_EQ(a->quantum, 4 * CFG_TIMESLICE_US);
}

TEST(HQUA0031, "threads with a quantum are counted: none is left when they have none, or are no more")
{
	set_up();
	give_quantum(a, QUANTUM);
	give_quantum(a, 2 * QUANTUM);
	give_quantum(b, QUANTUM);
	CHECK_EQ(cpu_self()->special / SLOW_QUANTUM, 2);
	on_own_slice(a);
	world_pass(20 * CFG_TIMESLICE_US);
	CHECK_EQ(a->quantum_state, QUANTUM_STOPPED);
	CHECK_EQ(cpu_self()->special / SLOW_QUANTUM, 2);
	CHECK(delete_thread(a->id));
	CHECK(schedule(root, b->id, 0xffff0000 | TIME_NEVER, KEEP) != L4_SCHED_ERROR);
	CHECK_EQ(cpu_self()->special, 0);
}
