/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_map_steps.c - what one step of an item or walk may do where many walks stand on a node, where a page
 * has many ancestors, and of which other items used a part.
 */
#include "mapworld.h"

enum { A = 1, B, C, D, E, LAST = SPACES - 1, VA = 0x40000000, VB = 0x50000000, BEHIND = VB };
enum { DEEP = CFG_MAP_DEPTH - 2, FEW = 5, ENOUGH = 4 * CFG_MAP_DEPTH };

static struct mapspace *memory_of(unsigned s) { return &mw_space[s].map[RESOURCE_MEMORY]; }

/* ---- walks on a node that goes ---- */

/* Runs w until its cursor is on the page of the last space. */
static void park(struct walk *w)
{
	struct mapping *n = mapdb_find(memory_of(LAST), VA);

	while (w->at != n)
		CHECK(!walk_run(w, &(unsigned){ 1 }));
}

/*
 * Two pages at VA from each space to the next one; to the last as two extents. Two walks of each space but
 * sigma0 and the last two stand on the first of these.
 */
static void crowd(void)
{
	static const struct map_op item;

	mapworld_setup();
	for (unsigned s = 0; s < LAST - 1; s++)
		mw_map(s, s + 1, s ? VA : RAM, VA, 13, L4_RWX);
	mw_map(LAST - 1, LAST, VA, VA, 12, L4_RWX);
	mw_map(LAST - 1, LAST, VA + PAGE, BEHIND, 12, L4_RWX);
	for (unsigned s = A; s < LAST - 1; s++) {
		walk_begin(memory_of(s), VA, 16, L4_W, false);
		clear_begin(memory_of(s), &item, VA, 16, false);
		park(&memory_of(s)->walk);
		park(&memory_of(s)->clear);
	}
}

static unsigned standing(void)
{
	struct mapping *n = mapdb_find(memory_of(LAST), VA);
	unsigned count = 0;

	for (struct walk *w = n ? n->walks : 0; w; w = w->next_here)
		count++;
	return count;
}

static void finish(struct walk *w)
{
	for (unsigned i = 0; w->active; i++) {
		CHECK(i < ENOUGH);
		walk_run(w, &(unsigned){ 1 });
		mapworld_check();
	}
}

TEST(HMAP0070, "of ten walks that stand on an extent that is removed at most five leave it in a small step")
{
	struct walk *w = &memory_of(LAST)->walk;
	unsigned before, after;

	crowd();
	before = standing();
	CHECK_EQ(before, 2 * (LAST - 2));
	walk_begin(memory_of(LAST), VA, 12, L4_RWX, true);
	for (; w->active; before = after) {
		walk_run(w, &(unsigned){ 1 });
		after = standing();
		CHECK(before <= after + FEW);
		mapworld_check();
	}
	CHECK_EQ(mw_rights_at(LAST, VA), 0);
}

TEST(HMAP0071, "walks that were sent back from an extent that was removed visit those behind and above it")
{
	crowd();
	walk_begin(memory_of(LAST), VA, 12, L4_RWX, true);
	finish(&memory_of(LAST)->walk);
	CHECK_EQ(mw_rights_at(LAST, BEHIND), L4_RWX);
	finish(&memory_of(A)->walk);
	CHECK_EQ(mw_rights_at(LAST, BEHIND), L4_R | L4_X);
	for (unsigned s = B; s < LAST; s++)
		CHECK_EQ(mw_rights_at(s, VA) & mw_rights_at(s, VA + PAGE), L4_R | L4_X);
	finish(&memory_of(A)->clear);
	for (unsigned s = B; s <= LAST; s++)
		CHECK_EQ(mw_nodes_of(s), 0);
	for (unsigned s = A; s < LAST - 1; s++) {
		finish(&memory_of(s)->walk);
		finish(&memory_of(s)->clear);
	}
	CHECK_EQ(mw_walks(), 0);
	CHECK_EQ(mw_rights_at(A, VA), L4_RWX);
}

/* ---- the way up ---- */

enum { HIGH = 8 * COST_LEVELS, LOW = DEEP - HIGH - 1 };

/*
 * A page DEEP derivations below sigma0: HIGH in C, each from the one before it, then one in E and LOW in A.
 * Returns its address.
 */
static l4_word_t deep_page(void)
{
	mw_map(0, C, RAM, VA, 12, L4_RWX);
	for (l4_word_t i = 1; i < HIGH; i++)
		mw_map(C, C, VA + (i - 1) * PAGE, VA + i * PAGE, 12, L4_RWX);
	mw_map(C, E, VA + (HIGH - 1) * PAGE, VA, 12, L4_RWX);
	mw_map(E, A, VA, VA, 12, L4_RWX);
	for (l4_word_t i = 1; i < LOW; i++)
		mw_map(A, A, VA + (i - 1) * PAGE, VA + i * PAGE, 12, L4_RWX);
	return VA + (l4_word_t)(LOW - 1) * PAGE;
}

/* A walk of D stands still. Begins an item of A's deep page for B, which may have rights for it before. */
static void begin_deep(struct map_op *op, unsigned rights_before, bool grant)
{
	struct map_item item = { .base = VB, .window = L4_COMPLETE, .grant = grant };
	l4_word_t page;

	mapworld_setup();
	page = deep_page();
	item.send = l4_fpage(page, 12, L4_RWX);
	if (rights_before)
		mw_map(A, B, page, VB, 12, rights_before);
	mw_map(0, D, RAM + PAGE, VA, 12, L4_RWX);
	walk_begin(memory_of(D), VA, 12, L4_W, false);
	CHECK(mapdb_begin(op, &mw_space[A], &mw_space[B], &item));
}

/* Returns the steps with a budget of 1 in which B gets A's deep page. */
static unsigned steps_of_item(unsigned rights_before, bool grant)
{
	unsigned steps = 0;
	struct map_op op;

	begin_deep(&op, rights_before, grant);
	while (mapdb_step(&op, &(unsigned){ 1 }) != MAP_DONE) {
		CHECK(++steps < ENOUGH);
		mapworld_check();
	}
	CHECK_EQ(mw_rights_at(B, VB), L4_RWX);
	return steps;
}

TEST(HMAP0072, "while there is a walk the way up from a page takes steps that grow with its ancestors")
{
	CHECK(steps_of_item(0, false) >= DEEP / COST_LEVELS);
	CHECK(steps_of_item(0, true) >= DEEP / COST_LEVELS);
	CHECK(steps_of_item(L4_R, false) >= DEEP / COST_LEVELS);
}

/*
 * After so many steps of the item, a walk begins in E and makes so many steps itself. Returns the rights at
 * VB at the end.
 */
static unsigned derived_under(unsigned steps, unsigned of_walk, unsigned rights_before, unsigned revoked)
{
	struct walk *w = &memory_of(E)->walk;
	enum map_result r = MAP_MORE;
	struct map_op op;

	begin_deep(&op, rights_before, false);
	while (steps-- > 0 && r != MAP_DONE)
		r = mapdb_step(&op, &(unsigned){ 1 });
	walk_begin(memory_of(E), VA, 12, revoked, false);
	while (of_walk-- > 0 && w->active)
		walk_run(w, &(unsigned){ 1 });
	while (r != MAP_DONE)
		r = mapdb_step(&op, &(unsigned){ 1 });
	finish(w);
	return mw_rights_at(B, VB);
}

TEST(HMAP0073, "a walk that begins behind an item's way up takes away what the item derives")
{
	for (unsigned steps = LOW / COST_LEVELS; steps < DEEP / COST_LEVELS + 4; steps++)
		for (unsigned of_walk = LOW - 2; of_walk < LOW + 6; of_walk++)
			CHECK_EQ(derived_under(steps, of_walk, 0, L4_RWX), 0);
}

TEST(HMAP0074, "a walk that begins behind an item's way up takes away the right that the item adds")
{
	for (unsigned steps = LOW / COST_LEVELS; steps < DEEP / COST_LEVELS + 4; steps++)
		for (unsigned of_walk = LOW - 2; of_walk < LOW + 6; of_walk++)
			CHECK(!(derived_under(steps, of_walk, L4_R, L4_W) & L4_W));
}

TEST(HMAP0075, "a page granted to where one is that it was derived from, far above, goes, and that one stays")
{
	struct map_item item = { .base = VA, .grant = true, .window = L4_COMPLETE };
	unsigned steps = 0;
	struct map_op op;
	l4_word_t page;

	mapworld_setup();
	page = deep_page();
	item.send = l4_fpage(page, 12, L4_RWX);
	CHECK(mapdb_begin(&op, &mw_space[A], &mw_space[C], &item));
	while (mapdb_step(&op, &(unsigned){ CFG_WORK }) != MAP_DONE) {
		CHECK(++steps < ENOUGH);
		mapworld_check();
	}
	CHECK_EQ(mw_rights_at(A, page), 0);
	CHECK_EQ(mw_rights_at(C, VA), L4_RWX);
	CHECK_EQ(mw_pages_of(C), HIGH);
}

/* ---- what is left of a step ---- */

/* B gets 2^log2 bytes of A's third page on in one step, of which so much is left. */
static bool at_once(unsigned log2, bool grant, unsigned budget)
{
	struct map_item item = { .send = l4_fpage(VA + 2 * PAGE, log2, L4_RWX), .base = VB, .grant = grant,
				 .window = L4_COMPLETE };
	bool all = range_item(&mw_space[A], &mw_space[B], &item, &budget);

	mapworld_check();
	return all;
}

enum nest { NOWHERE, GIVER, TAKER, DERIVED, NESTS };

/* A has an extent. It or one of B has another one inside it, or one that D has of it has; or none. */
static void make(enum nest nest)
{
	mapworld_setup();
	mw_map(0, A, RAM, VA, 16, L4_RWX);
	mw_map(0, B, RAM, VB, 12, L4_RWX);		/* for the page tables */
	mw_unmap(B, VB, 12, L4_RWX, true);
	if (nest == TAKER)
		mw_map(0, B, RAM + 64 * PAGE, VB + 16 * PAGE, 16, L4_RWX);
	if (nest == GIVER || nest == TAKER) {
		unsigned s = nest == GIVER ? A : B;
		l4_word_t at = nest == GIVER ? VA : VB + 16 * PAGE;

		mw_unmap(s, at, 12, L4_RWX, true);
		mw_map(0, s, RAM + 128 * PAGE, at, 12, L4_RWX);
		CHECK(tree_nested(&memory_of(s)->extents));
	}
	if (nest == DERIVED) {
		mw_map(A, D, VA + 8 * PAGE, VA, 15, L4_RWX);
		mw_map(A, E, VA + 8 * PAGE, VA, 12, L4_RWX);
		CHECK(tree_nested(&mapdb_find(memory_of(A), VA)->children));
	}
}

static bool done_in(enum nest nest, unsigned kind, unsigned left)
{
	make(nest);
	return at_once(kind == 1 ? 13 : 12, kind == 2, left);
}

/* Where a range of PTEs has one, two pages take several steps in any case. */
TEST(HMAP0076, "where extents nest an item that makes one, has two pages, or grants takes a whole step")
{
	for (unsigned nest = 0; nest < NESTS; nest++)
		for (unsigned kind = 0; kind < 3; kind++) {
			unsigned pages = kind == 1 ? 2 : 1;
			bool all = done_in(nest, kind, CFG_WORK);

			CHECK(all || kind == 1);
			for (unsigned left = 0; left < CFG_WORK; left++)
				CHECK_EQ(done_in(nest, kind, left),
					 all && nest == NOWHERE && left * ARCH_RUN_ENTRIES > pages);
		}
}

TEST(HMAP0077, "a page goes to an extent that is there also in what is left of a step")
{
	for (unsigned left = 0; left <= CFG_WORK; left++) {
		make(NOWHERE);
		mw_map(A, B, VA + 2 * PAGE, VB, 13, L4_RWX);
		mw_unmap(B, VB, 12, L4_RWX, true);
		CHECK(at_once(12, false, left));
		CHECK_EQ(mw_rights_at(B, VB), L4_RWX);
		CHECK_EQ(mw_nodes_of(B), 1);
	}
}
