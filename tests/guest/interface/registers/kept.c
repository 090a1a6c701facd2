/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kept.c - random values in all registers at every call, with arguments that are wild and some that are
 * valid: what the binding says survives is kept, all else is a result, the caller's, or 0.
 */
#include "calls.h"

enum { ROUNDS = 200, TICK_US = 100 };

static uint64_t random;

/* Which fail with random arguments. */
static bool has_errors(enum call_number n)
{
	return n == CALL_IPC || n == CALL_LIPC || n == CALL_EXREGS || n == CALL_SCHEDULE
	       || n == CALL_THREAD_CONTROL || n == CALL_PROCESSOR_CONTROL || n == CALL_MEMORY_CONTROL;
}

/* Enters the kernel with other values, as any call or by an instruction that is none. */
static void enter_before(const struct call *c, struct regs *r, enum call_number n)
{
	struct regs used;

	calls_random(r, n, &random);
	used = *r;
	regs_call(&used, n < CALLS && c[n].link ? c[n].link : (word)ENTER_ONLY);
}

/* Call n behind an entry as call `first`; CALLS: as none. */
static void play(const struct call *c, enum call_number n, enum call_number first, bool valid)
{
	struct regs earlier, before, after;
	word mr[CALL_MRS];
	struct found f = {
		.calls = c, .n = n, .before = &before, .after = &after, .foreign = { &earlier }, .mr = mr,
	};

	enter_before(c, &earlier, first);
	calls_random(&before, n, &random);
	if (valid)
		c[n].valid(&before);
	calls_random_mrs(mr, &random);
	calls_load(mr);
	after = before;
	regs_call(&after, c[n].link);
	calls_check(&f);
	CHECK_EQ(calls_failed(n, &after), !valid && has_errors(n));
}

static void play_all(word rounds)
{
	static struct call c[CALLS];
	L4_ThreadId_t other = thread_waiting(supervisor);
	struct regs none = { .flags = FLAGS_START };

	calls_make(c, other);
	for (word i = 0; i < rounds; i++)
		for (enum call_number n = 0; n < CALLS; n++)
			if (c[n].link)
				play(c, n, (enum call_number)(random_next(&random) % (CALLS + 1)),
				     c[n].valid && i & 1);
	if (c[CALL_SET_TLS].link)
		regs_call(&none, c[CALL_SET_TLS].link);
}

TEST(GREG0101, "with random values in all registers each call keeps those that the binding keeps; elsewhere"
	       " is a result, a value of the caller at this call, or 0: never one of an earlier entry")
{
	random = 0x9e3779b97f4a7c15;
	play_all(ROUNDS);
}

/* Wakes up again and again, with its own value in all registers. */
static void tick(void *unused)
{
	struct regs r;

	(void)unused;
	for (;;) {
		regs_pattern(&r, (word)0x7157c0de00000000 | 0x71c40000);
		regs_ipc(&r, L4_nilthread, L4_MyLocalId(), period(TICK_US), L4_Niltag);
	}
}

TEST(GREG0102, "... also while another thread, with its own values, preempts the caller all the time")
{
	random = 0xd1b54a32d192ed03;
	thread_start(tick, 0);
	play_all(ROUNDS);
}
