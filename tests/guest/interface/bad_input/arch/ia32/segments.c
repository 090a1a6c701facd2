/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * segments.c - user segments end with the user area. QEMU's TCG enforces no limits: there an access beyond is
 * a page fault. What the kernel checks itself is the same everywhere.
 */
#include "exceptions.h"

enum { TRAMPOLINE = 0xfff01000 };

struct access { word address; void (*read)(void); };

/* The first message of a thread that makes this access in a space without memory there. */
static L4_MsgTag_t read_in(struct space *s, struct trap *t, struct access a)
{
	L4_ThreadId_t thread;

	*t = (struct trap){ .handler = L4_Myself(), .target = (word)a.read, .a = a.address };
	thread = space_start_pager(s, run_trap, t, L4_Myself());
	return pager_serve(thread);
}

TEST(GSEG0001, "a read that ends beyond the user area is #GP, on a CPU without limits a page fault")
{
	static const struct access beyond[] = {
		{ 0xc0000000, trap_read }, { 0xbffffffd, trap_word }, { 0xbfffffff, trap_word },
		{ 0xc8000000, trap_word }, { 0xffffffff, trap_read }, { TRAMPOLINE, trap_word },
	};
	bool limits = limits_enforced();
	static struct trap t;
	struct space s;

	space_make(&s);
	for (unsigned i = 0; i < sizeof beyond / sizeof *beyond; i++) {
		L4_MsgTag_t tag;

		if (!limits && beyond[i].address == TRAMPOLINE)
			continue;		/* code that every program may read */
		tag = read_in(&s, &t, beyond[i]);
		CHECK(L4_IpcSucceeded(tag));
		CHECK_EQ(tag_protocol(tag), limits ? N_EXCEPTION : N_PAGEFAULT);
		if (limits) {
			CHECK_EQ(mr(M_NUMBER), EXCEPTION_PROTECTION);
			CHECK_EQ(mr(M_IP), beyond[i].read);
		}
	}
	CHECK_EQ(tag_protocol(read_in(&s, &t, (struct access){ 0xbffffffc, trap_word })), N_PAGEFAULT);
	CHECK_EQ(mr(1), 0xbffffffc);
}

/* It has set an IP that no exit can load: the exception names it, and it is the thread's until a reply. */
TEST(GSEG0002, "a thread that gets an IP beyond the user area raises #GP there")
{
	static const word beyond[] = { 0xc0000000, 0xc8000000, TRAMPOLINE, TRAMPOLINE + 7, 0xffffffff };
	static struct trap t;
	L4_ThreadId_t thread = start_trap(&t, trap_ud);

	expect(thread, EXCEPTION_INVALID, 0, trap_ud);
	for (unsigned i = 0; i < sizeof beyond / sizeof *beyond; i++) {
		L4_LoadMR(M_IP, beyond[i]);
		reply_words(thread, M_WORDS);
		expect(thread, EXCEPTION_PROTECTION, 0, (void (*)(void))beyond[i]);
	}
	skip(thread, trap_ud_next);
	CHECK(t.done);
}
