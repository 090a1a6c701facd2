/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_unmap_tree.c - unmap, status bits and grant on small derivation trees (api 6.2, 6.3).
 */
#include "family.h"

/* ---- revoking ---- */

TEST(HUMT0001, "unmap takes derived pages and leaves the own; flush takes both")
{
	family(RAM);
	CHECK(mw_touch(B, VB, L4_W) && mw_touch(C, VC, L4_W) && mw_touch(A, VA, L4_W));
	mw_unmap(A, VA, 16, 7, false);
	CHECK_EQ(mw_pages_of(A), 16);
	CHECK_EQ(mw_nodes_of(B) + mw_nodes_of(C) + mw_nodes_of(D), 0);
	CHECK(!mw_touch(B, VB, L4_R));
	CHECK(mw_touch(A, VA, L4_W));
	mw_unmap(A, VA, 16, 7, true);
	CHECK_EQ(mw_nodes_of(A), 0);
	CHECK(!mw_touch(A, VA, L4_R));
}

TEST(HUMT0002, "only the pages of the fpage and what comes from them are taken")
{
	family(RAM);
	mw_unmap(A, VA + 0x4000, 13, 7, true);
	CHECK_EQ(mw_pages_of(A), 14);
	CHECK_EQ(mw_pages_of(B), 14);
	CHECK_EQ(mw_pages_of(C), 6);
	CHECK_EQ(mw_pages_of(D), 4);
	CHECK_EQ(mw_rights_at(C, VC + 0x4000), 0);
	CHECK_EQ(mw_rights_at(C, VC + 0x6000), 7);
	mw_unmap(A, VA + 0x8000, 12, 7, false);
	CHECK_EQ(mw_rights_at(D, VC), 0);
	CHECK_EQ(mw_rights_at(D, VC + 0x1000), RX);
	CHECK_EQ(mw_rights_at(A, VA + 0x8000), 7);
}

TEST(HUMT0003, "a middle space revokes what it passed on, not what it was given")
{
	family(RAM);
	mw_unmap(B, VB, 16, 7, false);
	CHECK_EQ(mw_pages_of(A), 16);
	CHECK_EQ(mw_pages_of(B), 16);
	CHECK_EQ(mw_nodes_of(C) + mw_nodes_of(D), 0);
	mw_unmap(B, 0, MAPDB_ALL, 7, true);
	CHECK_EQ(mw_nodes_of(B), 0);
	CHECK_EQ(mw_pages_of(A), 16);
}

TEST(HUMT0004, "write and execute can be revoked alone, at all levels; read cannot")
{
	family(RAM);
	CHECK(mw_touch(C, VC, L4_W));
	mw_unmap(A, VA, 16, L4_W, false);
	CHECK_EQ(mw_rights_at(A, VA), 7);
	CHECK_EQ(mw_rights_at(B, VB), RX);
	CHECK_EQ(mw_rights_at(C, VC), RX);
	CHECK(!mw_touch(C, VC, L4_W));
	CHECK(mw_touch(C, VC, L4_X));
	mw_unmap(A, VA, 16, L4_X, true);
	CHECK_EQ(mw_rights_at(A, VA), RW);
	CHECK_EQ(mw_rights_at(D, VC), READ);
	mw_unmap(A, VA, 16, L4_R, true);
	CHECK_EQ(mw_rights_at(A, VA), RW);
	CHECK_EQ(mw_rights_at(B, VB), READ);
	mw_unmap(A, VA, 16, L4_R | L4_W, true);
	CHECK_EQ(mw_rights_at(A, VA), READ);
}

TEST(HUMT0005, "several children of one page, and of a large page, all go in one call")
{
	mapworld_setup();
	mw_map(0, A, RAM, VA, M, L4_RWX);
	for (l4_word_t i = 0; i < 60; i++)
		mw_map(A, B + i % 4, VA + (i & 7) * PAGE, VB + i * PAGE, 12, L4_RWX);
	mw_map(A, C, VA, VC, M, L4_RWX);
	mw_unmap(A, VA, M, 7, false);
	CHECK_EQ(mw_nodes_of(B) + mw_nodes_of(C) + mw_nodes_of(D) + mw_nodes_of(E), 0);
	CHECK_EQ(mw_pages_of(A), 1);
}

TEST(HUMT0006, "a part of a large page: flush takes the whole page, unmap the derived pages in the part")
{
	mapworld_setup();
	mw_map(0, A, RAM, VA, M, L4_RWX);
	mw_map(A, B, VA, VB, 14, L4_RWX);
	mw_map(A, C, VA, VB, M, L4_RWX);
	mw_map(C, D, VB + 0x10000, VC, 12, L4_RWX);
	mw_unmap(A, VA + 0x1000, 12, 7, false);
	CHECK_EQ(mw_pages_of(A), 1);
	CHECK_EQ(mw_pages_of(B), 3);
	CHECK_EQ(mw_rights_at(B, VB + 0x1000), 0);
	CHECK_EQ(mw_pages_of(C), 0);
	CHECK_EQ(mw_pages_of(D), 0);
	mw_unmap(A, VA + 0x8000, 12, 7, true);
	CHECK_EQ(mw_nodes_of(A) + mw_nodes_of(B), 0);
}

TEST(HUMT0007, "the region grown for one child does not reach into its siblings")
{
	mapworld_setup();
	mw_map(0, A, RAM, VA, M, L4_RWX);
	mw_map(A, B, VA, VB, M, L4_RWX);
	mw_map(A, C, VA + 0x5000, VC, 12, L4_RWX);
	mw_map(A, D, VA, VC, 14, L4_RWX);
	mw_unmap(A, VA, 12, 7, false);
	CHECK_EQ(mw_pages_of(B), 0);
	CHECK_EQ(mw_pages_of(C), 1);
	CHECK_EQ(mw_pages_of(D), 3);
	mw_unmap(0, RAM + 0x5000, 12, 7, false);
	CHECK_EQ(mw_nodes_of(A) + mw_nodes_of(C) + mw_nodes_of(D), 0);
}

TEST(HUMT0008, "three page sizes in one tree: one flush at the top takes all away")
{
	mapworld_setup();
	mw_map(0, A, 0x40000000, 0, G, L4_RWX);
	mw_map(A, B, 0x400000, VB, 22, L4_RWX);
	mw_map(B, C, VB + 0x200000, VC, M, L4_RWX);
	mw_map(C, D, VC + 0x3000, VA, 12, L4_RWX);
	mw_map(D, E, VA, VA, 12, L4_RWX);
	CHECK(mw_touch(E, VA, L4_W) && mw_touch(C, VC + 0x3000, L4_R));
	mw_unmap(A, 0x603000, 12, L4_W, false);
	CHECK_EQ(mw_rights_at(E, VA), RX);
	CHECK_EQ(mw_rights_at(C, VC), RX);
	CHECK_EQ(mw_rights_at(B, VB), 7);
	mw_unmap(A, 0x400000, 12, 7, true);
	CHECK_EQ(mw_nodes_of(A) + mw_nodes_of(B) + mw_nodes_of(C) + mw_nodes_of(D) + mw_nodes_of(E), 0);
}

TEST(HUMT0009, "a page that came round to its first owner goes with the rest")
{
	mapworld_setup();
	mw_map(0, A, RAM, VA, 13, L4_RWX);
	mw_map(A, B, VA, VB, 13, L4_RWX);
	mw_map(B, A, VB, VC, 13, L4_RWX);
	mw_map(A, B, VC, VC, 13, L4_RWX);
	mw_unmap(A, VA + PAGE, 12, 7, false);
	CHECK_EQ(mw_pages_of(A), 3);
	CHECK_EQ(mw_pages_of(B), 2);
	mw_unmap(A, 0, MAPDB_ALL, 7, true);
	CHECK_EQ(mw_nodes_of(A) + mw_nodes_of(B), 0);
}

TEST(HUMT0010, "unmap of nothing, of the areas, and beyond the user area reports nothing and takes nothing")
{
	family(RAM);
	CHECK_EQ(mw_unmap(A, VB, 16, 7, true), 0);
	CHECK_EQ(mw_unmap(A, UTCB_AT, UTCB_LOG2, 7, true), 0);
	CHECK_EQ(mw_unmap(E, 0, MAPDB_ALL, 7, true), 0);
	CHECK_EQ(mw_pages_of(C), 8);
}

TEST(HUMT0011, "deleting a space removes what was derived from it, and nothing else")
{
	family(RAM);
	mw_map(0, B, RAM + 0x800000, 0x1000, 12, L4_RWX);
	mw_map(A, E, VA, VC, 16, L4_RWX);
	mw_destroy(B);
	CHECK_EQ(mw_nodes_of(C) + mw_nodes_of(D), 0);
	CHECK_EQ(mw_pages_of(A), 16);
	CHECK_EQ(mw_pages_of(E), 16);
}

/* ---- status ---- */

enum { ACCESSED = RX, WRITTEN = L4_RWX };

TEST(HUMT0012, "status: without flush of the derived pages, with flush of the own too; reading resets")
{
	family(RAM);
	CHECK_EQ(mw_unmap(A, VA, 16, 0, true), 0);
	CHECK(mw_touch(A, VA, L4_R));
	CHECK_EQ(mw_unmap(A, VA, 16, 0, false), 0);
	CHECK_EQ(mw_unmap(A, VA, 16, 0, true), ACCESSED);
	CHECK_EQ(mw_unmap(A, VA, 16, 0, true), 0);
	CHECK(mw_touch(C, VC, L4_W));
	CHECK_EQ(mw_unmap(A, VA, 16, 0, false), WRITTEN);
	CHECK_EQ(mw_unmap(A, VA, 16, 0, false), 0);
	CHECK(mw_touch(C, VC, L4_W));
	CHECK_EQ(mw_unmap(A, VA + PAGE, 12, 0, false), 0);
	CHECK_EQ(mw_unmap(A, VA, 12, 0, true), WRITTEN);
}

TEST(HUMT0013, "what one level has read is still there for the levels above and for the pages' owner")
{
	family(RAM);
	CHECK(mw_touch(C, VC, L4_W));
	CHECK_EQ(mw_unmap(B, VB, 16, 0, false), WRITTEN);
	CHECK_EQ(mw_unmap(A, VA, 16, 0, false), WRITTEN);
	CHECK_EQ(mw_unmap(B, VB, 16, 0, true), 0);
	CHECK_EQ(mw_unmap(C, VC, 15, 0, true), WRITTEN);
	CHECK_EQ(mw_unmap(A, VA, 16, 0, true), 0);
	CHECK(mw_touch(C, VC, L4_R));
	CHECK_EQ(mw_unmap(0, RAM, 16, 0, false), WRITTEN);
	CHECK_EQ(mw_unmap(A, VA, 16, 0, true), ACCESSED);
	CHECK_EQ(mw_unmap(B, VB, 16, 0, false), ACCESSED);
	CHECK_EQ(mw_unmap(0, RAM, 16, 0, false), 0);
}

TEST(HUMT0014, "the status of a page that goes is not lost for those it came from")
{
	family(RAM);
	CHECK(mw_touch(C, VC, L4_W));
	mw_unmap(C, VC, 15, 7, true);
	CHECK_EQ(mw_unmap(B, VB, 16, 0, false), WRITTEN);
	CHECK_EQ(mw_unmap(B, VB, 16, 0, true), 0);
	CHECK(mw_touch(D, VC, L4_R));
	mw_destroy(B);
	CHECK_EQ(mw_unmap(A, VA, 16, 0, false), WRITTEN);
	CHECK_EQ(mw_unmap(A, VA, 16, 0, true), 0);
	CHECK_EQ(mw_unmap(0, RAM, 16, 0, false), WRITTEN);
}

TEST(HUMT0015, "revoking reports the status of what it revoked")
{
	family(RAM);
	CHECK(mw_touch(D, VC, L4_X));
	CHECK_EQ(mw_unmap(A, VA, 16, L4_W, false), ACCESSED);
	CHECK(mw_touch(B, VB, L4_R));
	CHECK(mw_touch(A, VA, L4_W));
	CHECK_EQ(mw_unmap(A, VA, 16, 7, false), ACCESSED);
	CHECK_EQ(mw_unmap(A, VA, 16, 7, true), WRITTEN);
}

TEST(HUMT0016, "a part of a large page reports what the whole one keeps, and does not reset it")
{
	mapworld_setup();
	mw_map(0, A, RAM, VA, M, L4_RWX);
	mw_map(A, B, VA, VB, 14, L4_RWX);
	CHECK(mw_touch(B, VB, L4_W));
	mw_unmap(B, VB, 14, 7, true);
	CHECK_EQ(mw_unmap(A, VA + 0x8000, 12, 0, false), WRITTEN);
	CHECK_EQ(mw_unmap(A, VA, 12, 0, false), WRITTEN);
	CHECK_EQ(mw_unmap(A, VA, M, 0, false), WRITTEN);
	CHECK_EQ(mw_unmap(A, VA, M, 0, false), 0);
}

TEST(HUMT0017, "status of sigma0's own pages and of everything derived from them")
{
	mapworld_setup();
	CHECK(mapdb_root_fault(&mw_space[0], RESOURCE_MEMORY, RAM));
	mw_map(0, A, RAM, VA, 12, L4_RWX);
	CHECK(mw_touch(0, RAM, L4_W));
	CHECK_EQ(mw_unmap(0, RAM, M, 0, false), 0);
	CHECK(mw_touch(A, VA, L4_R));
	CHECK_EQ(mw_unmap(0, RAM, M, 0, true), WRITTEN);
	CHECK_EQ(mw_unmap(0, RAM, M, 0, true), 0);
}

/* ---- grant ---- */

TEST(HUMT0018, "a grant moves pages: the granter has none, the place in the tree is kept")
{
	family(RAM);
	CHECK(mw_touch(B, VB + 0xc000, L4_W));
	mw_grant(B, E, VB + 0xc000, VA, 14, L4_RWX);
	CHECK_EQ(mw_pages_of(B), 12);
	CHECK_EQ(mw_pages_of(E), 4);
	CHECK_EQ(mw_frame_at(E, VA), RAM + 0xc000);
	CHECK(!mw_touch(B, VB + 0xc000, L4_R));
	CHECK(mw_touch(E, VA, L4_W));
	mw_unmap(B, 0, MAPDB_ALL, 7, true);
	CHECK_EQ(mw_pages_of(E), 4);
	CHECK_EQ(mw_unmap(A, VA, 16, 7, false), WRITTEN);
	CHECK_EQ(mw_nodes_of(E), 0);
}

TEST(HUMT0019, "what was mapped from a granted page goes along with it")
{
	mapworld_setup();
	mw_map(0, A, RAM, VA, 12, L4_RWX);
	mw_map(A, B, VA, VB, 12, L4_RWX);
	mw_map(B, C, VB, VC, 12, RW);
	mw_map(B, D, VB, VC, 12, READ);
	mw_map(C, E, VC, VC, 12, READ);
	mw_grant(B, E, VB, VA, 12, L4_RWX);
	CHECK_EQ(mw_nodes_of(B), 0);
	CHECK_EQ(mw_rights_at(C, VC), RW);
	CHECK_EQ(mw_rights_at(D, VC), READ);
	mw_unmap(E, VA, 12, L4_W, false);
	CHECK_EQ(mw_rights_at(C, VC), READ);
	mw_unmap(E, VA, 12, 7, false);
	CHECK_EQ(mw_nodes_of(C) + mw_nodes_of(D), 0);
	CHECK_EQ(mw_pages_of(E), 1);
}

TEST(HUMT0020, "of children that span more than the granted page that page follows, and the others stay")
{
	family(RAM);
	CHECK(mw_touch(C, VC, L4_W));
	mw_grant(B, E, VB, VA, 12, L4_RWX);
	CHECK_EQ(mw_frame_at(E, VA), RAM);
	CHECK_EQ(mw_rights_at(C, VC), L4_RWX);
	CHECK_EQ(mw_pages_of(C), 8);
	CHECK_EQ(mw_unmap(E, VA, 12, 7, false), WRITTEN);
	CHECK_EQ(mw_rights_at(C, VC), 0);
	CHECK_EQ(mw_pages_of(C), 7);
	CHECK(!mw_touch(C, VC, L4_R));
	mw_unmap(B, VB, 16, 7, false);
	CHECK_EQ(mw_pages_of(C), 0);
}

TEST(HUMT0021, "a grant with fewer rights takes the children away, which would have more")
{
	mapworld_setup();
	mw_map(0, A, RAM, VA, 12, L4_RWX);
	mw_map(A, B, VA, VB, 12, L4_RWX);
	mw_grant(A, C, VA, VC, 12, READ);
	CHECK_EQ(mw_rights_at(C, VC), READ);
	CHECK_EQ(mw_nodes_of(A) + mw_nodes_of(B), 0);
}

TEST(HUMT0022, "sigma0's grant is a map")
{
	mapworld_setup();
	CHECK(mapdb_root_fault(&mw_space[0], RESOURCE_MEMORY, RAM));
	mw_grant(0, A, RAM, VA, 12, L4_RWX);
	CHECK_EQ(mw_pages_of(0), 1);
	mw_unmap(0, RAM, 12, 7, false);
	CHECK_EQ(mw_nodes_of(A), 0);
}

TEST(HUMT0023, "a grant that is larger than the window takes all of the fpage from the granter")
{
	family(RAM);
	mw_item(B, E, l4_fpage(VB, 16, 7), 0x5000, l4_fpage(VA, 12, 0), true);
	CHECK_EQ(mw_frame_at(E, VA), RAM + 0x5000);
	CHECK_EQ(mw_nodes_of(B), 0);
	CHECK_EQ(mw_pages_of(C), 1);			/* followed the page */
	CHECK_EQ(mw_pages_of(E), 1);
	CHECK_EQ(mw_pages_of(A), 16);
	mw_unmap(E, VA, 12, 7, false);
	CHECK_EQ(mw_nodes_of(C) + mw_nodes_of(D), 0);
}

TEST(HUMT0024, "a large page granted into a small window goes in pieces, and then whole from the granter")
{
	mapworld_setup();
	mw_map(0, A, RAM, VA, M, L4_RWX);
	mw_map(A, B, VA, VB, M, L4_RWX);
	mw_map(B, C, VB + 0x4000, VC, 12, L4_RWX);
	mw_item(B, D, l4_fpage(VB + 0x4000, 14, 7), VC + 0x4000, l4_fpage(VC, 16, 0), true);
	CHECK_EQ(mw_pages_of(D), 4);
	CHECK_EQ(mw_frame_at(D, VC + 0x4000), RAM + 0x4000);
	CHECK_EQ(mw_nodes_of(B) + mw_nodes_of(C), 0);
	mw_unmap(A, VA + 0x5000, 12, 7, false);
	CHECK_EQ(mw_pages_of(D), 3);
}

TEST(HUMT0025, "a grant back to where the page came from, or onto the same frame")
{
	mapworld_setup();
	mw_map(0, A, RAM, VA, 12, L4_RWX);
	mw_map(A, B, VA, VB, 12, L4_RWX);
	mw_grant(B, A, VB, VA, 12, L4_RWX);
	CHECK_EQ(mw_pages_of(A), 1);
	CHECK_EQ(mw_nodes_of(B), 0);
	mw_map(A, B, VA, VB, 12, READ);
	mw_grant(A, B, VA, VB, 12, L4_RWX);
	CHECK_EQ(mw_nodes_of(A), 0);
	CHECK_EQ(mw_rights_at(B, VB), L4_RWX);
	mw_map(0, C, RAM, VC, 12, L4_RWX);
	mw_grant(C, B, VC, VB, 12, L4_RWX);
	CHECK_EQ(mw_nodes_of(C), 0);
	CHECK_EQ(mw_pages_of(B), 1);
}

TEST(HUMT0026, "a page granted inside its own space moves")
{
	family(RAM);
	mw_grant(B, B, VB, VA, 16, L4_RWX);
	CHECK_EQ(mw_pages_of(B), 16);
	CHECK_EQ(mw_rights_at(B, VB), 0);
	CHECK_EQ(mw_frame_at(B, VA + 0xf000), RAM + 0xf000);
	mw_unmap(A, VA, 16, 7, false);
	CHECK_EQ(mw_nodes_of(B) + mw_nodes_of(C), 0);
}

TEST(HUMT0027, "a page with more children than one step can move is granted without them")
{
	mapworld_setup();
	mw_map(0, A, RAM, VA, 12, L4_RWX);
	for (l4_word_t i = 0; i <= CFG_GRANT_CHILDREN; i++)
		mw_map(A, B, VA, VB + i * PAGE, 12, L4_RWX);
	mw_grant(A, C, VA, VC, 12, L4_RWX);
	CHECK_EQ(mw_nodes_of(A) + mw_nodes_of(B), 0);
	CHECK_EQ(mw_pages_of(C), 1);
	for (l4_word_t i = 0; i < CFG_GRANT_CHILDREN; i++)
		mw_map(C, B, VC, VB + i * PAGE, 12, L4_RWX);
	mw_grant(C, A, VC, VA, 12, L4_RWX);
	CHECK_EQ(mw_pages_of(B), CFG_GRANT_CHILDREN);
	mw_unmap(A, VA, 12, 7, false);
	CHECK_EQ(mw_pages_of(B), 0);
}

TEST(HUMT0028, "a read of a part stays one of a part after it has grown for a child")
{
	mapworld_setup();
	mw_map(0, A, RAM, VA, M, L4_RWX);
	mw_map(A, B, VA, VB, M, L4_RWX);
	mw_map(A, C, VA + 0x8000, VC, 12, L4_RWX);
	CHECK(mw_touch(C, VC, L4_W));
	mw_unmap(C, VC, 12, 7, true);
	CHECK_EQ(mw_unmap(A, VA, 12, 0, false), WRITTEN);
	CHECK_EQ(mw_unmap(A, VA, 12, 0, false), WRITTEN);
	CHECK_EQ(mw_unmap(A, VA, M, 0, false), WRITTEN);
	CHECK_EQ(mw_unmap(A, VA, M, 0, false), 0);
}

/* n children before one whose source is far away; returns true if the walk's cursor is then before that
 * one. */
static bool stands_before_far_child(l4_word_t n)
{
	const struct walk *w = &mw_space[A].map[RESOURCE_MEMORY].walk;

	mapworld_setup();
	mw_map(0, A, 0, 0, 31, L4_RWX);
	mw_map(A, B, VA, VB, 13, L4_RWX);
	for (l4_word_t i = 2; i < n; i++)
		mw_map(A, B, VA + i * PAGE, VB + 2 * i * PAGE, 12, L4_RWX);
	mw_map(A, B, 0x50000000, VC, 21, L4_RWX);
	walk_begin(&mw_space[A].map[RESOURCE_MEMORY], VA, M, L4_W, true);	/* all rights: children go at once */
	CHECK(!walk_step(&mw_space[A].map[RESOURCE_MEMORY]) || n < CFG_WORK);
	return w->active && w->at && mapping_base(w->at) == VC;
}

TEST(HUMT0029, "a walk that stands before a child which moves away by a grant continues after it")
{
	l4_word_t n = 2;

	while (n < 2 * CFG_WORK && !stands_before_far_child(n))
		n++;
	CHECK(n < 2 * CFG_WORK);
	mw_grant(A, C, 0x50000000, VA, 21, L4_RWX);
	CHECK_EQ(mw_rights_at(B, VC), L4_RWX);
	while (!walk_step(&mw_space[A].map[RESOURCE_MEMORY]))
		mapworld_check();
	CHECK_EQ(mw_rights_at(A, VA) | mw_rights_at(B, VB), L4_R | L4_X);
	CHECK_EQ(mw_rights_at(C, VA), L4_RWX);
	CHECK_EQ(mw_rights_at(B, VC), L4_RWX);
	mw_unmap(C, VA, 21, 7, false);
	CHECK_EQ(mw_rights_at(B, VC), 0);
}

static bool soon_over(void)
{
	CHECK(mapworld_steps < 1000);
	return true;
}

TEST(HUMT0030, "a page far from its origin is granted with all children that may follow, while others unmap")
{
	enum { DEPTH = 250 };
	struct mapspace *d;

	mapworld_setup();
	d = &mw_space[D].map[RESOURCE_MEMORY];
	mw_map(0, D, RAM + PAGE, VA, 12, L4_RWX);
	mw_map(0, B, RAM, VB, 12, L4_RWX);
	for (l4_word_t i = 0; i < DEPTH; i++)
		mw_map(B, B, VB + i * PAGE, VB + (i + 1) * PAGE, 12, L4_RWX);
	for (l4_word_t i = 0; i < CFG_GRANT_CHILDREN; i++)
		mw_map(B, C, VB + DEPTH * PAGE, VC + i * PAGE, 12, L4_RWX);
	walk_begin(d, VA, 12, L4_RWX, false);
	mapworld_steps = 0;
	mapworld_hook = soon_over;
	mw_grant(B, E, VB + DEPTH * PAGE, VA, 12, L4_RWX);
	CHECK_EQ(mw_pages_of(C), CFG_GRANT_CHILDREN);
	CHECK_EQ(mw_pages_of(E), 1);
	mw_unmap(D, VA, 12, L4_RWX, true);
}

/* B's pages at VB, mapped on one by one to C, and by that to D. */
static void pages_one_by_one(void)
{
	mapworld_setup();
	mw_map(0, A, RAM, VA, 16, L4_RWX);
	mw_map(A, B, VA, VB, 16, L4_RWX);
	for (l4_word_t o = 0; o < 0x8000; o += PAGE) {
		mw_map(B, C, VB + o, VC + o, 12, L4_RWX);
		mw_map(C, D, VC + o, VB + o, 12, L4_RWX);
	}
	CHECK_EQ(mw_nodes_of(C), 1);
	CHECK_EQ(mw_nodes_of(D), 1);
}

TEST(HUMT0031, "a granted page takes along what was mapped from it page by page, through all generations")
{
	for (mapworld_budget = 1; mapworld_budget < CFG_WORK + 2; mapworld_budget++) {
		pages_one_by_one();
		CHECK(mw_touch(D, VB + 3 * PAGE, L4_W));
		mw_grant(B, E, VB + 3 * PAGE, VA, 12, L4_RWX);
		CHECK_EQ(mw_rights_at(D, VB + 3 * PAGE), L4_RWX);
		CHECK_EQ(mw_pages_of(C) + mw_pages_of(D), 16);
		mw_unmap(B, VB, 16, 7, false);
		CHECK_EQ(mw_pages_of(C) + mw_pages_of(D), 2);
		CHECK_EQ(mw_unmap(E, VA, 12, 7, false), WRITTEN);
		CHECK_EQ(mw_nodes_of(C) + mw_nodes_of(D), 0);
	}
}

TEST(HUMT0032, "a granted page whose children cannot be parted, for want of memory, takes none along")
{
	pages_one_by_one();
	CHECK(account_set_limit(&mw_space[D].account, mw_space[D].account.used));
	while (slab_alloc(&mw_space[D].blocks, 0))
		;
	mw_grant(B, E, VB + 3 * PAGE, VA, 12, L4_RWX);
	CHECK_EQ(mw_frame_at(E, VA), RAM + 3 * PAGE);
	CHECK_EQ(mw_rights_at(C, VC + 3 * PAGE) | mw_rights_at(D, VB + 3 * PAGE), 0);
	CHECK_EQ(mw_pages_of(C) + mw_pages_of(D), 14);
}
