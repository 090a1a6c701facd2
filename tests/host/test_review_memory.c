/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_review_memory.c - items that wait for walks, deep in the tree: what it costs to look for such a
 * walk may be all that a step has, and the item must get on nevertheless.
 */
#include "mapworld.h"

enum { A = 1, B, C, D, VA = 0x40000000, VB = 0x50000000, STEPS = 64, DEEP = CFG_MAP_DEPTH - 2 };

/* A page DEEP derivations below sigma0, each from the one before it in the same space; its address. */
static l4_word_t deep_page(unsigned s, unsigned depth)
{
	mw_map(0, s, RAM, VA, 12, L4_RWX);
	for (l4_word_t i = 1; i < depth; i++)
		mw_map(s, s, VA + (i - 1) * PAGE, VA + i * PAGE, 12, L4_RWX);
	return VA + (l4_word_t)(depth - 1) * PAGE;
}

/* At the most STEPS steps of an item; true if it has ended. */
static bool ends(unsigned f, unsigned t, l4_word_t src, l4_word_t dst, bool grant)
{
	struct map_item item = { l4_fpage(src, 12, L4_RWX), dst, grant, L4_COMPLETE };
	struct map_op op;

	CHECK(mapdb_begin(&op, &mw_space[f], &mw_space[t], &item));
	for (unsigned i = 0; i < STEPS; i++)
		if (mw_step(&op) == MAP_DONE)
			return true;
	mapdb_abort(&op);
	return false;
}

TEST(REV0051, "a page deep in the tree is mapped on: the item finishes a walk over it that was left behind")
{
	l4_word_t page;

	mapworld_setup();
	page = deep_page(A, DEEP);
	walk_begin(&mw_space[A].map[WORLD_MEMORY], page, 12, L4_W, false);
	CHECK(ends(A, B, page, VB, false));
	CHECK_EQ(kernel.active_walks, 0);
	CHECK_EQ(mw_rights_at(B, VB), L4_RWX);
	mapworld_check();
}

TEST(REV0052, "a page deep in the tree gets rights again though a walk over it was left behind")
{
	l4_word_t page;

	mapworld_setup();
	page = deep_page(A, DEEP);
	mw_map(A, B, page, VB, 12, L4_R);
	walk_begin(&mw_space[B].map[WORLD_MEMORY], VB, 12, L4_W, false);
	CHECK(ends(A, B, page, VB, false));
	CHECK_EQ(kernel.active_walks, 0);
	CHECK_EQ(mw_rights_at(B, VB), L4_RWX);
}

TEST(REV0053, "a page deep in the tree is granted to where a walk is, and with all its children while one is")
{
	l4_word_t page;

	mapworld_setup();
	page = deep_page(A, DEEP);
	mw_map(0, B, RAM + PAGE, VA, 12, L4_RWX);
	walk_begin(&mw_space[B].map[WORLD_MEMORY], VB, 12, L4_RWX, true);
	CHECK(ends(A, B, page, VB, true));
	CHECK_EQ(mw_rights_at(B, VB), L4_RWX);
	mapworld_setup();
	page = deep_page(A, DEEP);
	for (l4_word_t i = 0; i < CFG_GRANT_CHILDREN; i++)
		mw_map(A, C, page, VB + 2 * i * PAGE, 12, L4_RWX);
	mw_map(0, D, RAM + PAGE, VA, 12, L4_RWX);
	walk_begin(&mw_space[D].map[WORLD_MEMORY], VA, 12, L4_W, false);
	CHECK(ends(A, B, page, VB, true));
	CHECK_EQ(mw_rights_at(B, VB), L4_RWX);
	CHECK_EQ(mw_pages_of(C), CFG_GRANT_CHILDREN);
	mapworld_check();
}
