/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_storm.c - random calls that mostly make sense, so that threads and spaces are created, moved, renamed
 * and deleted, messages and pages transferred, all of it also in each other's preemption points. Invariants
 * are checked after each step; at the end all is deleted and no memory may be in use.
 */
#include <stdlib.h>
#include <core/arch.h>
#include <core/ipc.h>
#include <core/sched.h>
#include "world.h"

enum {
	NUMBERS = 10, PRIVILEGED = 3, MEMBERS = NUMBERS + PRIVILEGED,
	VA = 0x4000, FIRST_LINE = 4, LINES = 3,
};

#define NIL L4_NILTHREAD

static uint64_t seed;
static l4_word_t first_number;		/* of NUMBERS thread numbers that come and go */
static struct thread *chief[PRIVILEGED];
static l4_tid_t chief_id[PRIVILEGED];
static bool memory_fails;

static unsigned rnd(unsigned n)
{
	seed = seed * 6364136223846793005ull + 1442695040888963407ull;
	return (unsigned)(seed >> 33) % n;
}

static bool one_in(unsigned n) { return rnd(n) == 0; }

static struct thread *somebody(void)
{
	unsigned i = rnd(MEMBERS);

	return i < NUMBERS ? thread_numbered(first_number + i) : thread_find(chief_id[i - NUMBERS]);
}

/* An id that is often right. */
static l4_tid_t some_id(struct thread *self)
{
	struct thread *t = somebody();

	if (one_in(12))
		return one_in(2) ? L4_ANYTHREAD : L4_ANYLOCALTHREAD;
	if (one_in(20))
		return l4_tid_global(FIRST_LINE + rnd(LINES), 1);
	if (!t || one_in(20))
		return l4_tid_global(first_number + rnd(NUMBERS), 1 + rnd(3));
	if (t->space == self->space && t->utcb && one_in(2))
		return local_id(t);
	return t->id;
}

/* The id of a waiting thread, if one is found. */
static l4_tid_t partner(struct thread *self)
{
	for (unsigned i = 0; i < 6; i++) {
		struct thread *t = somebody();

		if (t && blocked(t) && t != self)
			return t->id;
	}
	return some_id(self);
}

static l4_fpage_t some_fpage(void)
{
	unsigned log2 = 12 + rnd(9);

	if (one_in(8))
		return l4_io_fpage(rnd(64) * 8, rnd(6));
	return l4_fpage(VA + (rnd(256) << 12), log2, 1 + rnd(7));
}

static l4_word_t some_timeout(void)
{
	return one_in(8) ? TIME_NEVER : one_in(2) ? TIME_ZERO : time_us(1 + rnd(3000));
}

/* ---- what a thread may do ---- */

/* A map or grant item at MR i; returns how many words it has. */
static unsigned put_page_item(struct thread *self, unsigned i)
{
	l4_word_t base = VA + (rnd(256) << 12);

	put_mr(self, i, one_in(3) ? l4_grant_item(base)
				  : l4_map_item(base) | (one_in(4) ? L4_ITEM_NO_REVOKE : 0));
	put_mr(self, i + 1, some_fpage().raw);
	return 2;
}

/* Descriptor of a string: up to three substrings, possibly continued in the next one. */
static l4_word_t some_string(unsigned substrings)
{
	return (l4_word_t)rnd(one_in(3) ? 20000 : 600) << 10 | (substrings - 1) << 4 | (one_in(5) ? 1 << 9 : 0);
}

static l4_word_t some_address(void) { return VA + rnd(1 << 20); }

static unsigned put_string_item(struct thread *self, unsigned i)
{
	unsigned n = 1 + rnd(3);

	put_mr(self, i, some_string(n));
	for (unsigned k = 1; k <= n; k++)
		put_mr(self, i + k, some_address());
	return 1 + n;
}

/* Buffers for strings in BR1.., and how long a fault in the middle may take. */
static void some_buffers(struct thread *self)
{
	unsigned n = 1 + rnd(3), br = 1;

	*thread_tcr(self, L4_TCR_BR0) |= 1;
	for (unsigned b = 0; b < 3; b++) {
		*thread_tcr(self, L4_TCR_BR0 - (int)br++) = some_string(n) | (one_in(2) ? 1 : 0);
		for (unsigned k = 0; k < n; k++)
			*thread_tcr(self, L4_TCR_BR0 - (int)br++) = some_address();
	}
}

static void some_message(struct thread *self)
{
	unsigned items = rnd(3), untyped = one_in(2) ? 2 : rnd(9), typed = 0;

	for (unsigned i = 1; i < 30; i++)
		put_mr(self, i, rnd(1000));
	for (unsigned i = 0; i < items; i++)
		typed += one_in(2) ? put_page_item(self, untyped + 1 + typed)
				   : put_string_item(self, untyped + 1 + typed);
	put_mr(self, 0, l4_tag(rnd(100), untyped, typed).raw);
}

static void do_ipc(struct thread *self)
{
	some_message(self);
	if (one_in(3))
		in_name_of(self, some_id(self));
	accept_window(self, one_in(4) ? L4_NILPAGE : one_in(2) ? L4_COMPLETE : some_fpage());
	if (one_in(2))
		some_buffers(self);
	*thread_tcr(self, L4_TCR_XFER_TIMEOUTS) = timeouts(some_timeout(), some_timeout());
	ENTER(self, L4_CALL_IPC, one_in(3) ? 0 : partner(self).raw,
	      one_in(3) ? 0 : one_in(2) ? L4_ANYTHREAD.raw : partner(self).raw,
	      timeouts(some_timeout(), some_timeout()));
}

static void do_unmap(struct thread *self)
{
	unsigned k = rnd(4);

	for (unsigned i = 0; i <= k; i++)
		put_mr(self, i, one_in(10) ? L4_COMPLETE.raw | L4_RWX : some_fpage().raw);
	ENTER(self, L4_CALL_UNMAP, k | (one_in(2) ? L4_UNMAP_FLUSH : 0));
}

static void do_exregs(struct thread *self)
{
	l4_word_t control = rnd(1 << 10);

	if (control & L4_EXREGS_HALT && !one_in(4))	/* or soon no thread is left to act */
		control &= ~(l4_word_t)L4_EXREGS_SET_HALT;
	control &= ~(l4_word_t)L4_EXREGS_SET_PAGER;
	ENTER(self, L4_CALL_EXCHANGE_REGISTERS, some_id(self).raw, control, rnd(9999), rnd(9999));
}

static void do_fault(struct thread *self)
{
	*thread_tcr(self, L4_TCR_PAGER) = some_id(self).raw;
	*thread_tcr(self, L4_TCR_EXCEPTION_HANDLER) = some_id(self).raw;
	if (one_in(3))
		world_settle(fault_exception(self, rnd(20), 0));
	else if (one_in(3))
		world_settle(fault_io(self, rnd(500), rnd(3)));
	else
		touch(self, VA + (rnd(300) << 12), one_in(2) ? L4_R : L4_W);
}

static void do_schedule(struct thread *self)
{
	l4_word_t quantum = one_in(2) ? TIME_NEVER : time_us(200 + rnd(5000));

	*thread_tcr(self, L4_TCR_FLAGS) = rnd(8) << 5;
	ENTER(self, L4_CALL_SCHEDULE, some_id(self).raw,
	      one_in(2) ? KEEP : time_us(500 + rnd(9000)) << 16 | quantum, KEEP,
	      one_in(2) ? KEEP : 98 + rnd(5), one_in(2) ? KEEP : (98 + rnd(6)) << 16 | rnd(2000));
}

static void do_thread_control(struct thread *self)
{
	l4_tid_t dest = l4_tid_global(first_number + rnd(NUMBERS), 1 + rnd(2));
	l4_tid_t space = one_in(3) ? dest : some_id(self);
	l4_word_t utcb = L4_INITIAL_UTCB + (8 + rnd(12)) * L4_UTCB_BYTES;
	struct thread *old = thread_numbered(l4_tid_number(dest));

	if (one_in(3) && old)
		dest = old->id;
	if (one_in(9))
		space = NIL;
	if (one_in(30))
		dest = chief_id[1 + rnd(PRIVILEGED - 1)];	/* not root, which cleans up */
	if (l4_tid_eq(dest, chief_id[0]))
		return;
	ENTER(self, L4_CALL_THREAD_CONTROL, dest.raw, space.raw, one_in(2) ? chief_id[0].raw : 0,
	      one_in(2) ? 0 : some_id(self).raw, one_in(2) ? KEEP : utcb);
}

/* A new space with a running thread in it, unless an interrupt interferes. */
static void found_space(struct thread *self)
{
	l4_tid_t id = l4_tid_global(first_number + rnd(NUMBERS), 1 + rnd(2)), me = self->id;

	ENTER(self, L4_CALL_THREAD_CONTROL, id.raw, id.raw, me.raw, 0, KEEP);
	if (world_current() != self)
		return;
	ENTER(self, L4_CALL_SPACE_CONTROL, id.raw, 0, l4_fpage(L4_INITIAL_KIP, 12, 0).raw,
	      l4_fpage(L4_INITIAL_UTCB, 16, 0).raw, 0);
	if (world_current() != self)
		return;
	ENTER(self, L4_CALL_THREAD_CONTROL, id.raw, id.raw, 0, me.raw, L4_INITIAL_UTCB + rnd(20) * L4_UTCB_BYTES);
	if (world_current() != self)
		return;
	PUT(self, 0, START_IP, START_SP);
	ENTER(self, L4_CALL_IPC, id.raw, 0, timeouts(TIME_ZERO, TIME_ZERO));
}

static void do_space_control(struct thread *self)
{
	ENTER(self, L4_CALL_SPACE_CONTROL, some_id(self).raw,
	      one_in(4) ? L4_SPACE_KMEM_LIMIT | (64 + rnd(400)) : 0,
	      l4_fpage(L4_INITIAL_KIP, 12, 0).raw, l4_fpage(L4_INITIAL_UTCB, 16, 0).raw,
	      one_in(3) ? 0 : one_in(3) ? L4_ANYTHREAD.raw : some_id(self).raw);
}

static void do_interrupt_control(struct thread *self)
{
	l4_tid_t irq = l4_tid_global(FIRST_LINE + rnd(LINES), 1);

	ENTER(self, L4_CALL_THREAD_CONTROL, irq.raw, irq.raw, 0, one_in(4) ? irq.raw : some_id(self).raw, KEEP);
}

static void privileged_act(struct thread *self)
{
	switch (rnd(7)) {
	case 0: do_space_control(self); break;
	case 1: do_interrupt_control(self); break;
	case 2: found_space(self); break;
	default: do_thread_control(self);
	}
}

static void act(struct thread *self)
{
	if (self->space->privileged && !self->space->sigma0 && one_in(2)) {
		privileged_act(self);
		return;
	}
	switch (rnd(9)) {
	case 0: do_unmap(self); break;
	case 1: do_exregs(self); break;
	case 2: do_fault(self); break;
	case 3: do_schedule(self); break;
	case 4: ENTER(self, L4_CALL_THREAD_SWITCH, some_id(self).raw); break;
	default: do_ipc(self);
	}
}

/* A thread that is blocked for ever is released by ExchangeRegisters. */
static void help(struct thread *t)
{
	if (!t || t == world_current() || t->life != THREAD_ACTIVE || t->work != WORK_NONE)
		return;
	sched_set_quantum(t, 0);
	ipc_cancel(t, L4_IPC_CANCELLED);
	t->halted = false;
	sched_wake(t);
	world_settle(preempt_timer(world_current()));
}

static void one_step(void)
{
	struct thread *self;

	if (world_current()->kind == THREAD_IDLE || one_in(20))
		help(somebody());
	self = world_current();
	if (self->kind == THREAD_IDLE || one_in(10)) {
		world_irq(FIRST_LINE + rnd(LINES));
		world_pass(1 + rnd(4000));
	} else if (self->work == WORK_NONE) {
		if (memory_fails && one_in(3))
			host_fail_at(rnd(5), one_in(2));
		act(self);
		host_fail_never();
	}
}

/* Interrupts at preemption points; the threads that they wake act too. */
static void disturb(void *arg)
{
	struct thread *self = world_current();

	(void)arg;
	if (!one_in(4))
		return;
	world_irq(FIRST_LINE + rnd(LINES));
	if (one_in(3))
		world_pass(rnd(3000));
	for (unsigned i = 0; i < 4 && world_current() != self && world_current()->work == WORK_NONE; i++)
		one_step();
}

/* ---- the frame ---- */

static void begin(void)
{
	world_boot();
	first_number = l4_tid_number(new_tid());
	chief[0] = root;
	for (unsigned i = 1; i < PRIVILEGED; i++)
		chief[i] = new_thread(root);
	first_number = l4_tid_number(new_tid());
	for (unsigned i = 0; i < PRIVILEGED; i++)
		chief_id[i] = chief[i]->id;
	for (unsigned i = 0; i < 3; i++)
		give(i ? new_space() : chief[1], ram(20) + (i << 20), VA, 20, L4_RWX);
	for (unsigned i = 0; i < LINES; i++)
		CHECK(thread_control(root, l4_tid_global(FIRST_LINE + i, 1), NIL, NIL,
				     chief[i % PRIVILEGED]->id, KEEP));
}

/* Ends any IPC or long operation of root. */
static void recover_root(void)
{
	for (unsigned i = 0; i < 200 && root->work != WORK_NONE; i++)
		world_pass(CFG_TIMESLICE_US);
	help(root);
	sched_set_prio(root, 255);
	world_settle(preempt_timer(world_current()));
	world_run(root);		/* sigma0 may be ready too, at 255 */
}

static void end(void)
{
	world_hook.call = 0;
	recover_root();
	for (unsigned i = 0; i < NUMBERS; i++) {
		struct thread *t = thread_numbered(first_number + i);

		if (t)
			CHECK(delete_thread(t->id));
	}
	for (unsigned i = 1; i < PRIVILEGED; i++)
		CHECK(delete_thread(chief_id[i]));
	for (unsigned i = 0; i < 200 && mem.nspaces > 2; i++)
		world_pass(CFG_TIMESLICE_US);
	CHECK_EQ(mem.nspaces, 2);
	CHECK_EQ(root->space->account.given, 0);
	CHECK_EQ(root->space->nthreads, 1);
	CHECK_EQ(world_walks(), 0);
}

static void storm(uint64_t from, unsigned steps)
{
	seed = from * 2654435761u + 12345;
	begin();
	world_hook = (struct world_hook){ .call = disturb };
	for (unsigned i = 0; i < steps; i++)
		one_step();
	end();
}

TEST(HSTO0001, "storms of sensible calls break no invariant, and leave nothing behind")
{
	for (uint64_t i = 0; i < 30; i += SPARSE)
		storm(i, 300);
}

TEST(HSTO0002, "a long storm does not either")
{
	storm(4711, 4000);
}

TEST(HSTO0003, "storms in which allocations fail do not either")
{
	memory_fails = true;
	for (uint64_t i = 100; i < 120; i += SPARSE)
		storm(i, 300);
}
