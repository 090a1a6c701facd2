/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_run.c - ranges of PTEs (mem/range.c): where a range must end, what it keeps, and that the result does
 * not depend on where it is cut.
 */
#include <core/arch.h>
#include "mapworld.h"

enum { A = 1, B, C, D, LOG2 = 17, SIZE = 1 << LOG2, PAGES = SIZE / PAGE, M = 21 };
enum { VA = 0x10000000, VB = 0x20000000, VC = 0x30000000, VD = 0x38000000 };

/* A has PAGES pages of 4 KiB by one item: one extent. */
static void one_extent(void)
{
	mapworld_setup();
	mw_map(0, A, RAM, VA, LOG2, L4_RWX);
	CHECK_EQ(mw_nodes_of(A), 1);
	CHECK_EQ(mw_pages_of(A), PAGES);
}

TEST(HRUN0001, "an extent is mapped as one, with all of its pages, wherever the steps cut it")
{
	for (mapworld_budget = 1; mapworld_budget < CFG_WORK + 2; mapworld_budget++) {
		one_extent();
		mw_map(A, B, VA, VB, LOG2, L4_R | L4_W);
		CHECK_EQ(mw_nodes_of(B), 1);
		CHECK_EQ(mw_pages_of(B), PAGES);
		for (l4_word_t o = 0; o < SIZE; o += PAGE) {
			CHECK_EQ(mw_frame_at(B, VB + o), RAM + o);
			CHECK_EQ(mw_rights_at(B, VB + o), L4_R | L4_W);
		}
		mw_unmap(A, VA, LOG2, 7, false);
		CHECK_EQ(mw_nodes_of(B), 0);
		CHECK_EQ(mw_pages_of(A), PAGES);
		mw_map(A, B, VA, VB, LOG2, L4_RWX);
		mw_unmap(A, VA, LOG2, 7, true);
		CHECK_EQ(mw_nodes_of(A) + mw_nodes_of(B), 0);
	}
}

static bool hole(l4_word_t page) { return page == 3 || (page > 6 && page < 11) || page == PAGES - 1; }

TEST(HRUN0002, "holes of the source stay holes, and do not end the item")
{
	one_extent();
	for (l4_word_t p = 0; p < PAGES; p++)
		if (hole(p))
			mw_unmap(A, VA + p * PAGE, 12, 7, true);
	mw_map(A, B, VA, VB, LOG2, L4_RWX);
	CHECK_EQ(mw_nodes_of(B), 1);
	for (l4_word_t p = 0; p < PAGES; p++)
		CHECK_EQ(mw_rights_at(B, VB + p * PAGE), hole(p) ? 0 : L4_RWX);
	mw_unmap(A, VA, LOG2, 7, true);
	CHECK_EQ(mw_nodes_of(A) + mw_nodes_of(B), 0);
}

TEST(HRUN0003, "pages of other extents inside the source go over as theirs, and go with them alone")
{
	one_extent();
	mw_unmap(A, VA + 5 * PAGE, 12, 7, true);
	mw_map(0, A, RAM + 0x800000, VA + 5 * PAGE, 12, L4_R);
	mw_map(A, B, VA, VB, LOG2, L4_RWX);
	CHECK_EQ(mw_frame_at(B, VB + 5 * PAGE), RAM + 0x800000);
	CHECK_EQ(mw_rights_at(B, VB + 5 * PAGE), L4_R);
	CHECK_EQ(mw_nodes_of(B), 2);
	mw_unmap(0, RAM, LOG2, 7, false);
	CHECK_EQ(mw_pages_of(A), 1);
	CHECK_EQ(mw_pages_of(B), 1);
	CHECK_EQ(mw_frame_at(B, VB + 5 * PAGE), RAM + 0x800000);
}

TEST(HRUN0004, "nothing is mapped over the receiver's own areas, and what is there does not go over")
{
	l4_word_t at = UTCB_AT & ~((l4_word_t)SIZE - 1);
	unsigned inside = 1 << (UTCB_LOG2 - 12);
	struct mapspace *m;

	one_extent();
	m = &mw_space[B].map[RESOURCE_MEMORY];
	CHECK_EQ(leaf_reserve_all(m, UTCB_AT, 12), LEAF_ROOM);
	leaf_set(m, UTCB_AT, (struct leaf){ .present = true, .log2 = 12, .rights = L4_R, .own = true,
					    .frame = RESERVED });
	mw_map(A, B, VA, at, LOG2, L4_RWX);
	CHECK_EQ(mw_pages_of(B), PAGES - inside);
	CHECK_EQ(mw_frame_at(B, UTCB_AT), RESERVED);
	mw_map(B, C, at, VC, LOG2, L4_RWX);
	CHECK_EQ(mw_pages_of(C), PAGES - inside);
	mw_unmap(B, at, LOG2, 7, true);
	CHECK_EQ(mw_pages_of(B) + mw_pages_of(C), 0);
	CHECK_EQ(mw_frame_at(B, UTCB_AT), RESERVED);
	leaf_clear(m, UTCB_AT);
}

TEST(HRUN0005, "what pages of a run have seen is reported, and known to those above")
{
	one_extent();
	mw_map(A, B, VA, VB, LOG2, L4_RWX);
	mw_map(B, C, VB, VC, LOG2, L4_RWX);
	CHECK(mw_touch(C, VC + 9 * PAGE, L4_W));
	CHECK(mw_touch(B, VB + 11 * PAGE, L4_R));
	CHECK_EQ(mw_unmap(B, VB, LOG2, 7, true), L4_RWX);
	CHECK_EQ(mw_unmap(A, VA + 9 * PAGE, 12, 0, false), L4_RWX);
	CHECK_EQ(mw_unmap(A, VA + 11 * PAGE, 12, 0, false), L4_R | L4_X);
	CHECK_EQ(mw_unmap(A, VA, LOG2, 0, false), 0);
}

TEST(HRUN0006, "a copy has the attribute of the page, none of its status, and no right that was not sent")
{
	struct leaf leaf;

	one_extent();
	CHECK(mw_touch(A, VA + PAGE, L4_W));
	CHECK(mw_set_attribute(A, VA + 2 * PAGE, 13, 3));
	mw_map(A, B, VA, VB, LOG2, L4_R | L4_X);
	leaf = leaf_get(&mw_space[B].map[RESOURCE_MEMORY], VB + PAGE);
	CHECK_EQ(leaf.touched | leaf.kept, 0);
	CHECK_EQ(leaf.rights, L4_R | L4_X);
	CHECK_EQ(leaf_get(&mw_space[B].map[RESOURCE_MEMORY], VB + 2 * PAGE).attr, 3);
	CHECK_EQ(leaf_get(&mw_space[B].map[RESOURCE_MEMORY], VB + 4 * PAGE).attr, 0);
	CHECK_EQ(mw_unmap(A, VA, LOG2, 0, true), L4_RWX);
}

TEST(HRUN0012, "a page of an extent inside another is not taken for the outer one's")
{
	one_extent();
	mw_map(A, B, VA, VB, LOG2, L4_RWX);
	mw_unmap(A, VA + 5 * PAGE, 12, 7, false);
	mw_map(0, B, RAM + 0x800000, VB + 5 * PAGE, 12, L4_RWX);
	mw_map(B, C, VB, VC, LOG2, L4_RWX);
	mw_unmap(B, VB + 5 * PAGE, 12, 7, false);
	CHECK_EQ(mw_pages_of(C), PAGES - 1);
	mw_unmap(B, VB + 5 * PAGE, 12, 7, true);
	CHECK_EQ(mw_pages_of(B), PAGES - 1);
	CHECK_EQ(mw_nodes_of(B), 1);
}

TEST(HRUN0013, "no translation of a page that a run has cleared is left, whether they were few or many")
{
	for (unsigned log2 = 13; log2 <= LOG2; log2++) {
		one_extent();
		for (l4_word_t o = 0; o < SIZE; o += PAGE)
			CHECK(mw_touch(A, VA + o, L4_R));
		CHECK_EQ(mw_unmap(A, VA, log2, 7, true), L4_R | L4_X);
		for (l4_word_t o = 0; o < SIZE; o += PAGE)
			CHECK_EQ(mw_touch(A, VA + o, L4_R), o >= (l4_word_t)1 << log2);
	}
}

TEST(HRUN0014, "a walk of another space is not in the way of a flush, nor taken in by it")
{
	struct mapspace *b;

	one_extent();
	mw_map(A, B, VA, VB, LOG2, L4_RWX);
	for (l4_word_t o = 0; o < SIZE; o += PAGE)
		mw_map(B, C, VB + o, VC + o, 12, L4_RWX);
	b = &mw_space[C].map[RESOURCE_MEMORY];
	mapworld_budget = 4;
	walk_begin(b, VC, LOG2, L4_W, true);
	walk_step(b);
	CHECK(b->walk.active);
	mw_unmap(B, VB, LOG2, 7, true);
	CHECK_EQ(mw_nodes_of(B) + mw_nodes_of(C), 0);
	while (!walk_step(b))
		;
	CHECK_EQ(mw_pages_of(A), PAGES);
}

/* ---- at once: without an op, without a walk ---- */

static bool give(unsigned f, unsigned t, l4_fpage_t send, l4_word_t hot, l4_fpage_t window)
{
	struct map_item item = { send, hot, false, window, false, 0 };
	bool all = range_item(&mw_space[f], &mw_space[t], &item, &(unsigned){ CFG_WORK });

	mapworld_check();
	return all;
}

static bool flush(unsigned s, l4_word_t base, unsigned log2, uint8_t *status)
{
	struct mapspace *m = &mw_space[s].map[RESOURCE_MEMORY];
	l4_fpage_t f = l4_fpage(base, log2, L4_RWX);
	bool all = range_unmap(m, &f, true);

	*status = (uint8_t)(all ? l4_fpage_rights(f) : 0);
	mapworld_check();
	return all;
}

TEST(HRUN0007, "a small item is done in one step, to the place given by its window and send base")
{
	one_extent();
	mw_map(A, B, VA, VB - SIZE, 12, L4_R);		/* makes the table */
	CHECK(give(A, B, l4_fpage(VA + PAGE, 12, L4_RWX), VB - 0x8000 + 7, L4_COMPLETE));
	CHECK_EQ(mw_frame_at(B, VB - 0x8000), RAM + PAGE);
	if (!host_has_ranges)
		return;
	CHECK(give(A, B, l4_fpage(VA + 4 * PAGE, 14, L4_R), VA + 0x5000, l4_fpage(VB - 0x10000, 15, 0)));
	CHECK_EQ(mw_frame_at(B, VB - 0x10000 + 0x4000), RAM + 4 * PAGE);
	CHECK_EQ(mw_rights_at(B, VB - 0x10000 + 0x7000), L4_R);
	CHECK_EQ(mw_pages_of(B), 6);
}

TEST(HRUN0008, "an item does not go at once where something stands or must not, or where it would be cut")
{
	l4_fpage_t page = l4_fpage(VA, 12, L4_RWX);

	one_extent();
	mw_map(A, B, VA, VB, 12, L4_R);
	CHECK(!give(A, B, page, VB, L4_COMPLETE));
	CHECK(!give(A, B, l4_fpage(VA, 14, L4_RWX), VB, L4_COMPLETE));
	CHECK(!give(A, B, l4_fpage(VA, 14, L4_RWX), VB, l4_fpage(VB + 0x8000, 13, 0)));
	CHECK(!give(A, B, page, UTCB_AT, L4_COMPLETE));
	CHECK(!give(A, B, page, (l4_word_t)0 - PAGE, L4_COMPLETE));
	CHECK(!give(A, B, page, VB + PAGE, L4_NILPAGE));
	CHECK(!give(A, B, page, VB + PAGE, l4_io_fpage(0, 16)));
	CHECK(!give(A, B, l4_fpage(VA, 12, 0), VB + PAGE, L4_COMPLETE));
	CHECK(!give(A, B, l4_fpage(VA + SIZE, 12, 7), VB + PAGE, L4_COMPLETE));
	CHECK(!give(A, 0, page, VB + PAGE, L4_COMPLETE));
	CHECK(!give(A, B, l4_io_fpage(0x40, 12), VB + PAGE, L4_COMPLETE));
	CHECK_EQ(mw_pages_of(B), 1);
	walk_begin(&mw_space[A].map[RESOURCE_MEMORY], 0, MAPDB_ALL, 0, false);
	CHECK(!give(A, B, page, VB + PAGE, L4_COMPLETE));
	while (!walk_step(&mw_space[A].map[RESOURCE_MEMORY]))
		;
	CHECK(give(A, B, page, VB + PAGE, L4_COMPLETE));
}

TEST(HRUN0009, "a page is flushed at once with its children, and what they saw is reported and kept above")
{
	uint8_t status;

	one_extent();
	mw_map(A, B, VA, VB, 12, L4_RWX);
	mw_map(B, C, VB, VC, 12, L4_RWX);
	mw_map(B, D, VB, VC, 12, L4_RWX);
	CHECK(mw_touch(C, VC, L4_R));
	CHECK(mw_touch(D, VC, L4_W));
	CHECK(flush(B, VB, 12, &status));
	CHECK_EQ(status, L4_RWX);
	CHECK_EQ(mw_nodes_of(B) + mw_nodes_of(C) + mw_nodes_of(D), 0);
	CHECK_EQ(mw_unmap(A, VA, 12, 0, false), L4_RWX);
	CHECK_EQ(mw_unmap(A, VA, 12, 0, false), 0);
}

TEST(HRUN0016, "a flush at once reports what those above have read before")
{
	uint8_t status;

	one_extent();
	mw_map(A, B, VA, VB, 13, L4_RWX);
	mw_map(B, C, VB, VC, 12, L4_RWX);
	CHECK(mw_touch(C, VC, L4_W));
	CHECK(mw_touch(B, VB + PAGE, L4_R));
	CHECK_EQ(mw_unmap(A, VA, 13, 0, false), L4_RWX);
	mw_unmap(C, VC, 12, 7, true);
	CHECK(flush(B, VB, 12, &status));
	CHECK_EQ(status, L4_RWX);
	CHECK(flush(B, VB + PAGE, 12, &status));
	CHECK_EQ(status, L4_R | L4_X);
	CHECK_EQ(mw_unmap(A, VA, 13, 0, false), 0);
}

TEST(HRUN0010, "what is more than a page and its children is left for a walk, which ends the same")
{
	uint8_t status;

	one_extent();
	mw_map(A, B, VA, VB, 12, L4_RWX);
	mw_map(B, C, VB, VC, 12, L4_RWX);
	mw_map(C, D, VC, VC, 12, L4_RWX);
	CHECK(mw_touch(D, VC, L4_W));
	CHECK(!flush(B, VB, 12, &status));		/* C's has a child */
	CHECK_EQ(mw_unmap(B, VB, 12, 7, true) | status, L4_RWX);
	mw_map(A, B, VA, VB, LOG2, L4_RWX);
	CHECK(!flush(A, VA, LOG2, &status));		/* too many */
	mw_map(A, C, VA, VC, 14, L4_RWX);
	CHECK(mw_touch(C, VC + PAGE, L4_W));
	CHECK(!flush(C, VC, 14, &status));		/* several, with status */
	CHECK_EQ(mw_unmap(C, VC, 14, 7, true) | status, L4_RWX);
	CHECK(!flush(0, RAM, 12, &status));
	CHECK(!flush(A, VC, 12, &status));
	CHECK_EQ(mw_pages_of(A), PAGES);
	CHECK_EQ(mw_pages_of(B), PAGES);
	CHECK(mw_touch(B, VB + 5 * PAGE, L4_R));
	CHECK(flush(A, VA + 5 * PAGE, 12, &status));	/* B's is larger */
	CHECK_EQ(status, L4_R | L4_X);
	CHECK_EQ(mw_pages_of(A), PAGES - 1);
	CHECK_EQ(mw_pages_of(B), PAGES - 1);
	mw_map(0, B, RAM, VB + 5 * PAGE, 12, L4_RWX);	/* and has another extent's page in it */
	mw_map(0, A, RAM + 5 * PAGE, VA + 5 * PAGE, 12, L4_RWX);
	CHECK(flush(A, VA + 5 * PAGE, 12, &status));
	CHECK_EQ(mw_pages_of(A), PAGES - 1);
	CHECK_EQ(mw_pages_of(B), PAGES);
}

TEST(HRUN0017, "pages that are mapped one by one from one place are one extent, in whatever order")
{
	static const unsigned order[] = { 3, 4, 2, 0, 6, 1, 7, 5 };
	uint8_t status;

	one_extent();
	for (unsigned i = 0; i < ARRAY_LEN(order); i++) {
		mw_map(A, B, VA + order[i] * PAGE, VB + order[i] * PAGE, 12, L4_R | L4_W);
		if (i == 0)
			mw_map(A, C, VA + 3 * PAGE, VC + 3 * PAGE, 12, L4_RWX);
		else
			CHECK(give(A, C, l4_fpage(VA + order[i] * PAGE, 12, L4_RWX), VC + order[i] * PAGE,
				   L4_COMPLETE));
		mapdb_check(&mw_space[A].map[RESOURCE_MEMORY]);
		mapdb_check(&mw_space[B].map[RESOURCE_MEMORY]);
	}
	CHECK_EQ(mw_nodes_of(B), 1);
	CHECK_EQ(mw_nodes_of(C), 1);
	CHECK_EQ(mw_pages_of(B) + mw_pages_of(C), 2 * ARRAY_LEN(order));
	CHECK(mw_touch(C, VC + 2 * PAGE, L4_W));
	CHECK(flush(A, VA + 2 * PAGE, 12, &status));
	CHECK_EQ(status, L4_RWX);
	CHECK_EQ(mw_pages_of(B) + mw_pages_of(C), 2 * ARRAY_LEN(order) - 2);
	CHECK(!mw_rights_at(B, VB + 2 * PAGE) && !mw_rights_at(C, VC + 2 * PAGE));
	CHECK(mw_rights_at(B, VB + 3 * PAGE) && mw_rights_at(C, VC + PAGE));
}

TEST(HRUN0018, "an extent does not grow over another, nor to where it would be thin, nor onto a foreign page")
{
	one_extent();
	mw_map(A, B, VA, VB, 12, L4_RWX);
	mw_map(A, B, VA + 4 * PAGE, VB + 2 * PAGE, 12, L4_RWX);	/* from elsewhere */
	CHECK_EQ(mw_nodes_of(B), 2);
	mw_map(A, B, VA + PAGE, VB + PAGE, 12, L4_RWX);		/* one is where it would grow to */
	mw_map(A, B, VA + 3 * PAGE, VB + 3 * PAGE, 12, L4_RWX);	/* and one is between */
	CHECK_EQ(mw_nodes_of(B), 4);
	mw_map(A, C, VA, VC, 12, L4_RWX);
	mw_map(A, C, VA + 8 * PAGE, VC + 8 * PAGE, 12, L4_RWX);	/* two of 64 would be thin */
	CHECK_EQ(mw_nodes_of(C), 2);
	for (unsigned i = 1; i < 8; i++)
		mw_map(A, C, VA + i * PAGE, VC + i * PAGE, 12, L4_RWX);
	CHECK_EQ(mw_nodes_of(C), 2);
	mw_map(A, C, VA + 9 * PAGE, VC + 9 * PAGE, 12, L4_RWX);	/* the second grows, not over the first */
	CHECK_EQ(mw_nodes_of(C), 2);
	for (unsigned s = A; s <= C; s++)
		mapdb_check(&mw_space[s].map[RESOURCE_MEMORY]);
}

/* A walk over a page of s that is left behind; its cursor is on the page's extent. */
static void leave_walk(unsigned s, l4_word_t page)
{
	walk_begin(&mw_space[s].map[RESOURCE_MEMORY], page, 12, L4_W, true);
	CHECK_EQ(mw_walks(), 1);
}

TEST(HRUN0036, "an extent grows while a walk is under way elsewhere, but not with a cursor on it")
{
	one_extent();
	mw_map(0, D, RAM + SIZE, VD, 12, L4_RWX);
	leave_walk(D, VD);
	for (unsigned i = 0; i < 8; i++) {
		mw_map(A, B, VA + i * PAGE, VB + i * PAGE, 12, L4_RWX);
		mw_map(A, C, VA + (7 - i) * PAGE, VC + (7 - i) * PAGE, 12, L4_RWX);
	}
	CHECK_EQ(mw_walks(), 1);
	CHECK_EQ(mw_nodes_of(B), 1);
	CHECK_EQ(mw_nodes_of(C), 1);
	mapworld_check();
	one_extent();
	mw_map(A, B, VA, VB, 12, L4_RWX);
	leave_walk(B, VB);
	mw_map(A, B, VA + PAGE, VB + PAGE, 12, L4_RWX);
	CHECK_EQ(mw_nodes_of(B), 2);
	CHECK(walk_step(&mw_space[B].map[RESOURCE_MEMORY]));
	CHECK_EQ(mw_rights_at(B, VB), L4_R | L4_X);
	mapworld_check();
}

static size_t frames_used(unsigned s) { return mw_space[s].account.used / PAGE; }

TEST(HRUN0015, "an item of several pages goes at once only to where nothing is")
{
	one_extent();
	mw_map(A, B, VA, VB + 2 * PAGE, 12, L4_R);
	CHECK(!give(A, B, l4_fpage(VA + 4 * PAGE, 14, L4_RWX), VB, L4_COMPLETE));
	CHECK_EQ(mw_pages_of(B), 1);
	CHECK(!give(A, B, l4_fpage(VA + 4 * PAGE, 12, L4_RWX), UTCB_AT + PAGE, L4_COMPLETE));
	mw_map(A, B, VA, UTCB_AT + 0x10000, 12, L4_R);	/* makes the table */
	CHECK(!give(A, B, l4_fpage(VA + 4 * PAGE, 12, L4_RWX), UTCB_AT + PAGE, L4_COMPLETE));
	CHECK_EQ(mw_pages_of(B), 2);
	mw_map(A, B, VA, VB + SIZE, 14, L4_RWX);
	mw_unmap(B, VB + SIZE + PAGE, 12, 7, true);
	CHECK(!give(A, B, l4_fpage(VA + 9 * PAGE, 12, L4_RWX), VB + SIZE + PAGE, L4_COMPLETE));
}

TEST(HRUN0011, "two large pages are mapped and flushed at once, without any table")
{
	uint8_t status;
	size_t used;

	mapworld_setup();
	mw_map(0, A, RAM, VA, M + 1, L4_RWX);
	mw_map(A, B, VA, VB - 0x400000, M, L4_RWX);
	used = frames_used(B);
	if (!host_has_ranges)
		return;
	CHECK(give(A, B, l4_fpage(VA, M + 1, L4_RWX), VB, L4_COMPLETE));
	CHECK_EQ(mw_pages_of(B), 3);
	CHECK_EQ(frames_used(B), used);
	CHECK(mw_touch(B, VB + 0x300000, L4_W));
	flush(A, VA, M + 1, &status);
	CHECK_EQ(mw_unmap(A, VA, M + 1, 7, true) | status, L4_RWX);
	CHECK_EQ(mw_nodes_of(A) + mw_nodes_of(B), 0);
}

TEST(HRUN0035, "a page is not put behind the end of a space, though an extent from there is around that")
{
	l4_word_t top = L4_USER_END - PAGE, base = top & ~(l4_word_t)(SIZE - 1);

	one_extent();
	mw_map(A, B, VA, base, LOG2, L4_RWX);
	CHECK(mapdb_find(&mw_space[B].map[RESOURCE_MEMORY], L4_USER_END));
	mw_unmap(B, top, 12, 7, true);
	CHECK(give(A, B, l4_fpage(VA + top - base, 12, L4_RWX), top, L4_COMPLETE));
	CHECK(!give(A, B, l4_fpage(VA + top - base + PAGE, 12, L4_RWX), top + PAGE, L4_COMPLETE));
	CHECK_EQ(mw_pages_of(B), PAGES - 1);
}

TEST(HRUN0039, "rights of several pages are revoked at once; what one of them has seen is kept")
{
	one_extent();
	mw_map(A, B, VA, VB, 15, L4_RWX);
	CHECK_EQ(mw_unmap(A, VA, 15, L4_W, false), 0);
	for (l4_word_t o = 0; o < 8 * PAGE; o += PAGE)
		CHECK_EQ(mw_rights_at(B, VB + o), L4_R | L4_X);
	CHECK(mw_touch(B, VB + 3 * PAGE, L4_R));
	CHECK(!mw_touch(B, VB + 4 * PAGE, L4_W));
	CHECK_EQ(mw_unmap(A, VA, 15, L4_X, false) & ~(unsigned)L4_X, L4_R);
	for (l4_word_t o = 0; o < 8 * PAGE; o += PAGE) {
		CHECK_EQ(mw_rights_at(B, VB + o), L4_R);
		CHECK_EQ(mw_rights_at(A, VA + o), L4_RWX);
	}
	CHECK_EQ(mw_unmap(B, VB, 15, 0, true) & ~(unsigned)L4_X, L4_R);
	CHECK_EQ(mw_unmap(A, VA, 15, 0, false), 0);
}

TEST(HRUN0040, "an item of more pages than a step maps begins at once, and is continued behind those")
{
	struct map_item item = { l4_fpage(VA, LOG2, L4_RWX), VB, false, L4_COMPLETE, false, 0 };
	unsigned budget = CFG_WORK;
	struct map_op op;

	one_extent();
	mw_map(A, B, VA, VB + SIZE, 12, L4_R);		/* makes the table */
	CHECK(!range_item(&mw_space[A], &mw_space[B], &item, &budget));
	CHECK_EQ(item.done, host_has_ranges ? (uint64_t)RANGE_MOST * PAGE : 0);
	CHECK(mapdb_begin(&op, &mw_space[A], &mw_space[B], &item));
	CHECK_EQ(op.done, item.done);
	while (mapdb_step(&op, &(unsigned){ 1 }) == MAP_MORE)
		mapworld_check();
	CHECK_EQ(mw_pages_of(B), PAGES + 1);
	for (l4_word_t o = 0; o < SIZE; o += PAGE)
		CHECK_EQ(mw_frame_at(B, VB + o), RAM + o);
}
