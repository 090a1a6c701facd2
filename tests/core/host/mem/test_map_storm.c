/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_map_storm.c - failures and interference in the mapping database: memory that runs out at any
 * allocation, hostile calls between any two steps, and an invalidation that is left out.
 */
#include <core/arch.h>
#include "mapworld.h"

enum { A = 1, B, C, D, E, F, LOG2 = 18, SIZE = 1 << LOG2, M = 21 };
enum { VA = 0x10000000, VB = 0x20000000, VC = 0x30000000, VE = 0x40000000 };

/* ---- memory runs out ---- */

static void full(void)
{
	mapworld_setup();
	mw_map(0, A, RAM, VA, LOG2, L4_RWX);
	mw_map(0, B, RAM + 0x800000, VB, 14, L4_RWX);
	mw_map(B, C, VB, VC, 14, L4_RWX);
}

static enum map_result map_over(void)
{
	return mw_item(A, B, l4_fpage(VA, LOG2, L4_RWX), VB, L4_COMPLETE, false);
}

static enum map_result grant_over(void)
{
	return mw_item(A, B, l4_fpage(VA, 15, L4_RWX), VB, L4_COMPLETE, true);
}

static enum map_result map_ports(void)
{
	return mw_item(0, B, l4_io_fpage(0x40, 5), 0, L4_COMPLETE, false);
}

/* Every page of the region is A's or has arrived whole in B; a second try completes it. */
static void each_allocation_fails(enum map_result (*act)(void), size_t at_least)
{
	enum map_result r = MAP_NO_MEM;
	size_t n = 0;

	for (; r == MAP_NO_MEM; n++) {
		full();
		host_fail_at(n, n % 2);
		r = act();
		host_fail_never();
		mapworld_check();
		CHECK_EQ(act(), MAP_DONE);
	}
	CHECK(n > at_least);
}

TEST(HSTM0001, "mapping over other pages, with every allocation failing in turn, can be completed later")
{
	each_allocation_fails(map_over, 1);
	CHECK_EQ(mw_pages_of(B), SIZE / PAGE);
	CHECK_EQ(mw_nodes_of(C), 0);
}

TEST(HSTM0002, "granting over other pages, with every allocation failing in turn, loses no page")
{
	each_allocation_fails(grant_over, 1);
	CHECK_EQ(mw_pages_of(B), 8);
	CHECK_EQ(mw_pages_of(A), SIZE / PAGE - 8);
}

TEST(HSTM0003, "mapping ports, with every allocation failing in turn")
{
	each_allocation_fails(map_ports, 2);
	CHECK_EQ(mw_space[B].map[RESOURCE_PORTS].pages, 32);
}

TEST(HSTM0004, "a space at its limit gets no more pages, others are not affected, and unmap still works")
{
	enum map_result r = MAP_DONE;
	l4_word_t i;

	mapworld_setup();
	mw_map(0, A, RAM, VA, 12, L4_RWX);
	for (i = 0; r == MAP_DONE && i < 1024; i++)
		r = mw_item(A, B, l4_fpage(VA, 12, L4_RWX), i << M, L4_COMPLETE, false);
	CHECK_EQ(r, MAP_NO_MEM);
	CHECK(i > 100);
	mw_map(A, C, VA, VC, 12, L4_RWX);
	CHECK_EQ(mw_space[B].account.used, LIMIT_FRAMES * PAGE);
	mw_unmap(A, VA, 12, 7, false);
	CHECK_EQ(mw_nodes_of(B) + mw_nodes_of(C), 0);
	mw_destroy(B);
}

TEST(HSTM0005, "sigma0's own fault without memory maps nothing")
{
	bool ok = false;

	for (size_t n = 0; !ok; n++) {
		mapworld_setup();
		host_fail_at(n, true);
		ok = mapdb_root_fault(&mw_space[0], RESOURCE_MEMORY, RESERVED - PAGE);
		CHECK_EQ(mw_pages_of(0), ok);
		CHECK(n < 10);
		mapworld_check();
	}
}

/* ---- hostile calls between two steps ---- */

/* A has a region; B all of it, C two parts from B, D one page in eight from C, E from A too. */
static void stage(void)
{
	mapworld_setup();
	mw_map(0, A, RAM, VA, LOG2, L4_RWX);
	mw_map(A, B, VA, VB, LOG2, L4_RWX);
	mw_map(B, C, VB, VC, LOG2 - 1, L4_RWX);
	mw_map(B, C, VB + SIZE / 2, VA, LOG2 - 2, L4_RWX);
	for (l4_word_t o = 0; o < SIZE / 2; o += 8 * PAGE)
		mw_map(C, D, VC + o, VC + o, 12, L4_RWX);
	mw_map(A, E, VA, VE, LOG2 - 2, L4_R | L4_W);
}

static void h_nothing(void) { }
static void h_map_on(void) { mw_map(C, F, VC, VA, LOG2 - 1, L4_RWX); }
static void h_map_more(void) { mw_map(B, D, VB, VE, LOG2, L4_RWX); }
static void h_map_back(void) { mw_map(D, A, VC, VE, LOG2 - 1, L4_RWX); }
static void h_map_in(void) { mw_map(0, C, RAM + 0x800000, VC + 0x4000, 14, L4_RWX); }
static void h_map_no_revoke(void) { mw_map_no_revoke(0, B, RAM + 0x800000, VB + 0x8000, 17, L4_RWX); }
static void h_map_over(void) { mw_map(0, B, RAM + 0x800000, VB + 0x10000, 17, L4_RWX); }
static void h_grant_on(void) { mw_grant(C, F, VC, VB, LOG2 - 1, L4_RWX); }
static void h_grant_page(void) { mw_grant(B, F, VB + 0x8000, VE, 12, L4_RWX); }
static void h_grant_less(void) { mw_grant(C, D, VC, VB, 15, L4_R); }
static void h_grant_up(void) { mw_grant(D, B, VC, VE, LOG2 - 1, L4_RWX); }
static void h_flush_c(void) { mw_unmap(C, VC, LOG2 - 1, 7, true); }
static void h_flush_d(void) { mw_unmap(D, 0, MAPDB_ALL, 7, true); }
static void h_unmap_b(void) { mw_unmap(B, VB, 16, 7, false); }
static void h_reduce_b(void) { mw_unmap(B, 0, MAPDB_ALL, L4_W, false); }
static void h_status_c(void) { mw_unmap(C, 0, MAPDB_ALL, 0, false); }
static void h_delete_c(void) { mw_destroy(C); }
static void h_delete_d(void) { mw_destroy(D); }
static void h_delete_e(void) { mw_destroy(E); }

/* Begins a walk of C and leaves it in the middle, again and again. */
static void h_half_unmap(void)
{
	struct mapspace *m = &mw_space[C].map[RESOURCE_MEMORY];

	if (!m->walk.active)
		walk_begin(m, VC, LOG2 - 1, L4_W, false);
	else
		walk_step(m);
}

static void (*const hostile[])(void) = {
	h_nothing, h_map_on, h_map_more, h_map_back, h_map_in, h_map_over, h_grant_on, h_grant_page,
	h_grant_less, h_grant_up, h_flush_c, h_flush_d, h_unmap_b, h_reduce_b, h_status_c, h_delete_c,
	h_delete_d, h_delete_e, h_half_unmap, h_map_no_revoke,
};

static void (*script)(void);
static unsigned play_at, seen;

enum { ALL = 1 << 30 };

/* The steps before the script are those of a run without it: only what follows it is checked. */
static bool play(void)
{
	if (play_at == ALL || seen == play_at)
		script();
	return seen++ >= play_at || play_at == ALL;
}

/* User code of all spaces accesses its pages, so that the TLB has all translations. */
static void touch_all(void)
{
	for (unsigned s = A; s <= F; s++)
		for (l4_word_t o = 0; o < SIZE; o += PAGE)
			for (l4_word_t base = VA; base <= VE; base += VA)
				mw_touch(s, base + o, o & PAGE ? L4_W : L4_R);
}

/* One run of act, with the script at point number `at` (ALL: at each); returns how many it had. */
static unsigned perform(void (*act)(void), unsigned at)
{
	stage();
	touch_all();
	play_at = at;
	seen = 0;
	mapworld_hook = play;
	act();
	mapworld_hook = 0;
	while (!walk_step(&mw_space[C].map[RESOURCE_MEMORY]))	/* one that was begun and left */
		mapworld_check();
	touch_all();
	return seen;
}

enum { SMALL_STEP = MAPWORLD_BUDGET / 5 };	/* what goes by runs has few points else */

/* act with each hostile call at each of its preemption points, and then at all of them. */
static void under_attack(void (*act)(void), void (*judge)(void))
{
	for (unsigned h = 0; h < ARRAY_LEN(hostile); h++) {
		unsigned at = h % SPARSE;

		script = hostile[h];
		for (; at < perform(act, at); at += SPARSE)
			judge();
		judge();
		CHECK(h > 0 || at > 1);
		perform(act, ALL);
		judge();
	}
}

static bool in_ram(unsigned s)
{
	for (l4_word_t base = VA; base <= VE; base += VA)
		for (l4_word_t o = 0; o < SIZE; o += PAGE)
			if (mw_rights_at(s, base + o) && mw_frame_at(s, base + o) - RAM < SIZE)
				return true;
	return false;
}

static void nobody_has_it(void)
{
	for (unsigned s = A; s <= F; s++)
		CHECK(!in_ram(s));
}

static void only_a_has_it(void)
{
	for (unsigned s = B; s <= F; s++)
		CHECK(!in_ram(s));
	for (l4_word_t o = 0; o < SIZE; o += PAGE)
		CHECK_EQ(mw_rights_at(A, VA + o), L4_RWX);
}

static void flush_from_sigma0(void) { mw_unmap(0, RAM, LOG2, 7, false); }
static void flush_from_a(void) { mw_unmap(A, VA, LOG2, 7, false); }
static void delete_a(void) { mw_destroy(A); }

static void in_small_steps(void (*operation)(void), void (*judge)(void))
{
	mapworld_budget = SMALL_STEP;
	under_attack(operation, judge);
}

TEST_ROW(HSTM0006, "a flush ends with nothing left, whatever is done between its steps",
	 in_small_steps(flush_from_sigma0, nobody_has_it))
TEST_ROW(HSTM0007, "an unmap leaves the own pages only, whatever is done between its steps",
	 in_small_steps(flush_from_a, only_a_has_it))
TEST_ROW(HSTM0008, "the end of a space takes all that it passed on, whatever is done between its steps",
	 in_small_steps(delete_a, nobody_has_it))

static void nobody_writes(void)
{
	for (unsigned s = B; s <= F; s++)
		for (l4_word_t base = VA; base <= VE; base += VA)
			for (l4_word_t o = 0; o < SIZE; o += PAGE)
				if (mw_rights_at(s, base + o) && mw_frame_at(s, base + o) - RAM < SIZE)
					CHECK(!(mw_rights_at(s, base + o) & L4_W));
}

static void reduce_from_a(void) { mw_unmap(A, VA, LOG2, L4_W, false); }

TEST(HSTM0009, "when a right has been revoked no space below has it, whatever is done between the steps")
{
	under_attack(reduce_from_a, nobody_writes);
}

static void consistent(void) { mapworld_check(); }
static void map_from_a(void) { mw_map(A, F, VA, VA, LOG2, L4_RWX); }
static void map_from_a_free(void) { mw_map_no_revoke(A, F, VA, VA, LOG2, L4_RWX); }
static void map_over_b(void) { mw_map(0, B, RAM + 0x800000, VB, LOG2, L4_RWX); }
static void grant_from_b(void) { mw_grant(B, E, VB, VA, LOG2, L4_RWX); }
static void grant_over_d(void) { mw_grant(B, D, VB, VC, LOG2, L4_R | L4_W); }

TEST_ROW(HSTM0010, "map items stay consistent, whatever is done between their steps",
	 in_small_steps(map_from_a, consistent))
TEST_ROW(HSTM0018, "map items that revoke nothing stay consistent, whatever is done between their steps",
	 in_small_steps(map_from_a_free, consistent))
TEST_ROW(HSTM0014, "mapping over other pages stays consistent, whatever is done between the steps",
	 under_attack(map_over_b, consistent))
TEST_ROW(HSTM0015, "grant items stay consistent, whatever is done between their steps",
	 under_attack(grant_from_b, consistent))
TEST_ROW(HSTM0016, "granting over other pages stays consistent, whatever is done between the steps",
	 under_attack(grant_over_d, consistent))

TEST(HSTM0011, "one step does a bounded amount of work")
{
	stage();
	mw_unmap(0, RAM, LOG2, 7, false);
	CHECK(mapworld_steps >= (2 * SIZE / PAGE + SIZE / 2 / PAGE) / MAPWORLD_BUDGET);
}

/* ---- an invalidation is left out ---- */

static void all_kinds_of_change(void)
{
	mw_map(0, A, RAM, VA, M, L4_RWX);
	mw_map(A, B, VA, VB, M, L4_R);
	mw_map(B, C, VB, VC, 13, L4_RWX);
	touch_all();
	mw_map(A, B, VA, VB, M, L4_RWX);			/* rights extended */
	mw_map(A, C, VA, VC, 13, L4_RWX);
	touch_all();
	mw_unmap(A, VA, M, 0, true);				/* status reset */
	touch_all();
	mw_unmap(A, VA, M, L4_W, false);			/* rights reduced */
	touch_all();
	mw_grant(B, D, VB, VB, M, L4_RWX);			/* moved */
	touch_all();
	mw_map(0, D, RAM + 0x800000, VB, 13, L4_RWX);		/* replaced */
	touch_all();
	mw_unmap(0, RAM, M, 7, false);				/* removed */
	touch_all();
}

TEST(HSTM0012, "leaving out any one invalidation is noticed")
{
	unsigned drops;

	mapworld_setup();
	all_kinds_of_change();
	drops = host_tlb_test.drops;
	CHECK(drops > 8);
	for (unsigned n = 1; n <= drops; n++) {
		mapworld_setup();
		host_tlb_test.leave_out = n;
		all_kinds_of_change();
		CHECK(host_tlb_test.stale > 0);
	}
}

TEST(HSTM0013, "an item that is given up in the middle leaves a consistent state and no walk behind")
{
	struct map_item item = { l4_fpage(VB, LOG2, 7), VE, true, L4_COMPLETE, false, 0 };
	struct map_op op;

	for (unsigned steps = 0; steps < 12; steps++) {
		stage();
		touch_all();
		CHECK(mapdb_begin(&op, &mw_space[B], &mw_space[E], &item));
		for (unsigned i = 0; i < steps; i++)
			if (mw_step(&op) == MAP_DONE)
				break;
		mapdb_abort(&op);
		CHECK_EQ(mw_walks(), 0);
		mapworld_check();
		touch_all();
		mw_unmap(A, VA, LOG2, 7, false);
		for (unsigned s = B; s <= F; s++)
			CHECK(!in_ram(s));
	}
}

/* A grant of a page that nothing was derived from is one step to such a walk, and does not wait. */
TEST(HSTM0017, "an item waits for a walk over its source, what it extends, and where it grants parents to")
{
	struct mapspace *b;

	stage();
	b = &mw_space[B].map[RESOURCE_MEMORY];
	walk_begin(b, VB, LOG2, L4_RWX, false);
	mw_map(B, F, VB, VA, 12, L4_RWX);
	CHECK(!b->walk.active);
	CHECK_EQ(mw_nodes_of(C), 0);
	CHECK_EQ(mw_pages_of(F), 1);
	mw_map(B, C, VB, VC, LOG2, L4_R);
	walk_begin(b, VB, LOG2, L4_W, false);
	mw_map(A, C, VA, VC, 12, L4_RWX);
	CHECK(!b->walk.active);
	CHECK_EQ(mw_rights_at(C, VC), L4_RWX);
	mw_map(A, D, VA, VA, 12, L4_RWX);
	mw_map(D, E, VA, VC, 12, L4_RWX);
	walk_begin(b, VB, LOG2, L4_RWX, false);
	mw_grant(D, B, VA, VB + SIZE, 12, L4_RWX);
	CHECK(!b->walk.active);
	CHECK_EQ(mw_rights_at(B, VB + SIZE), L4_RWX);
	CHECK_EQ(mw_rights_at(E, VC), L4_RWX);
	CHECK_EQ(mw_walks(), 0);
}
