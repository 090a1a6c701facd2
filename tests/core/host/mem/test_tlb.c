/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_tlb.c - tags of the TLB, what a switch of spaces loads, and what is invalidated when (mem/tlb.h).
 *
 * tests/core/host/tlb-mutants removes one invalidation at a time and runs these tests: one of them must fail
 * for each.
 */
#include <core/arch.h>
#include "dice.h"
#include "mapworld.h"

enum { A = 1, B, C, D, E, F, G, VA = 0x10000000, VB = 0x20000000, LOG2 = 21, FEW = TLB_FEW };

#define KEEPS(word) (((word) & HOST_TLB_KEEP) != 0)
#define TAG(word) ((unsigned)((word) & HOST_TLB_TAG))

static bool root_loaded(unsigned s) { return host_tlb_is_loaded(&mw_space[s]); }

/* Spaces A to G with n pages at VA each, and so many tags, 0 included. */
static void set_up(unsigned tags, unsigned pages_log2)
{
	host_tlb_tags = tags;
	mapworld_setup();
	for (unsigned s = A; s <= G; s++)
		mw_map(0, s, RAM + s * 0x400000, VA, 12 + pages_log2, L4_RWX);
}

/* User code of s runs; returns what was loaded for that. */
static uint64_t run(unsigned s)
{
	CHECK(mw_touch(s, VA, L4_R));
	CHECK(root_loaded(s));
	return host.tlb_word;
}

static void touch_pages(unsigned s, unsigned n, unsigned access)
{
	for (unsigned i = 0; i < n; i++)
		CHECK(mw_touch(s, VA + i * PAGE, access));
}

/* ---- switches ---- */

TEST(HTLB0001, "a switch there and back loads both tables with their tags, and forgets nothing")
{
	uint64_t a, b;

	set_up(4, 1);
	a = run(A);
	b = run(B);
	CHECK(!KEEPS(a) && !KEEPS(b));		/* the first time: the previous owner's go */
	CHECK(TAG(a) && TAG(b) && TAG(a) != TAG(b));
	for (unsigned i = 0; i < 3; i++) {
		CHECK_EQ(run(A), a | HOST_TLB_KEEP);
		CHECK(host_tlb_has(VA));
		CHECK_EQ(mw_space[A].tlb.enter, host.tlb_word);
		CHECK_EQ(run(B), b | HOST_TLB_KEEP);
		CHECK(host_tlb_has(VA));
	}
}

TEST(HTLB0002, "without tags the words have none, and each switch forgets all")
{
	set_up(1, 1);
	for (unsigned i = 0; i < 2; i++) {
		CHECK_EQ(run(A), (uintptr_t)mw_space[A].arch.root);
		tlb_switch(&mw_space[B]);
		CHECK_EQ(host.tlb_word, (uintptr_t)mw_space[B].arch.root);
		CHECK(!host_tlb_has(VA));
	}
	CHECK_EQ(mw_space[A].tlb.tag, 0);
}

TEST(HTLB0003, "the space of a thread that continues is not loaded again")
{
	uint64_t a;

	set_up(4, 1);
	a = run(A);
	CHECK_EQ(run(A), a);
	CHECK(!tlb_switch(&mw_space[A]));
	CHECK(tlb_switch(&mw_space[B]));
}

TEST(HTLB0026, "a space with a redirector is switched to in C only, by the machine when it has none any more")
{
	set_up(4, 1);
	run(A);
	mw_space[A].redirector = L4_NILTHREAD;
	tlb_set_enter(&mw_space[A], mw_space[A].tlb.enter);
	CHECK(mw_space[A].tlb.enter && !mw_space[A].tlb.direct);
	mapworld_check();
	mw_unmap(A, VA, 12, L4_W, true);
	run(B);
	mw_unmap(A, VA, 12, L4_X, true);
	run(A);
	CHECK(mw_space[A].tlb.enter && !mw_space[A].tlb.direct);
	mapworld_check();
	mw_space[A].redirector = L4_ANYTHREAD;
	tlb_set_enter(&mw_space[A], mw_space[A].tlb.enter);
	CHECK_EQ(mw_space[A].tlb.direct, host.tlb_word | HOST_TLB_KEEP);
	mapworld_check();
}

/* ---- tags go round ---- */

TEST(HTLB0004, "more spaces than tags: each takes the next in turn; the last owner's translations are gone")
{
	set_up(4, 1);
	for (unsigned round = 0; round < 3; round++)
		for (unsigned s = A; s <= G; s++) {
			CHECK(!KEEPS(run(s)));
			CHECK_EQ(TAG(host.tlb_word), (round * 7 + s - A) % 3 + 1);
			mapworld_check();
		}
	run(F);
	CHECK(KEEPS(host.tlb_word));		/* still its own */
	run(A);
	CHECK(!KEEPS(host.tlb_word));
	CHECK_EQ(mw_space[E].tlb.tag, 0);
}

TEST(HTLB0005, "one tag for all of them: it goes from the loaded one to the next")
{
	set_up(2, 1);
	for (unsigned i = 0; i < 3; i++)
		for (unsigned s = A; s <= C; s++) {
			CHECK(!KEEPS(run(s)));
			CHECK_EQ(TAG(host.tlb_word), 1);
			mapworld_check();
		}
}

TEST(HTLB0006, "a deleted space is not loaded, its tag is free, and the next owner finds no translation")
{
	set_up(4, 1);
	run(A);
	run(B);
	run(C);
	mw_destroy(C);
	CHECK(!root_loaded(C) && TAG(host.tlb_word) == 0);
	mw_destroy(A);
	mapworld_check();
	CHECK_EQ(mw_space[A].tlb.tag, 0);
	mw_map(0, A, RAM, VA, 12, L4_RWX);
	mw_map(0, C, RAM, VB, 12, L4_RWX);
	run(B);
	CHECK(KEEPS(host.tlb_word));
	run(A);
	CHECK(mw_touch(C, VB, L4_W));
	mapworld_check();
	run(D);
	mapworld_check();
}

TEST(HTLB0007, "the loaded space is destroyed with changes that were not seen to yet")
{
	set_up(4, 1);
	touch_pages(A, 2, L4_W);
	mw_unmap(A, VA, 12, L4_RWX, true);
	mw_destroy(A);
	mapworld_check();
	run(B);
	mapworld_check();
}

/* ---- changes ---- */

TEST(HTLB0008, "a space that is not loaded is loaded once without its translations, after all changes")
{
	set_up(4, 3);
	touch_pages(A, 8, L4_W);
	run(B);
	for (unsigned i = 1; i < 4; i++)
		mw_unmap_by_walk(A, VA + i * PAGE, 12, L4_W, true);
	CHECK_EQ(mw_space[A].tlb.enter, 0);
	CHECK(!KEEPS(run(A)));
	CHECK(!mw_touch(A, VA + PAGE, L4_W));
	run(B);
	CHECK(KEEPS(run(A)));
}

TEST(HTLB0009, "of the loaded space the pages that changed are forgotten, if they are few, and no others")
{
	set_up(4, 4);
	touch_pages(A, 16, L4_W);
	for (unsigned i = 1; i <= FEW; i++)
		mw_unmap_by_walk(A, VA + i * PAGE, 12, L4_W, true);
	tlb_switch(&mw_space[A]);
	for (unsigned i = 0; i < 16; i++)
		CHECK(host_tlb_has(VA + i * PAGE) == (i == 0 || i > FEW));
	mapworld_check();
}

TEST(HTLB0010, "if they are many, all is forgotten")
{
	set_up(4, 4);
	touch_pages(A, 16, L4_W);
	for (unsigned i = 1; i <= FEW + 1; i++)
		mw_unmap_by_walk(A, VA + i * PAGE, 12, L4_W, true);
	CHECK(host_tlb_has(VA));
	tlb_switch(&mw_space[A]);
	CHECK(!host_tlb_has(VA));
	mapworld_check();
	CHECK(mw_touch(A, VA, L4_W) && host_tlb_has(VA));
	tlb_switch(&mw_space[A]);
	CHECK(host_tlb_has(VA));		/* once */
}

TEST(HTLB0011, "the same when another space runs next: few go at once, many when it is loaded again")
{
	for (unsigned n = 1; n <= FEW + 2; n++) {
		set_up(4, 4);
		touch_pages(A, 16, L4_W);
		for (unsigned i = 1; i <= n; i++)
			mw_unmap_by_walk(A, VA + i * PAGE, 12, L4_W, true);
		run(B);
		mapworld_check();
		CHECK(KEEPS(run(A)) == (n <= FEW));
		CHECK(!mw_touch(A, VA + PAGE, L4_W));
		mapworld_check();
	}
}

TEST(HTLB0012, "when a large page of the loaded space changes all is forgotten")
{
	set_up(4, 0);
	mw_map(0, A, RAM + 0x4000000, VB, LOG2, L4_RWX);
	CHECK(mw_touch(A, VB + 0x12345, L4_W) && mw_touch(A, VA, L4_W));
	mw_unmap(A, VB, LOG2, L4_RWX, true);
	tlb_switch(&mw_space[A]);
	CHECK(!host_tlb_has(VB + 0x12345) && !host_tlb_has(VA));
	CHECK(!mw_touch(A, VB + 0x12345, L4_R));
}

/* Each way in which an entry changes, while its space is loaded and while it is not. */
static void each_change(bool loaded)
{
	static const struct { unsigned revoke; bool flush; } way[] = {
		{ L4_RWX, true }, { L4_W, true }, { L4_X, true }, { 0, true },
	};

	for (unsigned i = 0; i < ARRAY_LEN(way); i++)
		for (unsigned from = 0; from <= A; from++) {
			set_up(4, 1);
			mw_map(A, B, VA, VB, 13, L4_RWX);
			CHECK(mw_touch(B, VB, L4_W) && mw_touch(B, VB + PAGE, L4_R));
			if (!loaded)
				run(C);
			if (from == A)
				mw_unmap(A, VA, 13, way[i].revoke, false);
			else
				mw_unmap(B, VB, 13, way[i].revoke, true);
			tlb_switch(&mw_space[B]);
			mapworld_check();
			CHECK(mw_touch(B, VB, L4_W) == !(way[i].revoke & L4_W));
			mapworld_check();
		}
}

TEST(HTLB0013, "pages taken, rights taken, status read, by the owner and from above, in the loaded space")
{
	each_change(true);
}

TEST(HTLB0014, "and in one that is not loaded")
{
	each_change(false);
}

TEST(HTLB0015, "a page that gets a right, another frame, or another attribute")
{
	for (unsigned other = 0; other < 2; other++) {
		set_up(4, 1);
		mw_map(0, A, RAM, VB, 12, L4_R);
		CHECK(mw_touch(A, VB, L4_R) && !mw_touch(A, VB, L4_W));
		if (other)
			run(B);
		mw_map(0, A, RAM, VB, 12, L4_RWX);
		CHECK(mw_touch(A, VB, L4_W));
		if (other)
			run(B);
		mw_map(0, A, RAM + 0x100000, VB, 12, L4_RWX);
		CHECK(mw_touch(A, VB, L4_W));
		if (other)
			run(B);
		CHECK(mw_set_attribute(0, RAM + 0x100000, 12, 3));
		CHECK(mw_touch(A, VB, L4_W));
		mapworld_check();
	}
}

TEST(HTLB0016, "what the CPU still has as default memory is not in the caches when it is that no more")
{
	set_up(4, 0);
	mw_map(0, A, 0x10000, VB, 12, L4_RWX);
	CHECK(mw_touch(A, VB, L4_W) && host_cached(0x10000));
	CHECK(mw_set_attribute(0, 0x10000, 12, 3));
	CHECK(!host_cached(0x10000));
}

/* A's page loses those rights. Returns its status, which is reset. */
static unsigned revoke_page(unsigned rights)
{
	struct arch_ptes page = arch_ptes_of(&mw_space[A], VA);
	struct revocation r = { .rights = (uint8_t)rights };
	unsigned status = 0;

	page.left = 1;
	CHECK_EQ(range_revoke(mapdb_find(&mw_space[A].map[RESOURCE_MEMORY], VA), VA, page, &r, &status), 1);
	return status_rights(status);
}

/*
 * The same after an access; 0: after none since the status was reset. Returns whether core invalidates the
 * page.
 */
static bool forgets_revoked(unsigned rights, unsigned touched)
{
	set_up(4, 0);
	CHECK(mw_touch(A, VA, touched ? touched : L4_R));
	if (!touched) {
		revoke_page(0);
		tlb_sync();
	}
	revoke_page(rights);
	host_tlb_check(&mw_space[A]);
	return mw_space[A].tlb.enter && tlb_here()->pending > 0;
}

/* A page of A that was written: the fields in `leaf` change. Returns whether core invalidates it. */
static bool forgets(struct leaf leaf)
{
	struct mapspace *m = &mw_space[A].map[RESOURCE_MEMORY];
	struct leaf old;

	set_up(4, 0);
	CHECK(mw_touch(A, VA, L4_W));
	old = leaf_get(m, VA);
	leaf.present = true;
	leaf.log2 = old.log2;
	leaf.rights = old.rights ^ leaf.rights;
	leaf.attr = old.attr ^ leaf.attr;
	leaf.frame = old.frame ^ leaf.frame;
	leaf_set(m, VA, leaf);
	host_tlb_check(&mw_space[A]);
	return mw_space[A].tlb.enter && tlb_here()->pending > 0;
}

TEST(HTLB0017, "a change of anything in a translation is invalidated; a change outside of it is not")
{
	CHECK(forgets((struct leaf){ .rights = L4_W }));
	CHECK(forgets((struct leaf){ .rights = L4_X }));
	CHECK(forgets_revoked(L4_W, 0));
	CHECK(forgets_revoked(L4_X, 0));
	CHECK(forgets_revoked(0, L4_R));
	CHECK(forgets_revoked(0, L4_W));
	CHECK(!forgets_revoked(0, 0));
	CHECK(forgets((struct leaf){ .attr = 3 }));
	CHECK(forgets((struct leaf){ .frame = PAGE }));
	CHECK(!forgets((struct leaf){ .kept = 1 }));
}

/* A page of A that was read. Returns its leaf; then it is written, as by another CPU. */
static struct leaf read_then_written(void)
{
	struct leaf leaf;

	set_up(4, 0);
	CHECK(mw_touch(A, VA, L4_R));
	leaf = leaf_get(&mw_space[A].map[RESOURCE_MEMORY], VA);
	CHECK(!(leaf.touched & L4_W));
	CHECK(mw_touch(A, VA, L4_W));
	return leaf;
}

TEST(HTLB0030, "status that the hardware sets between the reading of an entry and its change is not lost")
{
	struct mapspace *m = &mw_space[A].map[RESOURCE_MEMORY];
	struct leaf leaf = read_then_written();

	leaf.kept = 1;
	leaf_set(m, VA, leaf);
	CHECK(leaf_get(m, VA).touched & L4_W);
	read_then_written();
	CHECK(revoke_page(0) & L4_W);
	read_then_written();
	CHECK(leaf_clear(m, VA) & L4_W);
}

/* ---- tables ---- */

/* A has an empty table at VB, which the CPU has cached. */
static void empty_table(void)
{
	set_up(4, 0);
	mw_map(0, A, RAM, VB, 12, L4_RWX);
	CHECK(mw_touch(A, VB, L4_W));
	mw_unmap(A, VB, 12, L4_RWX, true);
	CHECK(!mw_touch(A, VB, L4_R));
	mapworld_check();
}

TEST(HTLB0018, "a table that is replaced by a large page is forgotten before it is free, if it is loaded")
{
	empty_table();
	mw_map(0, A, RAM + 0x4000000, VB, LOG2, L4_RWX);
	mapworld_check();
	CHECK(mw_touch(A, VB + PAGE, L4_W));
}

TEST(HTLB0019, "and when its space is loaded again, if it is not")
{
	empty_table();
	run(B);
	mw_map(0, A, RAM + 0x4000000, VB, LOG2, L4_RWX);
	mapworld_check();
	CHECK(mw_touch(A, VB + PAGE, L4_W));
}

TEST(HTLB0020, "tables that were made for nothing, as memory ran out, are forgotten")
{
	for (unsigned n = 0; n < 4; n++) {
		set_up(4, 0);
		run(A);
		host_fail_at(n, true);
		mw_item(0, A, l4_fpage(RAM, 12, L4_RWX), 0x50000000, L4_COMPLETE, false);
		host_fail_never();
		mapworld_check();
		mw_map(0, A, RAM, 0x50000000, 12, L4_RWX);
		CHECK(mw_touch(A, 0x50000000, L4_W));
		mapworld_check();
	}
}

/* ---- all of it ---- */

static void random_change(void)
{
	static const unsigned revoke[] = { 0, L4_W, L4_X, L4_RWX };
	unsigned s = dice(G) + 1, t = dice(G) + 1, log2 = 12 + dice(5);
	l4_word_t at = VA + dice(16) * PAGE, to = VA + dice(16) * PAGE;

	switch (dice(8)) {
	case 0:
		mw_item(0, t, l4_fpage(RAM + (at - VA), log2, L4_RWX), to, L4_COMPLETE, false);
		return;
	case 1:
	case 2:
		mw_item(s, t, l4_fpage(at, log2, dice(8)), to, L4_COMPLETE, dice(2));
		return;
	case 3:
		if (dice(8) == 0)
			mw_destroy(s);
		return;
	case 4:
		mw_unmap(0, RAM + (at - VA), 12 + dice(3), revoke[dice(4)], false);
		return;
	default:
		mw_unmap(s, at, log2, revoke[dice(4)], dice(2));
	}
}

TEST(HTLB0021, "random changes and accesses, with one tag, few, enough, and without")
{
	for (unsigned tags = 1; tags <= ARCH_TLB_TAGS; tags++) {
		set_up(tags, 4);
		seed = tags;
		for (unsigned i = 0; i < 400; i++) {
			for (unsigned n = dice(20); n > 0; n--)
				mw_touch(dice(G) + 1, VA + dice(16) * PAGE, 1u << dice(3));
			random_change();
		}
		CHECK_EQ(host_tlb_test.stale, 0);
	}
}

/* ---- the three kinds of spaces ---- */

/* Tags 1: without; resident: each space's translations stay and are used beside the loaded one's. */
static const struct kind {
	unsigned tags;
	bool resident;
} kinds[] = { { 1, false }, { 4, false }, { 1, true } };

TEST(HTLB0034, "a resident space keeps its translations over a switch, without a tag")
{
	host_tlb_resident = true;
	set_up(1, 1);
	run(A);
	run(B);
	tlb_switch(&mw_space[A]);
	CHECK(host_tlb_has(VA) && mw_space[A].tlb.tag == 0);
	tlb_switch(&mw_space[B]);
	CHECK(host_tlb_has(VA));
}

TEST(HTLB0035, "an unmap in a resident space invalidates at once, also while another space is loaded")
{
	unsigned status;

	host_tlb_resident = true;
	set_up(1, 4);
	run(A);
	touch_pages(A, 16, L4_R);
	mw_unmap(A, VA, 12, 7, true);
	CHECK(!host_tlb_has(VA) && host_tlb_has(VA + PAGE) && tlb_here()->pending == 0);
	run(B);
	mw_map(A, B, VA + 3 * PAGE, VB, 12, L4_R);
	CHECK(mw_touch(B, VB, L4_R));
	CHECK(mw_unmap_once(A, VA + 3 * PAGE, 12, true, &status));
	tlb_switch(&mw_space[B]);
	CHECK(!host_tlb_has(VB));
	mw_unmap(A, VA + PAGE, 12, 7, true);
	mw_unmap(A, VA + 8 * PAGE, 15, 7, true);
	tlb_switch(&mw_space[A]);
	CHECK(!host_tlb_has(VA + PAGE) && !host_tlb_has(VA + 15 * PAGE));
}

TEST(HTLB0036, "in resident spaces, an invalidation of one page and one of all are needed")
{
	for (unsigned n = 1; n <= 2; n++) {
		host_tlb_resident = true;
		set_up(1, 4);
		host_tlb_test = (struct host_tlb_test){ .leave_out = n };
		touch_pages(A, 16, L4_R);
		run(B);
		mw_unmap(A, VA, 12, 7, true);
		mw_unmap(A, VA + 8 * PAGE, 15, 7, true);
		for (unsigned i = 1; i < 16; i++)
			CHECK(mw_touch(A, VA + i * PAGE, L4_R) == (i < 8));
		CHECK(!mw_touch(A, VA, L4_R));
		CHECK(host_tlb_test.drops >= 2 && host_tlb_test.stale > 0);
		host_tlb_reset();
	}
}

TEST(HTLB0037, "with spaces of each kind, revoked pages and removed tables are used by no space")
{
	for (const struct kind *k = kinds; k < kinds + 3; k++) {
		host_tlb_resident = k->resident;
		set_up(k->tags, 4);
		for (unsigned round = 0; round < 4; round++) {
			for (unsigned s = A; s <= G; s++)
				touch_pages(s, 16, L4_W);
			mw_unmap(A + round, VA + round * PAGE, 12, L4_W, true);
			mw_unmap(B, VA + 4 * PAGE, 14, 7, true);
			mw_map(0, B, RAM + 0x2000000, VA + 4 * PAGE, 14, L4_RWX);
			mw_unmap(C, VA, 16, 7, true);
			mw_map(0, C, RAM + 0x400000, VB, LOG2, L4_RWX);
			CHECK(mw_touch(C, VB, L4_R) && !mw_touch(C, VA, L4_R));
			mw_unmap(C, VB, LOG2, 7, true);
			CHECK(!mw_touch(C, VB, L4_R));
			mw_map(0, C, RAM + 3 * 0x400000, VA, 16, L4_RWX);
			mw_map(0, A + round, RAM + (A + round) * 0x400000, VA, 16, L4_RWX);
		}
		mapworld_check();
	}
}
