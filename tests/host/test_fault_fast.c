/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_fault_fast.c - direct delivery of faults, exceptions and their replies (core/fault_straight.c),
 * compared with the general path.
 */
#include <string.h>
#include <core/fault.h>
#include <core/kernel.h>
#include <core/upcall.h>
#include "world.h"

static struct thread *a, *b, *pager;

enum { VA = 0x10000 };

/* a's pager and exception handler is `pager`, which has a page at VA. */
static void set_up(void)
{
	world_boot();
	a = new_space();
	b = new_space();
	pager = new_space();
	give(pager, ram(13), VA, 13, L4_RWX);
	give(a, ram(12), VA + 0x8000, 12, L4_RWX);	/* so that there is a table */
	*thread_tcr(a, L4_TCR_PAGER) = pager->id.raw;
	*thread_tcr(a, L4_TCR_EXCEPTION_HANDLER) = pager->id.raw;
}

/* The state that a fault or its reply may change. Fields that only a wait in steps reads may differ. */
struct seen {
	struct cpu cpu;
	struct thread a, pager;
	struct arch_regs a_regs, pager_regs;
	l4_word_t mr[L4_MRS], address;
};

static struct thread *forget(struct thread *t)
{
	t->tag.raw = t->route.flags = 0;
	t->caller = 0;
	t->item = 0;
	return t;
}

static void see(struct seen *s)
{
	memset(s, 0, sizeof(*s));
	s->cpu = *cpu_self();
	s->a = *a;
	s->pager = *pager;
	forget(&s->a);
	forget(&s->pager);
	s->a_regs = *thread_regs(a);
	s->pager_regs = *thread_regs(pager);
	memcpy(s->mr, pager->utcb, sizeof(s->mr));
	s->address = a->rest->fault_address;
}

/* The same action by both paths, from the same state; leaves the state of direct delivery. */
static void same_both_ways(struct thread *(*straight)(void), struct thread *(*general)(void))
{
	static struct seen one, other;
	struct world_copy *before = world_save();

	world_settle(general());
	CHECK_EQ(host.straight, 0);
	see(&other);
	world_restore(before);
	world_settle(straight());
	CHECK_EQ(host.straight, 1);
	see(&one);
	CHECK(!memcmp(&one, &other, sizeof(one)));
	world_drop(before);
	host.straight = 0;
}

static struct thread *fault_straight(void) { return host_page_fault(a, VA + 0x123, L4_W); }
static struct thread *fault_general(void) { return kernel_page_fault(a, VA + 0x123, L4_W); }
static struct thread *exception_straight(void) { return host_exception(a, 6, 0x77); }
static struct thread *exception_general(void) { return kernel_exception(a, 6, 0x77); }
static struct thread *answer_straight(void) { return host_answer(pager); }
static struct thread *answer_general(void) { return kernel_syscall(pager, L4_CALL_IPC); }

/* The arguments of pager's next Ipc: to a, then from any thread. */
static void reply_and_wait(void)
{
	thread_regs(pager)->in[0] = a->id.raw;
	thread_regs(pager)->in[1] = L4_ANYTHREAD.raw;
	thread_regs(pager)->in[2] = timeouts(TIME_ZERO, TIME_NEVER);
}

TEST(HFLT0028, "direct delivery of faults, exceptions and their replies leaves the state of the general path")
{
	set_up();
	put_mr(pager, 1, 0x1111);
	put_mr(pager, 7, 0x7777);
	CHECK(!receive_from(pager, L4_ANYTHREAD));
	world_run(a);
	host.straight = 0;
	same_both_ways(fault_straight, fault_general);
	CHECK(world_current() == pager && blocked(a));
	CHECK_EQ(tag_of(pager).raw, l4_tag_kernel(L4_PROTO_PAGEFAULT, L4_W, 2).raw);
	put_map(pager, l4_fpage(VA, 12, L4_RWX), VA, false);
	reply_and_wait();
	world_settle(answer_general());
	CHECK(world_current() == a && blocked(pager));
	same_both_ways(exception_straight, exception_general);
	CHECK_EQ(get_mr(pager, L4_EXC_NUMBER), 6);
	put_mr(pager, 0, l4_tag(0, L4_EXC_WORDS, 0).raw);
	put_mr(pager, L4_EXC_RIP, 0x8888);
	reply_and_wait();
	same_both_ways(answer_straight, answer_general);
	CHECK_EQ(thread_regs(a)->ip, 0x8888);
}

/* The reasons against direct delivery of a reply; PLAIN: none. */
enum hindrance {
	PLAIN, HALTED, NOT_ABOVE, QUEUED, SHORT, PROPAGATED, TYPED, TIMEOUT, CLOSED, REDIRECTOR, PAGE_FAULT,
	QUANTUM, HINDRANCES
};

enum { TOTAL_US = 1000 };

/* The state before pager replies as below. */
static void hinder(enum hindrance h)
{
	put_mr(pager, 0, l4_tag(0, h == SHORT ? 1 : L4_EXC_WORDS, h == TYPED ? 2 : 0).raw);
	if (h == TYPED)
		put_mr(pager, L4_EXC_WORDS + 1, l4_fpage(VA, 12, L4_RWX).raw);
	if (h == PROPAGATED)
		put_mr(pager, 0, l4_tag(0, L4_EXC_WORDS, 0).raw | L4_TAG_PROPAGATED);
	if (h == HALTED)
		CHECK(exregs(new_thread(a), a->id, L4_EXREGS_SET_HALT | L4_EXREGS_HALT, 0, 0));
	if (h == NOT_ABOVE)
		set_prio(a, 50);		/* below b, which is ready */
	if (h == QUEUED)
		CHECK(!send_to(b, pager));	/* it would have to be received from */
	if (h == REDIRECTOR)
		redirect(pager, root->id);
	if (h == QUANTUM)
		world_pass(TOTAL_US);		/* on a's slice */
	if (world_current() != pager)
		world_run(pager);
	reply_and_wait();
	if (h == TIMEOUT)
		thread_regs(pager)->in[2] = timeouts(TIME_ZERO, TIME_ZERO);
	if (h == CLOSED)
		thread_regs(pager)->in[1] = b->id.raw;
}

TEST(HFLT0029, "a reply is not delivered directly if it is not simple, or its receiver could not run then")
{
	for (enum hindrance h = PLAIN; h < HINDRANCES; h++) {
		set_up();
		CHECK(!receive_from(pager, L4_ANYTHREAD));
		if (h == QUANTUM)
			CHECK(schedule(root, a->id, 0xffff0000 | time_us(TOTAL_US), KEEP) != L4_SCHED_ERROR);
		world_run(a);
		while (h == QUANTUM && (world_current() != a || cpu_self()->slice_owner != a))
			CALL(world_current(), L4_CALL_THREAD_SWITCH, 0);	/* until a has its own slice */
		world_settle(h == PAGE_FAULT ? fault_general() : exception_general());
		CHECK(blocked(a) && world_current() == pager);
		hinder(h);
		CHECK_EQ(a->quantum_state == QUANTUM_OVER, h == QUANTUM);
		host.straight = 0;
		world_settle(world_call(pager, L4_CALL_IPC));
		CHECK_EQ(host.straight, h == PLAIN);
	}
}

/* States of a reply that exist only between two steps of a rename or a move, set here by hand. */
TEST(HFLT0031, "a reply is not delivered directly to a thread that waits for another, or sorts its senders")
{
	struct list sender;
	l4_tid_t self;

	set_up();
	CHECK(!receive_from(pager, L4_ANYTHREAD));
	world_run(a);
	world_settle(exception_general());
	put_mr(pager, 0, l4_tag(0, L4_EXC_WORDS, 0).raw);
	reply_and_wait();
	self = a->recv_from;
	a->recv_from = b->id;
	CHECK(!host_answer(pager));
	a->recv_from = self;
	list_push_back(&a->drain[0], &sender);
	CHECK(!host_answer(pager));
	list_remove(&sender);
	CHECK(host_answer(pager) == a);
}

TEST(HFLT0032, "a page fault of sigma0 is not delivered directly")
{
	set_up();
	CHECK(!receive_from(pager, L4_ANYTHREAD));
	world_run(a);
	a->space->sigma0 = true;
	CHECK(!fault_page_straight(a, VA, L4_W));
	a->space->sigma0 = false;
	CHECK(fault_page_straight(a, VA, L4_W) == pager);
}

TEST(HFLT0030, "a fault is not delivered directly while others are ready or queued, nor past a redirector")
{
	enum { READY, BUSY, BELOW, REDIRECTED, QUEUED_AT, CASES };

	for (unsigned i = READY; i < CASES; i++) {
		set_up();
		if (i != BUSY)
			CHECK(!receive_from(pager, L4_ANYTHREAD));
		if (i == BELOW)
			set_prio(pager, 50);		/* below b, which is ready */
		if (i == REDIRECTED)
			redirect(a, root->id);
		if (i == QUEUED_AT)
			CHECK(!send_to(b, a));		/* it may speak for pager */
		for (unsigned exception = 0; exception < 2; exception++) {
			struct world_copy *before;

			world_run(a);
			before = world_save();
			host.straight = 0;
			world_settle(exception ? exception_straight() : fault_straight());
			CHECK_EQ(host.straight, i == READY);
			world_restore(before);
			world_drop(before);
		}
	}
}
