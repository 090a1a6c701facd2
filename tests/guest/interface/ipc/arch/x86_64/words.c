/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * words.c - message registers where CPU registers and UTCB differ, which the bindings avoid: words of a
 * message travel in registers, and message registers beyond it are the receiver's own, as in its UTCB.
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

/* The first u message registers are `first` + 1.., the others those of the UTCB, unchanged. */
static bool are_words(const struct regs *x, word u, word first)
{
	const word mr[] = { x->r9, x->rax, x->rbx, x->r10, x->r12, x->r13, x->r14, x->r15 };
	bool ok = true;

	for (word i = 1; i < 8; i++) {
		word in_utcb;

		L4_StoreMR((int)i, &in_utcb);
		ok &= in_utcb == MINE + i && mr[i] == (i <= u ? first : MINE) + i;
	}
	return ok;
}

TEST(GIPC0042, "message registers 0 to 7 are taken from the CPU's registers, and come back in them")
{
	static struct receiver r;
	struct regs x;
	L4_ThreadId_t t;

	r = (struct receiver){ .from = L4_Myself() };
	t = thread_start(receive_once, &r);
	for (int i = 0; i < 12; i++)
		L4_LoadMR(i, 0x1000 + (word)i);
	regs_pattern(&x, 0x2000);
	regs_ipc(&x, t, L4_nilthread, 0, tag_make(5, 10, 0));
	CHECK(r.got.done);
	CHECK_EQ(r.got.tag, tag_make(5, 10, 0).raw);
	CHECK_EQ(r.got.mr[1], 0x2000);		/* RAX */
	CHECK_EQ(r.got.mr[2], 0x2001);		/* RBX */
	CHECK_EQ(r.got.mr[3], 0x2009);		/* R10 */
	for (word i = 4; i <= 7; i++)
		CHECK_EQ(r.got.mr[i], 0x200b + i - 4);	/* R12 to R15 */
	for (word i = 8; i <= 10; i++)
		CHECK_EQ(r.got.mr[i], 0x1000 + i);
	CHECK_EQ(x.rdi, L4_MyLocalId().raw);
	CHECK_EQ(x.rax, 0x2000);
	CHECK_EQ(x.r15, 0x200e);
}

TEST(GIPC0044, "registers beyond a message come out of the receiver's UTCB, and no UTCB is written")
{
	struct space s;
	struct regs x;

	space_make(&s);
	for (word u = 0; u < 16; u++) {
		L4_ThreadId_t t = u & 1 ? space_start(&s, answer, 0) : thread_start(answer, 0);

		raw_ipc(&x, t, t, 0, u >> 1);
		CHECK_EQ(x.r9, tag_make(3, u >> 1, 0).raw);
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
		CHECK_EQ(x.r9, tag_make(3, u, 0).raw);
		CHECK(are_words(&x, u, THEIRS));
	}
}

TEST(GIPC0046, "an Ipc that fails leaves in the registers what the UTCB holds")
{
	static struct job j;
	L4_ThreadId_t t;
	struct regs x;

	j = (struct job){ .to = L4_MyGlobalId() };
	t = thread_start(run_job, &j);		/* sends to the test, which never receives from it */

	raw_ipc(&x, L4_nilthread, L4_MyLocalId(), L4_Timeouts(L4_Never, L4_ZeroTime), 7);
	CHECK(x.r9 >> 15 & 1);
	CHECK(are_words(&x, 0, 0));
	raw_ipc(&x, t, L4_nilthread, L4_Timeouts(L4_ZeroTime, L4_Never), 7);
	CHECK(x.r9 >> 15 & 1);
	CHECK(are_words(&x, 0, 0));
	raw_ipc(&x, L4_GlobalId(100000, 7), L4_nilthread, 0, 7);
	CHECK(x.r9 >> 15 & 1);
	CHECK(are_words(&x, 0, 0));
}
