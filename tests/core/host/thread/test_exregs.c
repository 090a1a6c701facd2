/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_exregs.c - ExchangeRegisters: registers, halting and resuming, ending an IPC.
 */
#include "world.h"

static struct thread *a, *b, *d;	/* d is in a's space */

enum { HALT = L4_EXREGS_SET_HALT | L4_EXREGS_HALT, RESUME = L4_EXREGS_SET_HALT };

/* Order of results in out[], as in <arch/registers.h>. */
enum { OUT_ID, OUT_CONTROL, OUT_SP, OUT_IP, OUT_FLAGS, OUT_HANDLE, OUT_PAGER };

static void set_up(void)
{
	world_boot();
	a = new_space();
	b = new_space();
	d = new_thread(a);
}

TEST(HEXR0001, "the result is the other form of the id")
{
	set_up();
	CHECK(exregs(a, d->id, 0, 0, 0));
	CHECK_EQ(thread_regs(a)->out[OUT_ID], local_id(d).raw);
	CHECK(exregs(a, local_id(d), 0, 0, 0));
	CHECK_EQ(thread_regs(a)->out[OUT_ID], d->id.raw);
	CHECK(exregs(a, a->id, 0, 0, 0));
	CHECK_EQ(thread_regs(a)->out[OUT_ID], local_id(a).raw);
}

TEST(HEXR0002, "threads that do not exist, are inactive, or neither here nor paged from here: refused with 2")
{
	l4_tid_t bad[6];

	set_up();
	bad[0] = L4_NILTHREAD;
	bad[1] = new_tid();
	bad[2] = b->id;
	bad[3] = new_inactive(a)->id;
	bad[4] = l4_tid_global(l4_tid_number(d->id), l4_tid_version(d->id) + 1);
	bad[5] = l4_tid_global(3, 1);
	for (unsigned i = 0; i < 6; i++) {
		CHECK(!exregs(a, bad[i], HALT, 0, 0));
		CHECK_EQ(error_of(a), L4_ERR_THREAD);
		for (unsigned o = 0; o <= OUT_PAGER; o++)
			CHECK_EQ(thread_regs(a)->out[o], 0);
	}
	*thread_tcr(b, L4_TCR_PAGER) = b->id.raw;
	CHECK(!exregs(root, b->id, HALT, 0, 0));
	CHECK_EQ(error_of(root), L4_ERR_THREAD);
}

TEST(HEXR0019, "any thread of the space of b's present pager may; a local id of a pager is one of b's space")
{
	static const l4_word_t none[] = { 0, 1, 0xffff };

	set_up();
	CHECK(exregs(root, b->id, 0, 0, 0));
	CHECK_EQ(thread_regs(root)->out[OUT_ID], local_id(b).raw);
	*thread_tcr(b, L4_TCR_PAGER) = a->id.raw;
	CHECK(!exregs(root, b->id, HALT, 0, 0));
	CHECK(exregs(d, b->id, HALT, 0, 0));
	CHECK(b->halted);
	CHECK(exregs(a, b->id, RESUME | L4_EXREGS_SET_IP | L4_EXREGS_SET_SP, 0x444, 0x333));
	CHECK_EQ(thread_regs(b)->ip, 0x333);
	CHECK_EQ(thread_regs(b)->sp, 0x444);
	CHECK(!exregs(a, local_id(b), 0, 0, 0) || thread_regs(a)->out[OUT_ID] != b->id.raw);
	*thread_tcr(b, L4_TCR_PAGER) = local_id(d).raw;
	CHECK(!exregs(a, b->id, 0, 0, 0));
	for (unsigned i = 0; i < 3; i++) {
		*thread_tcr(b, L4_TCR_PAGER) = none[i];
		CHECK(!exregs(a, b->id, 0, 0, 0));
		CHECK_EQ(error_of(a), L4_ERR_THREAD);
	}
}

TEST(HEXR0020, "a local id that the pager's space gives as the new pager is one of that space, not of b's")
{
	set_up();
	*thread_tcr(b, L4_TCR_PAGER) = a->id.raw;
	CALL(a, L4_CALL_EXCHANGE_REGISTERS, b->id.raw, L4_EXREGS_SET_PAGER, 0, 0, 0, 0, local_id(d).raw);
	CHECK(thread_regs(a)->out[OUT_ID] != 0);
	CHECK_EQ(*thread_tcr(b, L4_TCR_PAGER), d->id.raw);
	CHECK(exregs(a, b->id, 0, 0, 0));
}

TEST(HEXR0021, "a thread whose space has a redirector shows its registers to the redirector's space only")
{
	set_up();
	redirect(b, root->id);
	*thread_tcr(b, L4_TCR_USER_HANDLE) = 0x5ec7e7;
	*thread_tcr(b, L4_TCR_PAGER) = a->id.raw;
	CHECK(!exregs(a, b->id, HALT, 0, 0));
	CHECK_EQ(error_of(a), L4_ERR_THREAD);
	CHECK_EQ(thread_regs(a)->out[OUT_HANDLE], 0);
	CHECK(!b->halted);
	*thread_tcr(b, L4_TCR_PAGER) = root->id.raw;
	CHECK(exregs(root, b->id, 0, 0, 0));
	CHECK_EQ(thread_regs(root)->out[OUT_HANDLE], 0x5ec7e7);
	redirect(b, new_tid());
	CHECK(!exregs(root, b->id, 0, 0, 0));
	redirect(b, L4_ANYTHREAD);
	*thread_tcr(b, L4_TCR_PAGER) = a->id.raw;
	CHECK(exregs(a, b->id, 0, 0, 0));
}

TEST(HEXR0022, "a thread whose space has a redirector changes threads of the redirector's space only")
{
	set_up();
	redirect(a, root->id);
	*thread_tcr(b, L4_TCR_USER_HANDLE) = 0x5ec7e7;
	*thread_tcr(b, L4_TCR_PAGER) = a->id.raw;
	CALL(a, L4_CALL_EXCHANGE_REGISTERS, b->id.raw, L4_EXREGS_SET_HANDLE, 0, 0, 0, 0xbad, 0);
	CHECK_EQ(error_of(a), L4_ERR_THREAD);
	CHECK_EQ(thread_regs(a)->out[OUT_HANDLE], 0);
	CHECK_EQ(*thread_tcr(b, L4_TCR_USER_HANDLE), 0x5ec7e7);
	*thread_tcr(root, L4_TCR_PAGER) = a->id.raw;
	CHECK(exregs(a, root->id, 0, 0, 0));
	redirect(a, new_tid());
	CHECK(!exregs(a, root->id, 0, 0, 0));
	CHECK(exregs(a, d->id, 0, 0, 0));
	redirect(a, d->id);
	CHECK(!exregs(a, b->id, 0, 0, 0));
	CHECK(exregs(d, b->id, 0, 0, 0));
}

TEST(HEXR0003, "IP, SP and FLAGS are set and the old ones returned; users cannot set system flags")
{
	set_up();
	thread_regs(d)->ip = 0x111;
	thread_regs(d)->sp = 0x222;
	CALL(a, L4_CALL_EXCHANGE_REGISTERS, d->id.raw,
	     L4_EXREGS_SET_SP | L4_EXREGS_SET_IP | L4_EXREGS_SET_FLAGS | L4_EXREGS_DELIVER, 0x444, 0x333, KEEP);
	CHECK_EQ(thread_regs(a)->out[OUT_SP], 0x222);
	CHECK_EQ(thread_regs(a)->out[OUT_IP], 0x111);
	CHECK_EQ(thread_regs(a)->out[OUT_FLAGS], HOST_FLAGS);
	CHECK_EQ(thread_regs(d)->sp, 0x444);
	CHECK_EQ(thread_regs(d)->ip, 0x333);
	CHECK_EQ(thread_regs(d)->flags, HOST_FLAGS | HOST_FLAGS_USER);
}

TEST(HEXR0004, "what is not named in control stays")
{
	set_up();
	thread_regs(d)->ip = 0x111;
	thread_regs(d)->sp = 0x222;
	*thread_tcr(d, L4_TCR_USER_HANDLE) = 0x55;
	CALL(a, L4_CALL_EXCHANGE_REGISTERS, d->id.raw, L4_EXREGS_DELIVER, 1, 2, 3, 4, 5);
	CHECK_EQ(thread_regs(d)->ip, 0x111);
	CHECK_EQ(thread_regs(d)->sp, 0x222);
	CHECK_EQ(thread_regs(d)->flags, HOST_FLAGS);
	CHECK_EQ(*thread_tcr(d, L4_TCR_USER_HANDLE), 0x55);
	CHECK_EQ(*thread_tcr(d, L4_TCR_PAGER), root->id.raw);
	CHECK_EQ(thread_regs(a)->out[OUT_HANDLE], 0x55);
	CHECK_EQ(thread_regs(a)->out[OUT_PAGER], root->id.raw);
}

TEST(HEXR0005, "user-defined handle and pager are set and the old ones returned")
{
	set_up();
	*thread_tcr(d, L4_TCR_USER_HANDLE) = 0x55;
	CALL(a, L4_CALL_EXCHANGE_REGISTERS, d->id.raw,
	     L4_EXREGS_SET_HANDLE | L4_EXREGS_SET_PAGER | L4_EXREGS_DELIVER, 0, 0, 0, 0x66, b->id.raw);
	CHECK_EQ(thread_regs(a)->out[OUT_HANDLE], 0x55);
	CHECK_EQ(thread_regs(a)->out[OUT_PAGER], root->id.raw);
	CHECK_EQ(*thread_tcr(d, L4_TCR_USER_HANDLE), 0x66);
	CHECK_EQ(*thread_tcr(d, L4_TCR_PAGER), b->id.raw);
}

TEST(HEXR0006, "a halted thread does not run until it is resumed; H shows the state before")
{
	set_up();
	CHECK(exregs(a, d->id, HALT, 0, 0));
	CHECK_EQ(thread_regs(a)->out[OUT_CONTROL] & L4_EXREGS_HALT, 0);
	CHECK(!world_try_run(d));
	CHECK_EQ(schedule(root, d->id, KEEP, KEEP), L4_SCHED_INACTIVE);
	CHECK(exregs(a, d->id, 0, 0, 0));
	CHECK_EQ(thread_regs(a)->out[OUT_CONTROL] & L4_EXREGS_HALT, L4_EXREGS_HALT);
	CHECK(exregs(a, d->id, RESUME, 0, 0));
	CHECK_EQ(thread_regs(a)->out[OUT_CONTROL] & L4_EXREGS_HALT, L4_EXREGS_HALT);
	world_run(d);
}

TEST(HEXR0007, "bit H without h changes nothing")
{
	set_up();
	CHECK(exregs(a, d->id, L4_EXREGS_HALT, 0, 0));
	world_run(d);
}

TEST(HEXR0008, "a thread that halts itself stops there and then")
{
	set_up();
	CHECK(exregs(d, d->id, HALT, 0, 0));
	CHECK(world_current() != d);
	CHECK(!world_try_run(d));
	CHECK(exregs(a, d->id, RESUME | L4_EXREGS_SET_IP, 0, 0x9000));
	world_run(d);
	CHECK_EQ(thread_regs(d)->ip, 0x9000);
}

TEST(HEXR0009, "control shows whether the thread was sending or receiving")
{
	set_up();
	CHECK(exregs(a, d->id, 0, 0, 0));
	CHECK_EQ(thread_regs(a)->out[OUT_CONTROL], 0);
	CHECK(!receive_from(d, L4_ANYTHREAD));
	CHECK(exregs(a, d->id, 0, 0, 0));
	CHECK_EQ(thread_regs(a)->out[OUT_CONTROL], L4_EXREGS_RECEIVE);
	CHECK(exregs(a, d->id, L4_EXREGS_RECEIVE, 0, 0));
	CHECK_EQ(thread_regs(a)->out[OUT_CONTROL], L4_EXREGS_RECEIVE);
	CHECK(!send_to(d, b));
	CHECK(exregs(a, d->id, 0, 0, 0));
	CHECK_EQ(thread_regs(a)->out[OUT_CONTROL], L4_EXREGS_SEND);
}

TEST(HEXR0010, "S cancels a pending send, R a pending receive: error 3 in that phase")
{
	set_up();
	CHECK(!call_to(d, b));
	CHECK(exregs(a, d->id, L4_EXREGS_SEND, 0, 0));
	CHECK_FAILED(d, SEND_ERROR(CANCELLED));
	CHECK(ipc(b, L4_NILTHREAD, L4_ANYTHREAD, timeouts(TIME_ZERO, TIME_ZERO)));
	CHECK_FAILED(b, RECEIVE_ERROR(TIMEOUT));
	CHECK(!receive_from(d, b->id));
	CHECK(exregs(a, d->id, L4_EXREGS_RECEIVE, 0, 0));
	CHECK_FAILED(d, RECEIVE_ERROR(CANCELLED));
}

TEST(HEXR0011, "R leaves a sender alone, S a receiver")
{
	set_up();
	CHECK(!send_to(d, b));
	CHECK(exregs(a, d->id, L4_EXREGS_RECEIVE, 0, 0));
	CHECK(blocked(d));
	CHECK(exregs(a, d->id, L4_EXREGS_SEND, 0, 0));
	CHECK(!receive_from(d, L4_ANYTHREAD));
	CHECK(exregs(a, d->id, L4_EXREGS_SEND, 0, 0));
	CHECK(blocked(d));
}

TEST(HEXR0012, "a blocked thread whose IP is set stays blocked, and continues there with its message")
{
	set_up();
	CHECK(!receive_from(d, b->id));
	CHECK(exregs(a, d->id, L4_EXREGS_SET_IP | L4_EXREGS_SET_SP, 0x700, 0x600));
	CHECK(blocked(d));
	PUT(b, 5, 55);
	CHECK(send_to(b, d));
	CHECK(!blocked(d));
	CHECK_EQ(thread_regs(d)->ip, 0x600);
	CHECK_EQ(thread_regs(d)->sp, 0x700);
	CHECK_EQ(get_mr(d, 1), 55);
}

TEST(HEXR0013, "abort, set and resume in one call start a thread that waits for its start message")
{
	struct thread *t;
	l4_tid_t id;

	set_up();
	id = new_tid();
	CHECK(thread_control(root, id, a->id, root->id, root->id, free_utcb(a->space)));
	t = thread_find(id);
	CHECK(exregs(a, id, RESUME | L4_EXREGS_SET_IP | L4_EXREGS_SET_SP | L4_EXREGS_SEND | L4_EXREGS_RECEIVE,
		     0x5000, 0x4000));
	CHECK(!blocked(t));
	CHECK_EQ(thread_regs(t)->ip, 0x4000);
	CHECK_EQ(thread_regs(t)->sp, 0x5000);
	world_run(t);
}

TEST(HEXR0014, "a thread halted while it waits gets its message, and stops before its next instruction")
{
	set_up();
	CHECK(!receive_from(d, b->id));
	CHECK(exregs(a, d->id, HALT, 0, 0));
	CHECK_EQ(thread_regs(a)->out[OUT_CONTROL], L4_EXREGS_RECEIVE);
	CHECK(exregs(a, d->id, 0, 0, 0));
	CHECK_EQ(thread_regs(a)->out[OUT_CONTROL], L4_EXREGS_RECEIVE | L4_EXREGS_HALT);
	PUT(b, 5, 55);
	CHECK(send_to(b, d));
	CHECK_SENT(b);
	CHECK(!world_try_run(d));
	CHECK(exregs(a, d->id, RESUME, 0, 0));
	world_run(d);
	CHECK_EQ(get_mr(d, 1), 55);
}

TEST(HEXR0015, "abort and stop in one call: the thread is out of its IPC and halted")
{
	set_up();
	CHECK(!receive_from(d, b->id));
	CHECK(exregs(a, d->id, HALT | L4_EXREGS_SEND | L4_EXREGS_RECEIVE, 0, 0));
	CHECK(!blocked(d));
	CHECK(!world_try_run(d));
	CHECK_EQ(schedule(root, d->id, KEEP, KEEP), L4_SCHED_INACTIVE);
	PUT(b, 1);
	CHECK(ipc(b, d->id, L4_NILTHREAD, timeouts(TIME_ZERO, TIME_ZERO)));
	CHECK_FAILED(b, SEND_ERROR(TIMEOUT));
	CHECK(exregs(a, d->id, RESUME, 0, 0));
	CHECK_FAILED(d, RECEIVE_ERROR(CANCELLED));
}

TEST(HEXR0016, "a cancelled thread of higher priority runs at once")
{
	set_up();
	CHECK(!receive_from(d, b->id));
	set_prio(d, 150);
	CHECK(exregs(a, d->id, L4_EXREGS_RECEIVE, 0, 0));
	CHECK(world_current() == d);
}

TEST(HEXR0017, "the deadline of a cancelled IPC is forgotten")
{
	set_up();
	CHECK(!ipc(d, L4_NILTHREAD, b->id, timeouts(TIME_NEVER, time_us(100))));
	CHECK(exregs(a, d->id, L4_EXREGS_RECEIVE, 0, 0));
	CHECK(!receive_from(d, b->id));
	world_pass(1000);
	CHECK(blocked(d));
}

/* d calls b and then receives from a2, which is queued already: that is done when d runs. */
TEST(HEXR0018, "a receive that a thread is about to make can be cancelled too")
{
	struct thread *a2;

	set_up();
	a2 = new_thread(a);
	set_prio(d, 50);
	CHECK(!ipc(d, b->id, a2->id, timeouts(TIME_NEVER, TIME_NEVER)));
	CHECK(!send_to(a2, d));
	CHECK(receive_from(b, d->id));
	CHECK_EQ(d->work, WORK_RECEIVE);
	CHECK_EQ(schedule(root, d->id, KEEP, KEEP), L4_SCHED_WAITING);
	CHECK(exregs(a, d->id, L4_EXREGS_RECEIVE, 0, 0));
	CHECK_EQ(thread_regs(a)->out[OUT_CONTROL], L4_EXREGS_RECEIVE);
	CHECK_FAILED(d, RECEIVE_ERROR(CANCELLED));
	CHECK(blocked(a2));
}
