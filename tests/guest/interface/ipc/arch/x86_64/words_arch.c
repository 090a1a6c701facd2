/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * words_arch.c - MR0 to MR7 travel in registers (amd64 4); no UTCB is written for them.
 */
#include "words.h"

/* The first u message registers are `first` + 1.., the others those of the UTCB, unchanged. */
bool are_words(const struct regs *x, word u, word first)
{
	const word mr[] = { x->r9, x->rax, x->rbx, x->r10, x->r12, x->r13, x->r14, x->r15 };
	bool ok = true;

	for (word i = 1; i < 8; i++) {
		word in_utcb;

		L4_StoreMR((int)i, &in_utcb);
		ok &= in_utcb == WORDS_MINE + i && mr[i] == (i <= u ? first : WORDS_MINE) + i;
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
