/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_map_no_revoke.c - map items with L4_ITEM_NO_REVOKE: they remove nothing and wait for no walk. Each
 * item is sent twice: mapworld does one in one step if possible, and the other as an op.
 */
#include "mapworld.h"

enum { A = 1, B, C, D, VA = 0x40000000, VB = 0x50000000, READ = L4_R, RW = L4_R | L4_W };

static void send_twice(unsigned f, unsigned t, l4_word_t src, l4_word_t dst, unsigned log2, unsigned rights)
{
	mw_map_no_revoke(f, t, src, dst, log2, rights);
	mw_map_no_revoke(f, t, src, dst, log2, rights);
}

TEST(HMAP0063, "an item that revokes nothing leaves a page of another frame, and what was derived from it")
{
	for (unsigned f = 0; f <= A; f++) {
		mapworld_setup();
		mw_map(0, A, RAM, VA, 12, L4_RWX);
		mw_map(0, B, RAM + PAGE, VA, 12, L4_RWX);
		mw_map(B, C, VA, VB, 12, L4_RWX);
		send_twice(f, B, f ? VA : RAM, VA, 12, L4_RWX);
		CHECK_EQ(mw_frame_at(B, VA), RAM + PAGE);
		CHECK_EQ(mw_frame_at(C, VB), RAM + PAGE);
		mw_map(f, B, f ? VA : RAM, VA, 12, L4_RWX);
		CHECK_EQ(mw_frame_at(B, VA), RAM);
		CHECK_EQ(mw_rights_at(C, VB), 0);
	}
}

TEST(HMAP0058, "an item that revokes nothing fills a hole, and extends rights up to the parent's")
{
	mapworld_setup();
	mw_map(0, A, RAM, VA, 12, RW);
	mw_map(0, D, RAM, VA, 12, L4_RWX);
	send_twice(A, B, VA, VB, 12, READ);
	CHECK_EQ(mw_rights_at(B, VB), READ);
	send_twice(A, B, VA, VB, 12, RW);
	CHECK_EQ(mw_rights_at(B, VB), RW);
	mw_map(B, C, VB, VB, 12, RW);
	send_twice(D, B, VA, VB, 12, L4_RWX);
	CHECK_EQ(mw_rights_at(B, VB), RW);
	CHECK_EQ(mw_rights_at(C, VB), RW);
	mw_unmap(A, VA, 12, 7, false);
	CHECK_EQ(mw_rights_at(B, VB), 0);
}

TEST(HMAP0059, "of many pages without revocation those before the first page in their way are mapped")
{
	for (unsigned log2 = 14; log2 <= 20; log2 += 3) {
		l4_word_t pages = (l4_word_t)1 << (log2 - 12), in_way = pages / 2 + 1;

		mapworld_setup();
		mw_map(0, A, RAM, VA, log2, L4_RWX);
		mw_map(0, D, RAM - PAGE, VA, 12, L4_RWX);
		mw_map(D, B, VA, VB + in_way * PAGE, 12, L4_RWX);
		send_twice(A, B, VA, VB, log2, L4_RWX);
		CHECK_EQ(mw_pages_of(B), in_way + 1);
		CHECK_EQ(mw_frame_at(B, VB + in_way * PAGE), RAM - PAGE);
		CHECK_EQ(mw_frame_at(B, VB + (in_way - 1) * PAGE), RAM + (in_way - 1) * PAGE);
	}
}

TEST(HMAP0060, "a large page without revocation does not take the place of a small one, nor a small one its")
{
	enum { BIG = 21 };

	mapworld_setup();
	mw_map(0, A, RAM, VA, BIG, L4_RWX);
	mw_map(0, B, RAM - PAGE, VA + 2 * PAGE, 12, L4_RWX);
	send_twice(A, B, VA, VA, BIG, L4_RWX);
	CHECK_EQ(mw_pages_of(B), 3);
	CHECK_EQ(mw_frame_at(B, VA + 2 * PAGE), RAM - PAGE);
	send_twice(0, A, RAM - PAGE, VA + PAGE, 12, L4_RWX);
	CHECK_EQ(mw_frame_at(A, VA + PAGE), RAM + PAGE);
	CHECK_EQ(mw_pages_of(A), 1);
}

/* Does an item of A's page to B end in one step? */
static bool ends_at_once(l4_word_t dst, bool no_revoke)
{
	struct map_item item = { l4_fpage(VA, 12, L4_RWX), dst, false, L4_COMPLETE, no_revoke, 0 };
	bool done = range_item(&mw_space[A], &mw_space[B], &item, &(unsigned){ CFG_WORK });
	struct map_op op;

	mapworld_check();
	if (!done && mapdb_begin(&op, &mw_space[A], &mw_space[B], &item)) {
		done = mw_step(&op) == MAP_DONE;
		mapworld_check();
		mapdb_abort(&op);
	}
	return done;
}

enum { DERIVED = 40 };

/* B has a page of A's, which it may read, and one of D's, from which many in C were derived. */
static void family(void)
{
	mapworld_setup();
	mw_map(0, A, RAM, VA, 12, L4_RWX);
	mw_map(0, D, RAM + PAGE, VA, 12, L4_RWX);
	mw_map(A, B, VA, VA, 12, READ);
	mw_map(D, B, VA, VB, 12, L4_RWX);
	for (l4_word_t i = 0; i < DERIVED; i++)
		mw_map(B, C, VB, VB + 2 * i * PAGE, 12, L4_RWX);
	mapworld_budget = 1;
}

/* For each place of a walk that stands still: what is unmapped, of which space. */
static unsigned stopped_by(unsigned s, l4_word_t at, bool no_revoke)
{
	unsigned ends;

	family();
	walk_begin(&mw_space[s].map[RESOURCE_MEMORY], at, 12, L4_W, false);
	ends = ends_at_once(VA, no_revoke) && mw_walks() == 1;
	CHECK_EQ(mw_rights_at(B, VA), ends ? READ : mw_rights_at(B, VA));
	return !ends;
}

TEST(HMAP0061, "an item that revokes nothing ends in one step, and a walk that is in its way is as it was")
{
	family();
	CHECK(ends_at_once(VB, true));
	CHECK_EQ(mw_walks(), 0);
	CHECK_EQ(mw_pages_of(C), DERIVED);
	CHECK(!ends_at_once(VB, false));
	CHECK(!stopped_by(A, VA, true) && !stopped_by(0, RAM, true) && !stopped_by(B, VA, true));
	CHECK(stopped_by(A, VA, false) && stopped_by(0, RAM, false) && stopped_by(B, VA, false));
	mapworld_budget = MAPWORLD_BUDGET;
}

/* An ordinary item has begun to remove D's page from B. */
TEST(HMAP0062, "an item that revokes nothing fills a hole beside the revocation of another one, which stays")
{
	struct map_item item = { l4_fpage(VA, 12, L4_RWX), VB, false, L4_COMPLETE, false, 0 };
	struct map_op op;

	family();
	CHECK(mapdb_begin(&op, &mw_space[A], &mw_space[B], &item));
	CHECK_EQ(mw_step(&op), MAP_MORE);
	CHECK(mw_space[B].map[RESOURCE_MEMORY].clear.active);
	mapworld_budget = MAPWORLD_BUDGET;
	send_twice(A, B, VA, VB + PAGE, 12, L4_RWX);
	CHECK_EQ(mw_frame_at(B, VB + PAGE), RAM);
	CHECK(mw_space[B].map[RESOURCE_MEMORY].clear.active);
	CHECK(ends_at_once(VB, true));
	CHECK(mw_space[B].map[RESOURCE_MEMORY].clear.active);
	while (mw_step(&op) != MAP_DONE)
		mapworld_check();
	CHECK_EQ(mw_frame_at(B, VB), RAM);
	CHECK_EQ(mw_pages_of(C), 0);
}
