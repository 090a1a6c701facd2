/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_straight.c - the straight ways of faults, exceptions and their answers (core/fault_straight.c) beside
 * the general ones.
 */
#include <string.h>
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

/* What a fault or its answer may change. What only a wait in steps looks at may differ. */
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

/* The same act by both ways, from the same state on; what it was is left as the straight way leaves it. */
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

/* The arguments of pager's next Ipc: to a, then from anybody. */
static void reply_and_wait(void)
{
	thread_regs(pager)->in[0] = a->id.raw;
	thread_regs(pager)->in[1] = L4_ANYTHREAD.raw;
	thread_regs(pager)->in[2] = timeouts(TIME_ZERO, TIME_NEVER);
}

TEST(FLT0028, "the straight ways of faults, exceptions and their answers leave all as the others do")
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

static bool answers_straight(void)
{
	reply_and_wait();
	host.straight = 0;
	world_settle(world_call(pager, L4_CALL_IPC));
	return host.straight;
}

TEST(FLT0029, "an answer does not go straight to who could not run then, or is not above others")
{
	for (unsigned i = 0; i < 5; i++) {
		set_up();
		CHECK(!receive_from(pager, L4_ANYTHREAD));
		world_run(a);
		world_settle(exception_general());
		CHECK(blocked(a) && world_current() == pager);
		put_mr(pager, 0, l4_tag(0, i == 4 ? 1 : L4_EXC_WORDS, 0).raw);
		if (i == 1)
			CHECK(exregs(new_thread(a), a->id, L4_EXREGS_SET_HALT | L4_EXREGS_HALT, 0, 0));
		if (i == 2)
			set_prio(a, 50);		/* below b, which is ready */
		if (i == 3)
			CHECK(!send_to(b, pager));	/* it would have to be received from */
		if (world_current() != pager)
			world_run(pager);
		CHECK_EQ(answers_straight(), i == 0);
	}
}
