/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * exceptions.c - see exceptions.h.
 */
#include "exceptions.h"

void run_trap(void *arg)
{
	struct trap *t = arg;

	L4_Set_ExceptionHandler(t->handler);
	regs_pattern(&t->before, (word)0x0badcafe12340000);
	if (t->a)
		t->before.REG_A = t->a;
	if (t->flags)
		t->before.flags = t->flags;
	t->after = t->before;
	regs_call(&t->after, t->target);
	flags_write(FLAGS_START);
	t->done = 1;
}

L4_ThreadId_t start_trap(struct trap *t, void (*target)(void))
{
	*t = (struct trap){ .handler = L4_Myself(), .target = (word)target };
	return thread_start(run_trap, t);
}

L4_MsgTag_t expect(L4_ThreadId_t t, word number, word error, void (*at)(void))
{
	L4_MsgTag_t tag = L4_Receive_Timeout(t, L4_TimePeriod(1000000));

	CHECK(L4_IpcSucceeded(tag));
	CHECK_EQ(tag.raw, (word)-5 << 20 | M_WORDS);
	CHECK_EQ(mr(M_NUMBER), number);
	CHECK_EQ(mr(M_ERROR) & ERROR_CAUSE, error);
	CHECK_EQ(mr(M_IP), at);
	return tag;
}

void reply_words(L4_ThreadId_t t, word u)
{
	L4_Set_MsgTag(tag_make(0, u, 0));
	CHECK(L4_IpcSucceeded(L4_Reply(t)));
}

void skip(L4_ThreadId_t t, void (*next)(void))
{
	L4_LoadMR(M_IP, (word)next);
	reply_words(t, M_WORDS);
}

void trap_and_skip(word number, word error, void (*at)(void), void (*next)(void))
{
	static struct trap t;
	L4_ThreadId_t thread = start_trap(&t, at);

	expect(thread, number, error, at);
	CHECK(!t.done);
	skip(thread, next);
	CHECK(t.done);
}
