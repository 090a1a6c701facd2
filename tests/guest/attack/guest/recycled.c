/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * recycled.c - a page or a port is used after it was taken back, and by spaces that come after its owner.
 *
 * In each round a new space, one of SPACES, uses what nothing was mapped to, what it has got, and what was
 * taken: by the test, or by a flush of its own. Only the second may succeed. Some spaces are deleted with all
 * that they have. The test is the pager of its thread. No emulator keeps translations under tags: those are
 * played on the host (test_recycled.c).
 */
#include "attack.h"
#include "ports.h"

enum { SPACES = 8, PORT = 0x71, PAGES = 16, KEEPS = 5 };

static struct space group[SPACES];
static L4_ThreadId_t boss;
static volatile bool by_port, flushes;

static word read_it(void) { return by_port ? ports_read(PORT) : *(volatile word *)(word)WINDOW; }

/* Uses it, so the CPU has the translation, and flushes it. */
static void use_and_flush(void)
{
	read_it();
	L4_Flush(L4_FpageAddRights(by_port ? ports_fpage(PORT, 1) : fpage(WINDOW, 12, 0), RWX));
}

/* Reads, and reports what it got; then again, perhaps after a flush. */
static void be_user(void *unused)
{
	(void)unused;
	image_read();
	for (;;) {
		if (flushes)
			use_and_flush();
		L4_LoadMR(1, read_it());
		L4_Set_MsgTag(tag_make(0, 1, 0));
		L4_Call(boss);
	}
}

/* What the user says: did it get at it? Else it has a fault. */
static bool got_at_it(L4_ThreadId_t user)
{
	L4_MsgTag_t tag = pager_serve(user);

	CHECK(L4_IpcSucceeded(tag));
	return tag_protocol(tag) != N_PAGEFAULT && tag_protocol(tag) != N_IO_FAULT;
}

/* The user continues: with nothing, or with an item. */
static void answer(L4_ThreadId_t user, L4_Fpage_t f)
{
	load_map(1, f, WINDOW);
	L4_Set_MsgTag(tag_make(0, 0, L4_IsNilFpage(f) ? 0 : 2));
	CHECK(L4_IpcSucceeded(L4_Reply(user)));
}

/* Number of accesses that should have failed, or were wrong. */
static word play(struct space *s, word round)
{
	word page = pool((unsigned)(round % PAGES)), wrong;
	L4_Fpage_t thing = by_port ? ports_fpage(PORT, 1) : fpage(page, 12, RW);
	L4_ThreadId_t user;

	*(volatile word *)page = round;
	flushes = false;
	space_make(s);
	user = space_start_pager(s, be_user, 0, L4_Myself());
	wrong = got_at_it(user);
	answer(user, thing);
	wrong += !got_at_it(user) || (!by_port && mr(1) != round);
	if (round % KEEPS == 0)
		return wrong;
	flushes = round % 2;
	if (!flushes)
		L4_UnmapFpage(L4_FpageAddRights(thing, L4_FullyAccessible));
	answer(user, L4_Nilpage);
	return wrong + got_at_it(user);
}

TEST(ACYC0001, "pages and ports are used before they are mapped, and after they were taken, by new spaces")
{
	word rounds = rounds_asked(), wrong = 0, r = 0;

	boss = L4_Myself();
	CHECK(!HAS_PORTS || !L4_IsNilFpage(L4_Sigma0_GetPage(L4_nilthread, ports_fpage(PORT, 1))));
	while (r < rounds) {
		struct mark mark = world_mark();

		if (r == SPACES)
			memory_note();
		for (unsigned i = 0; i < SPACES; i++, r++) {
			by_port = HAS_PORTS && r % 8 > 5;
			wrong += play(&group[i], r);
		}
		for (unsigned i = 0; i < SPACES; i++)
			space_delete(&group[i]);
		world_release(mark);
	}
	wrong += memory_changed();
	guest_figure("recycled", r, wrong);
	CHECK_EQ(wrong, 0);
}
