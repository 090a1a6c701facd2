/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * words.c - message registers where CPU registers and UTCB differ, which the bindings avoid: MR0 travels in
 * ESI, MR1 and MR2 come back in EBX and EBP as well as in the UTCB (ia32 3).
 */
#include "ipc.h"
#include "machine.h"

enum { MINE = 0x1000, OLD = 0x2000, THEIRS = 0x5000 };

/* Answers once, with as many words as it was sent: THEIRS + 1.. */
static void answer(void *arg)
{
	L4_ThreadId_t from;
	L4_MsgTag_t tag = L4_Wait(&from);

	(void)arg;
	msg_load(3, L4_UntypedWords(tag), THEIRS);
	L4_Send(from);
}

/* Ipc by registers; UTCB and registers hold other words. */
static void raw_ipc(struct regs *x, L4_ThreadId_t to, L4_ThreadId_t from, word timeouts, word u)
{
	for (int i = 0; i < 8; i++)
		L4_LoadMR(i, MINE + (word)i);
	regs_pattern(x, OLD);
	regs_ipc(x, to, from, timeouts, tag_make(5, u, 0));
}

/* The first u message registers are `first` + 1.., the others as they were; EBX and EBP are MR1 and MR2. */
static bool are_words(const struct regs *x, word u, word first)
{
	bool ok = true;

	for (word i = 1; i < 8; i++)
		ok &= mr((int)i) == (i <= u ? first : MINE) + i;
	return ok && x->ebx == mr(1) && x->ebp == mr(2) && x->edi == L4_MyLocalId().raw;
}

TEST(GIPC0042, "message register 0 is taken from its CPU register, the others from the UTCB")
{
	static struct receiver r;
	struct regs x;
	L4_ThreadId_t t;

	r = (struct receiver){ .from = L4_Myself() };
	t = thread_start(receive_once, &r);
	raw_ipc(&x, t, L4_nilthread, 0, 7);
	CHECK(r.got.done);
	CHECK_EQ(r.got.tag, tag_make(5, 7, 0).raw);
	for (word i = 1; i <= 7; i++)
		CHECK_EQ(r.got.mr[i], MINE + i);
	CHECK_EQ(x.edi, L4_MyLocalId().raw);
}

TEST(GIPC0044, "the words of a message come in the UTCB, the first two in registers too; others stay")
{
	struct space s;
	struct regs x;

	space_make(&s);
	for (word u = 0; u < 16; u++) {
		L4_ThreadId_t t = u & 1 ? space_start(&s, answer, 0) : thread_start(answer, 0);

		raw_ipc(&x, t, t, 0, u >> 1);
		CHECK_EQ(x.esi, tag_make(3, u >> 1, 0).raw);
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
		CHECK_EQ(x.esi, tag_make(3, u, 0).raw);
		CHECK(are_words(&x, u, THEIRS));
	}
}

TEST(GIPC0046, "an Ipc that fails leaves the words of the UTCB there, and the first two in registers")
{
	static struct job j;
	L4_ThreadId_t t;
	struct regs x;

	j = (struct job){ .to = L4_MyGlobalId() };
	t = thread_start(run_job, &j);		/* sends to the test, which never receives from it */

	raw_ipc(&x, L4_nilthread, L4_MyLocalId(), L4_Timeouts(L4_Never, L4_ZeroTime), 7);
	CHECK(x.esi >> 15 & 1);
	CHECK(are_words(&x, 0, 0));
	raw_ipc(&x, t, L4_nilthread, L4_Timeouts(L4_ZeroTime, L4_Never), 7);
	CHECK(x.esi >> 15 & 1);
	CHECK(are_words(&x, 0, 0));
	raw_ipc(&x, L4_GlobalId(100000, 7), L4_nilthread, 0, 7);
	CHECK(x.esi >> 15 & 1);
	CHECK(are_words(&x, 0, 0));
}
