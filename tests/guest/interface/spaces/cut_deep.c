/* SPDX-License-Identifier: BSD-2-Clause */
/* cut_deep.c - a page is granted from which a long chain of larger extents was derived. */
#include "map.h"

enum { LEVELS = 250, STEP = 0x4000 };

static struct space s;
static volatile word errors, done;
static volatile bool grants;

static void take(void *unused)
{
	L4_ThreadId_t from;

	(void)unused;
	for (word i = 1; i <= LEVELS; i++) {
		L4_Accept((L4_Acceptor_t){ .raw = L4_FpageLog2(WINDOW + i * STEP, 13).raw });
		errors += L4_IpcFailed(L4_Wait(&from));
	}
	L4_Accept((L4_Acceptor_t){ .raw = L4_FpageLog2(WINDOW + (LEVELS + 4) * STEP, 12).raw });
	errors += L4_IpcFailed(L4_Wait(&from));
	done = 1;
}

static void give(void *to)
{
	L4_ThreadId_t t = { .raw = (word)to };
	L4_Fpage_t page = fpage(WINDOW, 12, RW);

	for (word i = 0; i < LEVELS; i++) {
		load_map(1, fpage(WINDOW + i * STEP, 13, RW), 0);
		L4_Set_MsgTag(tag_make(0, 0, 2));
		errors += L4_IpcFailed(L4_Send(t));
	}
	if (grants)
		L4_LoadMRs(1, 2, L4_GrantItem(page, 0).raw);
	else
		load_map(1, page, 0);
	L4_Set_MsgTag(tag_make(0, 0, 2));
	errors += L4_IpcFailed(L4_Send(t));
}

static void play(void)
{
	L4_ThreadId_t t;
	struct received r;

	errors = done = 0;
	space_make(&s);
	fill(0, 2);
	map_into(&s, fpage(pool(0), 13, RW), 0, window(0, 13), (struct received *)&r);
	t = space_start(&s, take, 0);
	space_start(&s, give, (void *)t.raw);
	AWAIT(done);
	CHECK_EQ(errors, 0);
}

TEST(GCUD0001, "a page is mapped from which 250 larger extents were derived, one from the other")
{
	grants = false;
	play();
}

TEST(GCUD0002, "the same page is granted, in steps that do not grow with the extents (make longest)")
{
	grants = true;
	play();
}
