/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * words_arch.c - MR0 to MR9 travel in registers (ppc32 5): at the entry these count, whatever the UTCB has,
 * and beyond a message they stay as they were.
 */
#include "words.h"

/* The first u message registers are `first` + 1.., the others those of a register or of the UTCB before. */
bool are_words(const struct regs *x, word u, word first)
{
	const word mr[] = { x->r14, x->r3, x->r4, x->r5, x->r6, x->r7, x->r8, x->r9 };
	bool ok = true;

	for (word i = 1; i < 8; i++)
		ok &= i <= u ? mr[i] == first + i : mr[i] == WORDS_OLD + i || mr[i] == WORDS_MINE + i;
	return ok;
}

TEST(GIPC0042, "message registers 0 to 9 are taken from the CPU's registers, and come back in them")
{
	static struct receiver r;
	struct regs x;
	L4_ThreadId_t t;

	r = (struct receiver){ .from = L4_Myself() };
	t = thread_start(receive_once, &r);
	for (int i = 0; i < 14; i++)
		L4_LoadMR(i, 0x1000 + (word)i);
	regs_pattern(&x, 0x2000);
	regs_ipc(&x, t, L4_nilthread, 0, tag_make(5, 12, 0));
	CHECK(r.got.done);
	CHECK_EQ(r.got.tag, tag_make(5, 12, 0).raw);
	for (word i = 1; i <= 8; i++)
		CHECK_EQ(r.got.mr[i], 0x2000 + i);	/* r3 to r10 */
	CHECK_EQ(r.got.mr[9], 0x2000);			/* r0 */
	for (word i = 10; i <= 12; i++)
		CHECK_EQ(r.got.mr[i], 0x1000 + i);
	CHECK_EQ(x.r3, 0x2001);
	CHECK_EQ(x.r10, 0x2008);
	CHECK_EQ(x.r0, 0x2000);
}
