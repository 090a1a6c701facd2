/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_map_walks.c - items that wait for walks, deep in the tree: the search for such a walk may use the
 * whole budget of a step, and the item must progress nevertheless. Items at the end of a space.
 */
#include "mapworld.h"

enum { A = 1, B, C, D, VA = 0x40000000, VB = 0x50000000, FAR = 0x400000 };
enum { STEPS = 64, DEEP = CFG_MAP_DEPTH - 2 };

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
	struct map_item item = { l4_fpage(src, 12, L4_RWX), dst, grant, L4_COMPLETE, false, 0 };
	struct map_op op;

	CHECK(mapdb_begin(&op, &mw_space[f], &mw_space[t], &item));
	for (unsigned i = 0; i < STEPS; i++)
		if (mw_step(&op) == MAP_DONE)
			return true;
	mapdb_abort(&op);
	return false;
}

TEST(HMAP0035, "a page deep in the tree is mapped on: the item finishes a walk over it that was left behind")
{
	l4_word_t page;

	mapworld_setup();
	page = deep_page(A, DEEP);
	walk_begin(&mw_space[A].map[RESOURCE_MEMORY], page, 12, L4_W, false);
	CHECK(ends(A, B, page, VB, false));
	CHECK_EQ(mw_walks(), 0);
	CHECK_EQ(mw_rights_at(B, VB), L4_RWX);
	mapworld_check();
}

TEST(HMAP0036, "a page deep in the tree gets rights again though a walk over it was left behind")
{
	l4_word_t page;

	mapworld_setup();
	page = deep_page(A, DEEP);
	mw_map(A, B, page, VB, 12, L4_R);
	walk_begin(&mw_space[B].map[RESOURCE_MEMORY], VB, 12, L4_W, false);
	CHECK(ends(A, B, page, VB, false));
	CHECK_EQ(mw_walks(), 0);
	CHECK_EQ(mw_rights_at(B, VB), L4_RWX);
}

TEST(HMAP0037, "a page deep in the tree is granted to where a walk is, with all its children while one is")
{
	l4_word_t page;

	mapworld_setup();
	page = deep_page(A, DEEP);
	mw_map(0, B, RAM + PAGE, VA, 12, L4_RWX);
	walk_begin(&mw_space[B].map[RESOURCE_MEMORY], VB, 12, L4_RWX, true);
	CHECK(ends(A, B, page, VB, true));
	CHECK_EQ(mw_rights_at(B, VB), L4_RWX);
	mapworld_setup();
	page = deep_page(A, DEEP);
	for (l4_word_t i = 0; i < CFG_GRANT_CHILDREN; i++)
		mw_map(A, C, page, VB + 2 * i * PAGE, 12, L4_RWX);
	mw_map(0, D, RAM + PAGE, VA, 12, L4_RWX);
	walk_begin(&mw_space[D].map[RESOURCE_MEMORY], VA, 12, L4_W, false);
	CHECK(ends(A, B, page, VB, true));
	CHECK_EQ(mw_rights_at(B, VB), L4_RWX);
	CHECK_EQ(mw_pages_of(C), CFG_GRANT_CHILDREN);
	mapworld_check();
}

TEST(HMAP0038, "a page is granted though a walk takes the extent away that it was to be cut out of")
{
	mapworld_setup();
	mw_map(0, A, RAM, VA, 13, L4_RWX);
	mw_map(A, B, VA, VB, 13, L4_RWX);
	mw_map(B, C, VB, VA, 13, L4_RWX);
	walk_begin(&mw_space[C].map[RESOURCE_MEMORY], VA, 13, L4_RWX, true);
	CHECK(ends(A, D, VA, VA, true));
	CHECK_EQ(mw_rights_at(A, VA) | mw_nodes_of(C), 0);
	CHECK_EQ(mw_rights_at(D, VA) & mw_rights_at(B, VB) & mw_rights_at(B, VB + PAGE), L4_RWX);
	CHECK_EQ(mw_walks(), 0);
	mw_unmap(D, VA, 12, 7, false);
	CHECK_EQ(mw_rights_at(B, VB), 0);
	CHECK_EQ(mw_rights_at(B, VB + PAGE), L4_RWX);
	mapworld_check();
}

/* A has a page at VA and one 4 MiB behind it, B the first from A, C that one from B, D others from sigma0. */
static void family(void)
{
	mapworld_setup();
	mw_map(0, A, RAM, VA, 12, L4_RWX);
	mw_map(0, A, RAM + FAR, VA + FAR, 12, L4_RWX);
	mw_map(A, B, VA, VB, 12, L4_RWX);
	mw_map(B, C, VB, VA, 12, L4_RWX);
	mw_map(0, D, RAM + 2 * FAR, VA, 13, L4_RWX);
}

/* Can B give its page to D, and give it up again, in one step each? */
static bool goes_at_once(void)
{
	struct map_item item = { l4_fpage(VB, 12, L4_RWX), VA + 4 * PAGE, false, L4_COMPLETE, false, 0 };
	unsigned status;
	bool map = range_item(&mw_space[B], &mw_space[D], &item, &(unsigned){ CFG_WORK }), unmap;

	mapworld_check();
	unmap = mw_unmap_once(B, VB, 12, false, &status);
	CHECK_EQ(map, unmap);
	return map;
}

static bool goes_beside(unsigned s, l4_word_t page)
{
	family();
	walk_begin(&mw_space[s].map[RESOURCE_MEMORY], page, 12, L4_W, false);
	return goes_at_once();
}

TEST(HMAP0055, "pages go at once whatever walk stands still, but for one over them in a space they came from")
{
	family();
	CHECK(goes_at_once());
	CHECK(goes_beside(D, VA));
	CHECK(goes_beside(C, VA));
	CHECK(goes_beside(A, VA + FAR));
	CHECK(goes_beside(0, RAM + 2 * FAR));
	CHECK(!goes_beside(B, VB));
	CHECK(!goes_beside(A, VA));
	CHECK(!goes_beside(0, RAM));
}

TEST(HMAP0056, "while there is a walk a page below more than eight ancestors goes in steps, and else at once")
{
	struct map_item item = { .base = VB, .window = L4_COMPLETE };

	for (unsigned depth = 1; depth < 12; depth++) {
		mapworld_setup();
		mw_map(0, B, RAM + PAGE, VB + PAGE, 12, L4_RWX);	/* makes the table */
		item.send = l4_fpage(deep_page(A, depth), 12, L4_RWX);
		walk_begin(&mw_space[D].map[RESOURCE_MEMORY], VA, 12, L4_W, false);
		CHECK_EQ(range_item(&mw_space[A], &mw_space[B], &item, &(unsigned){ CFG_WORK }), depth < WALK_LOOKS);
		CHECK(walk_step(&mw_space[D].map[RESOURCE_MEMORY]));
		CHECK(range_item(&mw_space[A], &mw_space[B], &item, &(unsigned){ CFG_WORK }));
	}
}

/*
 * B has 1 MiB from A in an fpage of 4 MiB, at an offset that differs from A's by less than that. A walk of A
 * over one of these pages has looked for what B derived from it when B maps the fpage to C.
 */
TEST(HMAP0057, "an fpage larger than its extent derives nothing from a page that a walk above is taking away")
{
	enum { ABOVE = 0x500000, HERE = 0x300000, MIB = 20 };
	struct walk *w = &mw_space[A].map[RESOURCE_MEMORY].walk;
	unsigned one;

	mapworld_setup();
	mw_map(0, A, RAM + ABOVE, VA + ABOVE, MIB, L4_RWX);
	mw_map(A, B, VA + ABOVE, VB + HERE, MIB, L4_RWX);
	mw_map(B, D, VB + HERE, VA, 12, L4_RWX);
	walk_begin(w->m, VA + ABOVE, 12, L4_RWX, false);
	while (!(w->own && w->level == 1)) {
		one = 1;
		CHECK(!walk_run(w, &one));
	}
	mw_item(B, C, l4_fpage(VB, 22, L4_RWX), VA, L4_COMPLETE, false);
	while (!walk_step(w->m))
		;
	CHECK_EQ(mw_rights_at(B, VB + HERE) | mw_rights_at(C, VA + HERE), 0);
	CHECK_EQ(mw_rights_at(C, VA + HERE + PAGE), L4_RWX);
	mapworld_check();
}

/*
 * Two pages of f to the end of B's space, where there is one; in one step if possible, else as an op. Another
 * one was there before.
 */
static void map_at_end(unsigned f, l4_word_t from, bool once)
{
	l4_word_t last = L4_USER_END - PAGE;
	struct map_item item = { l4_fpage(from, 13, L4_RWX), last, false, L4_COMPLETE, false, 0 };

	mw_map(f, B, from, last - 2 * PAGE, 12, L4_RWX);	/* makes the table */
	if (!once || !range_item(&mw_space[f], &mw_space[B], &item, &(unsigned){ CFG_WORK }))
		CHECK_EQ(mw_item(f, B, item.send, last, L4_COMPLETE, false), MAP_DONE);
	CHECK_EQ(mw_rights_at(B, last), L4_RWX);
	CHECK_EQ(mw_pages_of(B), 2);
	mapworld_check();
}

TEST(HMAP0039, "what is mapped to where a space ends is cut there, from wherever it comes and however often")
{
	for (unsigned i = 0; i < 4; i++) {
		l4_word_t from = i & 1 ? VA : RAM;

		mapworld_setup();
		mw_map(0, A, RAM, VA, 14, L4_RWX);
		map_at_end(i & 1 ? A : 0, from, i & 2);
		map_at_end(i & 1 ? A : 0, from, i & 2);
		mw_unmap(B, L4_USER_END - 3 * PAGE, 12, 7, true);
		mw_map(A, B, VA, L4_USER_END - PAGE, 12, L4_RWX);
		mw_unmap(B, L4_USER_END - PAGE, 12, 7, true);
		CHECK_EQ(mw_nodes_of(B), 0);
	}
}

TEST(HMAP0040, "a space with all of sigma0's memory as one extent has nothing behind the end of the space")
{
	enum { BIG = 21 };
	const l4_fpage_t all = { L4_COMPLETE.raw | L4_RWX };
	l4_word_t behind = (l4_word_t)1 << (sizeof(l4_word_t) == 8 ? 51 : 31);
	struct map_item page = { l4_fpage(behind + RAM, BIG, L4_RWX), VB, false, L4_COMPLETE, false, 0 };

	mapworld_setup();
	mw_item(0, A, all, 0, L4_COMPLETE, false);
	CHECK(mw_rights_at(A, RAM));
	CHECK(!range_item(&mw_space[A], &mw_space[B], &page, &(unsigned){ CFG_WORK }));
	mw_item(A, B, page.send, VB, L4_COMPLETE, false);
	mw_item(A, B, l4_fpage(behind + RAM, BIG + 2, L4_RWX), VB, L4_COMPLETE, false);
	CHECK_EQ(mw_pages_of(B), 0);
	mw_unmap(A, behind + RAM, BIG, 7, true);
	CHECK(mw_rights_at(A, RAM));
	mapworld_check();
}

TEST(HMAP0041, "a page that is being granted with fewer rights, and replaced, has its children taken away")
{
	struct map_item item = { l4_fpage(VA, 12, L4_R), VA, true, L4_COMPLETE, false, 0 };
	bool replaced = false;
	struct map_op op;

	mapworld_setup();
	mw_map(0, A, RAM, VA, 12, L4_RWX);
	mw_map(A, B, VA, VB, 12, L4_RWX);
	mw_map(0, D, RAM + PAGE, VA, 12, L4_RWX);
	mw_map(D, B, VA, VA, 12, L4_RWX);
	mapworld_budget = 1;
	CHECK(mapdb_begin(&op, &mw_space[A], &mw_space[C], &item));
	while (mw_step(&op) != MAP_DONE) {
		if (replaced || !mw_space[A].map[RESOURCE_MEMORY].clear.active)
			continue;
		replaced = true;
		while (!clear_step(&mw_space[A].map[RESOURCE_MEMORY]))	/* as any other item of A does */
			;
		mw_unmap(A, VA, 12, L4_RWX, true);
		mw_grant(D, A, VA, VA, 12, L4_RWX);
		CHECK_EQ(mw_pages_of(B), 1);
	}
	CHECK(replaced);
	mapworld_check();
	CHECK_EQ(mw_frame_at(C, VA), RAM + PAGE);
	CHECK_EQ(mw_rights_at(C, VA), L4_R);
	CHECK_EQ(mw_pages_of(B), 0);
}

/* What mw_unmap reads at sigma0 of a page that B wrote, which is granted to B during or after a walk of B. */
static unsigned status_after_grant(bool during)
{
	struct mapspace *b;

	mapworld_setup();
	mw_map(0, A, RAM, VA, 12, L4_RWX);
	mw_map(A, B, VA, VB, 12, L4_RWX);
	CHECK(mw_touch(B, VB, L4_W));
	b = &mw_space[B].map[RESOURCE_MEMORY];
	walk_begin(b, VB, 16, L4_RWX, true);
	while (!during && !walk_step(b))
		;
	mw_grant(A, B, VA, VB + 8 * PAGE, 12, L4_RWX);
	CHECK_EQ(mw_rights_at(B, VB), 0);
	CHECK_EQ(mw_rights_at(B, VB + 8 * PAGE), L4_RWX);
	return mw_unmap(0, RAM, 12, 0, false);
}

TEST(HMAP0043, "status that a walk passes up to a page that is being granted is not lost")
{
	CHECK_EQ(status_after_grant(true), L4_RWX);
}

TEST(HMAP0044, "status that a walk passed up to a page that is granted later is not lost")
{
	CHECK_EQ(status_after_grant(false), L4_RWX);
}

/*
 * A right is added to B's page while a walk of `walker` stands still over the page at `at`; that walk has to
 * end first. All but the walk may use the whole budget of each step.
 */
static bool adds_right(unsigned budget, unsigned walker, l4_word_t at)
{
	bool done;

	mapworld_setup();
	mapworld_budget = budget;
	mw_map(0, A, RAM, VA, 12, L4_RWX);
	mw_map(0, A, RAM + FAR, VA + FAR, 12, L4_RWX);
	mw_map(0, B, RAM + FAR, VB + FAR, 12, L4_RWX);
	mw_map(A, B, VA, VB, 12, L4_R);
	walk_begin(&mw_space[walker].map[RESOURCE_MEMORY], at, 12, L4_W, false);
	done = ends(A, B, VA, VB, false) && mw_rights_at(B, VB) == L4_RWX;
	mapworld_budget = MAPWORLD_BUDGET;
	return done;
}

TEST(HMAP0064, "with budgets of 1 to 5 a page gets a right that it waited for a walk of its receiver for")
{
	for (unsigned budget = 1; budget <= 5; budget++) {
		CHECK(adds_right(budget, B, VB));
		CHECK(adds_right(budget, B, VB + FAR));
	}
}

TEST(HMAP0065, "with budgets of 1 to 5 a page gets a right that it waited for a walk of its sender for")
{
	for (unsigned budget = 1; budget <= 5; budget++) {
		CHECK(adds_right(budget, A, VA));
		CHECK(adds_right(budget, A, VA + FAR));
	}
}
