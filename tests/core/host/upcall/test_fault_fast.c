/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_fault_fast.c - faults, exceptions and their answers: the straight line of Ipc, and its branches.
 */
#include <string.h>
#include <core/check.h>
#include <core/fault.h>
#include <core/kernel.h>
#include <core/sched.h>
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

static struct thread *fault(void) { return fault_page(a, VA + 0x123, L4_W); }
static struct thread *exception(void) { return fault_exception(a, 6, 0x77); }

/* The arguments of pager's next Ipc: to a, then from any thread. */
static void reply_and_wait(void)
{
	thread_regs(pager)->in[0] = a->id.raw;
	thread_regs(pager)->in[1] = L4_ANYTHREAD.raw;
	thread_regs(pager)->in[2] = timeouts(TIME_ZERO, TIME_NEVER);
}

static void answer(void)
{
	reply_and_wait();
	world_settle(world_call(pager, L4_CALL_IPC));
}

TEST(HFLT0028, "a handler that waits runs at once with a fault or exception, and the thread with the answer")
{
	set_up();
	put_mr(pager, 1, 0x1111);
	put_mr(pager, 7, 0x7777);
	CHECK(!receive_from(pager, L4_ANYTHREAD));
	world_run(a);
	world_settle(fault());
	CHECK(world_current() == pager && blocked(a));
	CHECK_EQ(tag_of(pager).raw, l4_tag_kernel(L4_PROTO_PAGEFAULT, L4_W, 2).raw);
	CHECK_EQ(from_of(pager).raw, a->id.raw);
	CHECK_EQ(get_mr(pager, 1), VA + 0x123);
	CHECK_EQ(a->rest->fault_address, VA + 0x123);
	CHECK_EQ(get_mr(pager, 2), thread_regs(a)->ip);
	CHECK_EQ(get_mr(pager, 7), 0x7777);			/* its own */
	put_map(pager, l4_fpage(VA, 12, L4_RWX), VA, false);
	answer();
	CHECK(world_current() == a && blocked(pager) && mapped(a, VA, L4_RWX));
	world_settle(exception());
	CHECK(world_current() == pager && blocked(a));
	CHECK_EQ(tag_of(pager).raw, l4_tag_kernel(L4_PROTO_EXCEPTION, 0, L4_EXC_WORDS).raw);
	CHECK_EQ(get_mr(pager, L4_EXC_NUMBER), 6);
	CHECK_EQ(get_mr(pager, L4_EXC_ERROR), 0x77);
	put_mr(pager, 0, l4_tag(0, L4_EXC_WORDS, 0).raw);
	put_mr(pager, L4_EXC_RIP, 0x8888);
	answer();
	CHECK(world_current() == a && blocked(pager));
	CHECK_EQ(thread_regs(a)->ip, 0x8888);
}

enum { ITEMS = 31, ITEMS_AT = 0x10000000, ITEMS_APART = 0x2000 };

/* pager's next Ipc is an answer to a: words for registers, and as many map items as there is room for. */
static unsigned put_items(unsigned words)
{
	unsigned items = (L4_MRS - 1 - words) / 2;

	put_mr(pager, 0, l4_tag(0, words, 2 * items).raw);
	for (unsigned i = 0; i < items; i++) {
		put_mr(pager, words + 1 + 2 * i, l4_map_item(ITEMS_AT + i * ITEMS_APART));
		put_mr(pager, words + 2 + 2 * i, l4_fpage(VA, 12, L4_RWX).raw);
	}
	return items;
}

/* Between two steps of the answer: nothing, a's wait is cancelled, pager is deleted. */
static void undisturbed(void *by) { (void)by; }
static void cancel_a(void *by) { CHECK(world_hook.steps > 1 || exregs(by, a->id, L4_EXREGS_RECEIVE, 0, 0)); }
static void delete_pager(void *by) { (void)by; CHECK(world_hook.steps > 1 || delete_thread(pager->id)); }

static void check_now(void) { kernel_check(world_current()); }

/* a has an exception, which pager, for which a has waited before, has received by the straight line. */
static void raise_again(void)
{
	CHECK(!receive_from(pager, L4_ANYTHREAD));
	world_run(a);
	world_settle(exception());
	put_mr(pager, 0, l4_tag(0, L4_EXC_WORDS, 0).raw);
	answer();
	CHECK(world_current() == a && blocked(pager));
	world_settle(exception());
	CHECK(a->mr == thread_regs(a)->mr && world_current() == pager);
}

TEST(HFLT0036, "an answer to an exception may have items for many steps, and end between two of them")
{
	static void (*const between[])(void *) = { undisturbed, cancel_a, delete_pager };

	for (unsigned words = 0; words <= L4_EXC_WORDS; words += L4_EXC_WORDS)
		for (unsigned way = 0; way < ARRAY_LEN(between); way++) {
			struct thread *a2;
			unsigned items;

			set_up();
			a2 = new_thread(a);
			raise_again();
			items = put_items(words);
			world_hook = (struct world_hook){ .call = between[way], .arg = a2, .watch = check_now };
			answer();
			CHECK(world_hook.steps > 0);
			world_hook = (struct world_hook){ 0 };
			CHECK_EQ(mapped(a, ITEMS_AT + (items - 1) * ITEMS_APART, L4_RWX), way == 0);
			CHECK(a->recv == RECV_NONE && a->mr == thread_regs(a)->mr);
		}
}

/* What is special about an answer; PLAIN is that nothing is. */
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
		put_mr(pager, L4_EXC_WORDS + 1, l4_fpage(VA, 12, L4_RWX).raw);	/* no item */
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

/* a after the answer: runs, could run, was answered but cannot run, or waits for an answer still. */
enum after { RUNS, READY, STOPPED, WAITS };

TEST(HFLT0029, "an answer that is not plain, or to a thread that cannot run then, arrives all the same")
{
	static const enum after expected[HINDRANCES] = {
		[HALTED] = STOPPED, [NOT_ABOVE] = READY, [QUEUED] = READY, [TYPED] = STOPPED, [TIMEOUT] = READY,
		[REDIRECTOR] = WAITS, [QUANTUM] = STOPPED,
	};

	for (enum hindrance h = PLAIN; h < HINDRANCES; h++) {
		enum after after;

		set_up();
		CHECK(!receive_from(pager, L4_ANYTHREAD));
		if (h == QUANTUM)
			CHECK(schedule(root, a->id, 0xffff0000 | time_us(TOTAL_US), KEEP) != L4_SCHED_ERROR);
		world_run(a);
		while (h == QUANTUM && (world_current() != a || cpu_self()->slice_owner != a))
			CALL(world_current(), L4_CALL_THREAD_SWITCH, 0);	/* until a has its own slice */
		world_settle(h == PAGE_FAULT ? fault() : exception());
		CHECK(blocked(a) && world_current() == pager);
		hinder(h);
		CHECK_EQ(a->quantum_state == QUANTUM_OVER, h == QUANTUM);
		world_settle(world_call(pager, L4_CALL_IPC));
		after = thread_in_ipc(a) && a->origin != IPC_QUANTUM ? WAITS : world_current() == a ? RUNS
		      : thread_runnable(a) ? READY : STOPPED;
		if (after != expected[h])
			test_fail(__FILE__, __LINE__, "case %d: %d", (int)h, (int)after);
		CHECK_EQ(blocked(pager), h != QUEUED && h != TIMEOUT && h != TYPED && h != REDIRECTOR);
		if (h == TIMEOUT)
			CHECK_FAILED(pager, RECEIVE_ERROR(TIMEOUT));
		if (h == TYPED)
			CHECK_FAILED(pager, SEND_ERROR(OVERFLOW));
	}
}

/* What of an answer is so only between two steps of a rename or a move: looked at without the rest of it. */
TEST(HFLT0031, "no answer reaches a thread that waits for another, or lets one run whose senders are sorted")
{
	struct list sender;
	l4_tid_t self;

	set_up();
	CHECK(!receive_from(pager, L4_ANYTHREAD));
	world_run(a);
	world_settle(exception());
	put_mr(pager, 0, l4_tag(0, L4_EXC_WORDS, 0).raw);
	reply_and_wait();
	self = a->recv_from;
	a->recv_from = b->id;
	sched_run(kernel_syscall(pager, L4_CALL_IPC));
	a->recv_from = self;
	CHECK_FAILED(pager, SEND_ERROR(TIMEOUT));
	CHECK(blocked(a));
	put_mr(pager, 0, l4_tag(0, L4_EXC_WORDS, 0).raw);
	reply_and_wait();
	list_push_back(&a->drain[0], &sender);
	a->draining = true;
	CHECK(kernel_syscall(pager, L4_CALL_IPC) != a);
	list_remove(&sender);
	a->draining = false;
	CHECK(thread_runnable(a));
}

TEST(HFLT0032, "a page fault of sigma0 is no message, whatever pager it names")
{
	set_up();
	CHECK(!receive_from(pager, L4_ANYTHREAD));
	world_run(a);
	a->space->sigma0 = true;
	fault_page(a, VA, L4_W);
	CHECK(blocked(pager) && !blocked(a));
	a->space->sigma0 = false;
	CHECK(!fault_page(a, VA, L4_W) && world_current() == pager);
}

TEST(HFLT0030, "a fault is queued at a busy handler, gives way to a higher thread, and obeys a redirector")
{
	enum { READY_ONE, BUSY, BELOW, REDIRECTED, QUEUED_AT, CASES };

	for (unsigned i = READY_ONE; i < CASES; i++) {
		set_up();
		if (i != BUSY)
			CHECK(!receive_from(pager, L4_ANYTHREAD));
		if (i == BELOW)
			set_prio(pager, 50);		/* below b, which is ready */
		if (i == REDIRECTED)
			redirect(a, root->id);
		if (i == QUEUED_AT)
			CHECK(!send_to(b, a));		/* it may speak for pager */
		for (unsigned is_exception = 0; is_exception < 2; is_exception++) {
			struct world_copy *before;

			world_run(a);
			before = world_save();
			world_settle(is_exception ? exception() : fault());
			CHECK(blocked(a));
			CHECK_EQ(blocked(pager), i == REDIRECTED);
			CHECK_EQ(world_current() == pager, i == READY_ONE || i == QUEUED_AT || i == BUSY);
			CHECK_EQ(thread_queued(a), i == BUSY || i == REDIRECTED);
			if (thread_queued(a))
				CHECK(a->partner == (i == BUSY ? pager : root));
			world_restore(before);
			world_drop(before);
		}
	}
}
