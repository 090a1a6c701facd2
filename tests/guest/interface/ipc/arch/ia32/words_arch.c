/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * words_arch.c - MR0 travels in ESI, and is in the UTCB afterwards; MR1 and MR2 come back in EBX and EBP as
 * well as in the UTCB (ia32 3).
 */
#include "words.h"

/* The first u message registers are `first` + 1.., the others as they were; ESI, EBX, EBP are MR0 to MR2. */
bool are_words(const struct regs *x, word u, word first)
{
	bool ok = true;

	for (word i = 1; i < 8; i++)
		ok &= mr((int)i) == (i <= u ? first : WORDS_MINE) + i;
	return ok && x->esi == mr(0) && x->ebx == mr(1) && x->ebp == mr(2) && x->edi == L4_MyLocalId().raw;
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
		CHECK_EQ(r.got.mr[i], WORDS_MINE + i);
	CHECK_EQ(x.edi, L4_MyLocalId().raw);
	CHECK_EQ(x.esi, mr(0));
}
