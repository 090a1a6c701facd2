/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_page.c - one page mapped, granted and unmapped in one step (mem/range.c).
 */
#include <core/arch.h>
#include "mapworld.h"

enum { A = 1, B, C, D, LOG2 = 17 };
enum { VA = 0x10000000, VB = 0x20000000, VC = 0x30000000, VD = 0x38000000 };

static void one_extent(void)
{
	mapworld_setup();
	mw_map(0, A, RAM, VA, LOG2, L4_RWX);
}

/* The item is done in one step. */
static bool give(unsigned from, unsigned to, l4_fpage_t send, l4_word_t base, bool grant)
{
	struct map_item item = { send, base, grant, L4_COMPLETE, false, 0 };
	bool all = range_item(&mw_space[from], &mw_space[to], &item, &(unsigned){ CFG_WORK });

	mapworld_check();
	return all;
}

/* ---- Unmap at once ---- */

/* A's page at VA, and B's, C's and D's of it, one from the other. */
static void chain(unsigned touched)
{
	mapworld_setup();
	mw_map(0, A, RAM, VA, 13, L4_RWX);
	mw_map(A, B, VA, VB, 13, L4_RWX);
	mw_map(B, C, VB, VC, 12, L4_RWX);
	if (touched)
		CHECK(mw_touch(touched, touched == A ? VA : touched == B ? VB : VC, L4_W));
}

TEST(HRUN0030, "a small page is flushed in one step with its derived page, with its status bits kept above")
{
	for (unsigned touched = 0; touched <= C; touched++) {
		unsigned all = touched ? L4_RWX : 0, status;

		chain(touched);
		CHECK(mw_unmap_once(B, VB, 12, true, &status));
		CHECK_EQ(status, touched >= B ? all : 0);
		CHECK_EQ(mw_rights_at(B, VB) | mw_rights_at(C, VC), 0);
		CHECK(!mw_touch(B, VB, L4_R) && !mw_touch(C, VC, L4_R));
		CHECK_EQ(mw_pages_of(B), 1);
		CHECK_EQ(mw_nodes_of(C), 0);
		CHECK(mw_unmap_once(A, VA, 12, false, &status));
		CHECK_EQ(status, touched >= B ? all : 0);
		CHECK(mw_unmap_once(A, VA, 12, false, &status));
		CHECK_EQ(status, 0);
		CHECK(mw_unmap_once(A, VA, 12, true, &status));
		CHECK_EQ(status, touched == A ? all : 0);
	}
}

TEST(HRUN0031, "what was derived from a small page goes at once, and its status stays for those above")
{
	for (unsigned touched = 0; touched <= C; touched++) {
		unsigned all = touched ? L4_RWX : 0, status;

		chain(touched);
		CHECK(mw_unmap_once(B, VB, 12, false, &status));
		CHECK_EQ(status, touched == C ? all : 0);
		CHECK_EQ(mw_rights_at(B, VB), L4_RWX);
		CHECK_EQ(mw_nodes_of(C), 0);
		CHECK(!mw_touch(C, VC, L4_R));
		CHECK(mw_unmap_once(B, VB, 12, false, &status));
		CHECK_EQ(status, 0);
		CHECK(mw_unmap_once(A, VA, 12, false, &status));
		CHECK_EQ(status, touched >= B ? all : 0);
		CHECK_EQ(mw_rights_at(B, VB), 0);
	}
}

TEST(HRUN0032, "status bits of a flush in one step that others have read or kept before are not lost")
{
	unsigned status;

	chain(C);
	CHECK_EQ(mw_unmap(A, VA, 12, 0, false), L4_RWX);	/* B has not read it yet */
	CHECK(mw_unmap_once(C, VC, 12, true, &status));
	CHECK_EQ(status, L4_RWX);
	CHECK(mw_unmap_once(B, VB, 12, true, &status));
	CHECK_EQ(status, L4_RWX);
	CHECK_EQ(mw_unmap(A, VA, 12, 0, false), 0);
	chain(B);
	CHECK_EQ(mw_unmap(A, VA, 12, 0, false), L4_RWX);
	CHECK(mw_unmap_once(B, VB, 12, true, &status));
	CHECK_EQ(status, L4_RWX);
	chain(C);
	CHECK_EQ(mw_unmap(B, VB, 12, 0, false), L4_RWX);
	CHECK(mw_unmap_once(B, VB, 12, true, &status));
	CHECK_EQ(status, 0);
	CHECK_EQ(mw_unmap(A, VA, 12, 0, false), L4_RWX);
}

TEST(HRUN0033, "where there is more to it no status is lost; and a page of the same space is forgotten")
{
	unsigned status;

	chain(C);
	mw_map(C, D, VC, VD, 12, L4_RWX);
	CHECK(!mw_unmap_once(B, VB, 12, false, &status) && status == 0);	/* one more below */
	CHECK_EQ(mw_nodes_of(D), 1);
	chain(0);
	for (unsigned i = 0; i < 5; i++)
		mw_map(B, D, VB, VD + i * 17 * PAGE, 12, L4_RWX);
	for (unsigned i = 0; i < 5; i++)			/* W only at the one that goes first */
		CHECK(mw_touch(D, VD + i * 17 * PAGE, i == 4 ? L4_W : L4_R));
	CHECK(!mw_unmap_once(B, VB, 12, false, &status) && status == 0);	/* six */
	CHECK(mw_nodes_of(D) > 0 && mw_nodes_of(D) < 5);
	CHECK_EQ(mw_unmap(B, VB, 12, L4_RWX, false), L4_RWX);
	CHECK_EQ(mw_nodes_of(C) + mw_nodes_of(D), 0);
	CHECK_EQ(mw_unmap(B, VB, 12, 0, false), 0);
	CHECK_EQ(mw_unmap(A, VA, 12, 0, false), L4_RWX);
	chain(0);
	mw_map(B, B, VB, VD, 12, L4_RWX);
	mw_unmap(C, VC, 12, L4_RWX, true);
	CHECK(mw_touch(B, VD, L4_W));
	CHECK(mw_unmap_once(B, VB, 12, true, &status));
	CHECK_EQ(status, L4_RWX);
	CHECK(!mw_touch(B, VB, L4_R) && !mw_touch(B, VD, L4_R));
	CHECK(!mw_unmap_once(A, VC, 12, true, &status) && status == 0);
	walk_begin(&mw_space[0].map[RESOURCE_MEMORY], 0, MAPDB_ALL, 0, false);
	CHECK(!mw_unmap_once(A, VA, 12, true, &status));
	CHECK_EQ(mw_rights_at(A, VA), L4_RWX);
}

TEST(HRUN0034, "few pages, or a large one, go at once; where one step is not enough, the rest goes in steps")
{
	unsigned status;

	mapworld_setup();
	mw_map(0, A, RAM, VA, 14, L4_RWX);
	mw_map(A, B, VA, VB, 14, L4_RWX);
	if (!host_has_ranges)
		return;
	CHECK(mw_unmap_once(A, VA, 14, true, &status));
	CHECK_EQ(status, 0);
	CHECK_EQ(mw_nodes_of(A) + mw_nodes_of(B), 0);
	mw_map(0, A, RAM, VA, 14, L4_RWX);
	mw_map(A, B, VA, VB, 12, L4_RWX);
	mw_map(A, C, VA + PAGE, VC, 13, L4_RWX);
	CHECK(mw_touch(B, VB, L4_W) && mw_touch(C, VC + PAGE, L4_R));
	CHECK(!mw_unmap_once(A, VA, 14, true, &status));
	CHECK_EQ(mw_unmap(A, VA, 14, 7, true) | status, L4_RWX);
	CHECK_EQ(mw_nodes_of(A) + mw_nodes_of(B) + mw_nodes_of(C), 0);
	mw_map(0, A, RAM, VA, 21, L4_RWX);
	mw_map(A, B, VA, VB, 21, L4_RWX);
	CHECK(mw_touch(B, VB + PAGE, L4_R));
	CHECK(!mw_unmap_once(A, VA, 12, true, &status));
	CHECK(mw_unmap_once(A, VA, 21, true, &status));
	CHECK_EQ(status, L4_R | L4_X);
	CHECK_EQ(mw_nodes_of(A) + mw_nodes_of(B), 0);
	CHECK(!mw_touch(B, VB, L4_R));
	mw_map(0, A, RAM, VA, 21, L4_RWX);
	mw_map(A, B, VA + PAGE, VB, 12, L4_RWX);
	CHECK(!mw_unmap_once(A, VA, 21, true, &status));
	CHECK_EQ(mw_nodes_of(A) + mw_nodes_of(B), 2);
}

TEST(HRUN0019, "a page replaces another one at once, after a step for what was derived; its status is kept")
{
	chain(0);
	mw_unmap(B, VB + PAGE, 12, L4_RWX, true);
	mw_unmap(A, VA, 12, L4_RWX, false);
	mw_map(A, B, VA, VB, 12, L4_R | L4_W);
	mw_map(B, C, VB, VC, 12, L4_R | L4_W);
	CHECK(mw_touch(C, VC, L4_W));
	CHECK(give(A, B, l4_fpage(VA, 12, L4_R), VB, false));
	CHECK_EQ(mw_rights_at(B, VB), L4_R | L4_W);		/* the same page: nothing changes */
	CHECK_EQ(mw_pages_of(C), 1);
	CHECK(!give(A, B, l4_fpage(VA, 12, L4_RWX), VB, false));
	CHECK(!give(A, B, l4_fpage(VA + PAGE, 12, L4_R), VB, false));
	CHECK_EQ(mw_pages_of(B) + mw_pages_of(C), 0);
	for (unsigned i = 0; i < 2; i++) {
		CHECK(give(A, B, l4_fpage(VA + (1 - i) * PAGE, 12, L4_R), VB, false));
		CHECK_EQ(mw_frame_at(B, VB), RAM + (1 - i) * PAGE);
	}
	CHECK(give(A, B, l4_fpage(VA + PAGE, 12, L4_R), VB, false));
	CHECK_EQ(mw_rights_at(B, VB), L4_R);
	CHECK_EQ(mw_pages_of(B), 1);
	CHECK(mw_touch(B, VB, L4_R) && !mw_touch(C, VC, L4_R));
	CHECK_EQ(mw_unmap(A, VA, 12, 0, false), L4_RWX);
	CHECK_EQ(mw_unmap(A, VA, 12, 0, false), 0);
}

TEST(HRUN0020, "a page without derived pages is granted at once, with its status")
{
	mapworld_setup();
	mw_map(0, A, RAM, VA, 12, L4_RWX);
	mw_map(0, B, RAM + PAGE, VB + PAGE, 12, L4_RWX);
	CHECK(mw_touch(A, VA, L4_W) && mw_touch(B, VB + PAGE, L4_R));
	CHECK(give(A, B, l4_fpage(VA, 12, L4_R | L4_W), VB + PAGE, true));
	CHECK(!mw_touch(A, VA, L4_R));
	CHECK_EQ(mw_nodes_of(A), 0);
	CHECK_EQ(mw_frame_at(B, VB + PAGE), RAM);
	CHECK_EQ(mw_rights_at(B, VB + PAGE), L4_R | L4_W);
	CHECK_EQ(mw_unmap(B, VB + PAGE, 12, 0, true), L4_RWX);
	CHECK_EQ(mw_unmap(B, VB + PAGE, 12, 0, true), 0);
	CHECK_EQ(mw_unmap(0, RAM, 12, 0, false), L4_RWX);
	CHECK_EQ(mw_unmap(0, RAM, 12, 0, false), 0);
	mw_map(B, C, VB + PAGE, VC, 12, L4_R);
	CHECK(!give(B, A, l4_fpage(VB + PAGE, 12, L4_RWX), VA, true));
	CHECK_EQ(mw_pages_of(B), 1);
}

/* B's page loses the rights; then what each reads: the first result, and the rights that are left. */
static void revoked(unsigned touched, unsigned rights, bool flush, bool once, unsigned out[6])
{
	chain(touched);
	if (once)
		CHECK(mw_revoke_once(B, l4_fpage(VB, 12, rights), flush, &out[0]));
	else
		out[0] = mw_unmap_by_walk(B, VB, 12, rights, flush);
	out[1] = mw_rights_at(B, VB);
	out[2] = mw_rights_at(C, VC);
	out[3] = mw_unmap_by_walk(C, VC, 12, 0, true);
	out[4] = mw_unmap_by_walk(B, VB, 12, 0, true);
	out[5] = mw_unmap_by_walk(A, VA, 12, 0, false);
	CHECK_EQ(mw_touch(B, VB, L4_W), out[1] >> 1 & 1);
	CHECK_EQ(mw_touch(C, VC, L4_W), out[2] >> 1 & 1);
}

TEST(HRUN0021, "any rights of a page are revoked in one step, and its status read, as a walk does")
{
	for (unsigned i = 0; i < 4 * 8 * 2; i++) {
		unsigned touched = i % 4, rights = i / 4 % 8, steps[6], once[6];

		revoked(touched, rights, i / 32, false, steps);
		revoked(touched, rights, i / 32, true, once);
		for (unsigned k = 0; k < ARRAY_LEN(once); k++)
			CHECK_EQ(once[k], steps[k]);
	}
}

/* A has three of four adjacent pages; it has read the second. */
static void three_pages(void)
{
	mapworld_setup();
	mw_map(0, A, RAM, VA, 14, L4_RWX);
	mw_unmap(A, VA + 3 * PAGE, 12, L4_RWX, true);
	CHECK(mw_touch(A, VA + PAGE, L4_R));
}

TEST(HRUN0037, "several pages with a hole among them do not lose their status where one step is not enough")
{
	unsigned status = 0;

	three_pages();
	CHECK(!mw_unmap_once(A, VA, 14, true, &status) && status == 0);
	CHECK_EQ(mw_unmap_by_walk(A, VA, 14, L4_RWX, true), L4_R | L4_X);
	CHECK_EQ(mw_nodes_of(A), 0);
}

TEST(HRUN0038, "nor do they in one step while the CPU has no space loaded")
{
	l4_fpage_t f = l4_fpage(VA, 14, L4_RWX);

	three_pages();
	tlb_switch(&mw_space[B]);
	tlb_leave(&mw_space[B]);
	CHECK(!range_unmap(&mw_space[A].map[RESOURCE_MEMORY], &f, true));
	CHECK_EQ(mw_unmap_by_walk(A, VA, 14, L4_RWX, true), L4_R | L4_X);
	CHECK_EQ(mw_nodes_of(A), 0);
}

TEST(HRUN0022, "an extent is an outer one only while another lies in it")
{
	struct mapspace *m;

	one_extent();
	m = &mw_space[B].map[RESOURCE_MEMORY];
	for (unsigned i = 0; i < 2; i++) {
		mw_map(A, B, VA, VB, LOG2, L4_RWX);
		mw_unmap(B, VB + 5 * PAGE, 13, L4_RWX, true);
		mw_map(0, B, RAM + 0x800000, VB + 5 * PAGE, 12, L4_RWX);
		CHECK(tree_nested(&m->extents));
		mw_map(0, B, RAM + 0x900000, VB + 6 * PAGE, 12, L4_RWX);
		mw_unmap(B, VB + 5 * PAGE, 12, L4_RWX, true);
		CHECK(tree_nested(&m->extents));
		if (i == 0)
			mw_unmap(B, VB + 6 * PAGE, 12, L4_RWX, true);
		else
			mw_unmap(A, VA, LOG2, L4_RWX, false);
		CHECK(!tree_nested(&m->extents));
		CHECK_EQ(mw_nodes_of(B), 1);
		mw_unmap(B, VB, LOG2, L4_RWX, true);
	}
}

TEST(HRUN0023, "of several extents around a page those that have it are found at once")
{
	unsigned status;

	one_extent();
	mw_map(A, B, VA, VB, 15, L4_RWX);
	mw_unmap(B, VB + 4 * PAGE, 12, L4_RWX, true);
	mw_map(A, C, VA + 4 * PAGE, VC, 12, L4_RWX);
	mw_map(A, C, VA + 5 * PAGE, VC + 9 * PAGE, 12, L4_RWX);
	CHECK(mw_touch(C, VC, L4_W) && mw_touch(B, VB + 5 * PAGE, L4_R));
	CHECK(mw_unmap_once(A, VA + 4 * PAGE, 12, false, &status));
	CHECK_EQ(status, L4_RWX);
	CHECK_EQ(mw_pages_of(B), 7);
	CHECK_EQ(mw_pages_of(C), 1);
	CHECK(mw_unmap_once(A, VA + 5 * PAGE, 12, false, &status));			/* both */
	CHECK_EQ(status, L4_R | L4_X);
	CHECK_EQ(mw_pages_of(B), 6);
	CHECK_EQ(mw_pages_of(C), 0);
}
