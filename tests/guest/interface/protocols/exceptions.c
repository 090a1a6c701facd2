/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * exceptions.c - exceptions as messages (protocols 5). The test is the exception handler of its worker.
 */
#include "exceptions.h"

TEST(GEXC0002, "a reply with the same words resumes the thread with all registers as they were")
{
	static struct trap t;
	L4_ThreadId_t thread = start_trap(&t, trap_ud);

	expect(thread, EXCEPTION_INVALID, INVALID_CODE, trap_ud);
	skip(thread, trap_ud_next);
	CHECK(t.done);
	for (unsigned i = 0; i < REGS; i++)
		CHECK_EQ(((word *)&t.after)[i], ((word *)&t.before)[i]);
}

TEST(GEXC0005, "an empty reply restarts the instruction: the exception comes again")
{
	static struct trap t;
	L4_ThreadId_t thread = start_trap(&t, trap_ud);

	for (unsigned i = 0; i < 3; i++) {
		expect(thread, EXCEPTION_INVALID, INVALID_CODE, trap_ud);
		reply_words(thread, 0);
	}
	expect(thread, EXCEPTION_INVALID, INVALID_CODE, trap_ud);
}

TEST(GEXC0020, "a thread without an exception handler stops, and others continue")
{
	static struct trap t;
	L4_ThreadId_t thread;

	t = (struct trap){ .handler = L4_nilthread, .target = (word)trap_ud };
	thread = thread_start(run_trap, &t);
	CHECK_EQ(thread_state(thread), L4_SCHEDRESULT_INACTIVE);
	sleep_us(1000);
	CHECK(!t.done);
}

TEST(GEXC0021, "a thread whose handler does not exist stops")
{
	static struct trap t;
	L4_ThreadId_t thread;

	t = (struct trap){ .handler = tid_new(), .target = (word)trap_ud };
	thread = thread_start(run_trap, &t);
	CHECK_EQ(thread_state(thread), L4_SCHEDRESULT_INACTIVE);
}

TEST(GEXC0022, "the handler may be named by its local id, and sees the local id of the thread")
{
	static struct trap t;
	L4_ThreadId_t thread, from;
	L4_MsgTag_t tag;

	t = (struct trap){ .handler = L4_MyLocalId(), .target = (word)trap_ud };
	thread = thread_start(run_trap, &t);
	tag = L4_Wait_Timeout(L4_TimePeriod(1000000), &from);
	CHECK(L4_IpcSucceeded(tag));
	CHECK_EQ(from.raw, L4_LocalIdOf(thread).raw);
}

TEST(GEXC0023, "an exception of another space comes from the global id")
{
	static struct trap t;
	struct space s;
	L4_ThreadId_t thread, from;
	L4_MsgTag_t tag;

	space_make(&s);
	t = (struct trap){ .handler = L4_Myself(), .target = (word)trap_ud };
	thread = space_start(&s, run_trap, &t);
	tag = L4_Wait_Timeout(L4_TimePeriod(1000000), &from);
	CHECK(L4_IpcSucceeded(tag));
	CHECK_EQ(from.raw, thread.raw);
	skip(thread, trap_ud_next);
	CHECK(t.done);
}

struct keep { L4_ThreadId_t handler; volatile word done, same; };

static void trap_with_words(void *arg)
{
	struct keep *k = arg;
	bool same = true;

	L4_Set_ExceptionHandler(k->handler);
	for (int i = 0; i < 64; i++)
		L4_LoadMR(i, 0x6000 + (word)i);
	trap_ud();
	for (int i = 0; i < 64; i++)
		same &= mr(i) == 0x6000 + (word)i;
	k->same = same;
	k->done = 1;
}

TEST(GEXC0024, "an exception leaves the thread's message registers alone")
{
	static struct keep k;
	L4_ThreadId_t t;

	k = (struct keep){ .handler = L4_Myself() };
	t = thread_start(trap_with_words, &k);
	expect(t, EXCEPTION_INVALID, INVALID_CODE, trap_ud);
	skip(t, trap_ud_next);
	CHECK(k.done);
	CHECK(k.same);
}

TEST(GEXC0025, "a reply with an IP outside the user area makes the thread fault, not the kernel")
{
	static const word targets[] = { NO_ADDRESS, KERNEL_IMAGE, USER_END };
	static struct trap t;

	for (unsigned i = 0; i < 3; i++) {
		L4_ThreadId_t thread = start_trap(&t, trap_ud);

		expect(thread, EXCEPTION_INVALID, INVALID_CODE, trap_ud);
		L4_Set_PagerOf(thread, L4_Myself());
		L4_LoadMR(M_IP, targets[i]);
		reply_words(thread, M_WORDS);
		CHECK(L4_IpcSucceeded(L4_Receive_Timeout(thread, L4_TimePeriod(1000000))));
		CHECK(!t.done);
		thread_delete(thread);
	}
}

TEST(GEXC0026, "an exception can be cancelled and the thread redirected by ExchangeRegisters")
{
	static struct trap t;
	L4_ThreadId_t thread, pager;
	word sp = stack_new() - 24, old[5];

	redirected = 0;
	thread = start_trap(&t, trap_ud);
	L4_ExchangeRegisters(thread, 0x100 | 8 | 16 | 2 | 4, sp, (word)redirect_target, 0, 0,
			     L4_nilthread, &old[0], &old[1], &old[2], &old[3], &old[4], &pager);
	sleep_us(1000);
	CHECK_EQ(redirected, 1);
	CHECK_EQ(redirected_sp, sp);
}
