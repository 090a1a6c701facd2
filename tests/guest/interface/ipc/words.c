/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * words.c - message registers where CPU registers and UTCB differ, which the bindings avoid: words of a
 * message travel in registers, and message registers beyond it are the receiver's own, as in its UTCB.
 */
#include "words.h"

enum { THEIRS = 0x5000 };

void raw_ipc(struct regs *x, L4_ThreadId_t to, L4_ThreadId_t from, word timeouts, word u)
{
	for (int i = 0; i < 8; i++)
		L4_LoadMR(i, WORDS_MINE + (word)i);
	regs_pattern(x, WORDS_OLD);
	regs_ipc(x, to, from, timeouts, tag_make(5, u, 0));
}

/* Answers once, with as many words as it was sent: THEIRS + 1.. */
static void answer(void *arg)
{
	L4_ThreadId_t from;
	L4_MsgTag_t tag = L4_Wait(&from);

	(void)arg;
	msg_load(3, L4_UntypedWords(tag), THEIRS);
	L4_Send(from);
}

TEST(GIPC0044, "the words of a message come where the machine has them; other message registers stay")
{
	struct space s;
	struct regs x;

	space_make(&s);
	for (word u = 0; u < 16; u++) {
		L4_ThreadId_t t = u & 1 ? space_start(&s, answer, 0) : thread_start(answer, 0);

		raw_ipc(&x, t, t, 0, u >> 1);
		CHECK_EQ(x.REG_TAG, tag_make(3, u >> 1, 0).raw);
		CHECK(are_words(&x, u >> 1, THEIRS));
	}
}

TEST(GIPC0045, "the same of a message that was queued before the receiver came")
{
	static struct job j;
	struct regs x;

	for (word u = 0; u < 8; u++) {
		j = (struct job){ .to = L4_MyGlobalId(), .label = 3, .u = u, .first = THEIRS };
		thread_start(run_job, &j);
		raw_ipc(&x, L4_nilthread, L4_anythread, 0, 7);
		CHECK_EQ(x.REG_TAG, tag_make(3, u, 0).raw);
		CHECK(are_words(&x, u, THEIRS));
	}
}

TEST(GIPC0046, "an Ipc that fails leaves the message registers as they were, where the machine has them")
{
	static struct job j;
	L4_ThreadId_t t;
	struct regs x;

	j = (struct job){ .to = L4_MyGlobalId() };
	t = thread_start(run_job, &j);		/* sends to the test, which never receives from it */

	raw_ipc(&x, L4_nilthread, L4_MyLocalId(), L4_Timeouts(L4_Never, L4_ZeroTime), 7);
	CHECK(x.REG_TAG >> 15 & 1);
	CHECK(are_words(&x, 0, 0));
	raw_ipc(&x, t, L4_nilthread, L4_Timeouts(L4_ZeroTime, L4_Never), 7);
	CHECK(x.REG_TAG >> 15 & 1);
	CHECK(are_words(&x, 0, 0));
	raw_ipc(&x, L4_GlobalId(100000, 7), L4_nilthread, 0, 7);
	CHECK(x.REG_TAG >> 15 & 1);
	CHECK(are_words(&x, 0, 0));
}
