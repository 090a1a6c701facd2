/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_attribute.c - memory attributes in the mapping database (api 7.4): which entries get them, how
 * they follow a page, what remains of sigma0's, and what is written back from the caches.
 */
#include <core/arch.h>
#include "family.h"

enum { NEAR = 0x800000 };			/* the kernel can reach this memory, unlike RAM */
enum { UC = L4_MEMORY_UNCACHEABLE - 1, WC = L4_MEMORY_WRITE_COMBINING - 1 };	/* codes of the host */

static void set(unsigned s, l4_word_t base, unsigned log2, uint8_t attr)
{
	CHECK(mw_set_attribute(s, base, log2, attr));
}

static uint8_t attr_at(unsigned s, l4_word_t va)
{
	struct leaf leaf = leaf_get(&mw_space[s].map[RESOURCE_MEMORY], va);

	CHECK(leaf.present);
	return leaf.attr;
}

/* The pages of s in [va, va + n pages) all have attr. */
static void check_attrs(unsigned s, l4_word_t va, unsigned n, uint8_t attr)
{
	for (unsigned i = 0; i < n; i++)
		CHECK_EQ(attr_at(s, va + i * (l4_word_t)PAGE), attr);
}

TEST(HATT0001, "an attribute goes to the pages of the fpage and to all that was derived from them, no others")
{
	family(RAM);
	CHECK(mw_touch(A, VA, L4_W) && mw_touch(C, VC, L4_R) && mw_touch(D, VC, L4_X));
	set(A, VA, 14, UC);
	check_attrs(A, VA, 4, UC);
	check_attrs(B, VB, 4, UC);
	check_attrs(C, VC, 4, UC);
	check_attrs(A, VA + 0x4000, 12, 0);
	check_attrs(B, VB + 0x4000, 12, 0);
	check_attrs(D, VC, 4, 0);
	CHECK(mw_touch(A, VA, L4_W) && mw_touch(C, VC, L4_R));
	set(B, VB, 16, WC);
	check_attrs(A, VA, 4, UC);
	check_attrs(C, VC, 8, WC);
	check_attrs(D, VC, 4, WC);
	set(A, 0, MAPDB_ALL, 0);
	check_attrs(A, VA, 16, 0);
	check_attrs(B, VB, 16, 0);
	check_attrs(D, VC, 4, 0);
}

TEST(HATT0002, "an attribute follows the page when it is mapped or granted, in every size")
{
	mapworld_setup();
	mw_map(0, A, 0x40000000, 0, G, L4_RWX);
	mw_map(0, A, RAM, 0x40000000, M, L4_RWX);
	mw_map(0, A, RAM + 0x400000, 0x50000000, 12, L4_RWX);
	set(A, 0, MAPDB_ALL, WC);
	mw_map(A, B, 0, 0, G, L4_RWX);
	mw_map(B, C, 0x200000, VA, M, L4_RWX);
	mw_map(C, D, VA + 0x3000, VA, 12, L4_R);
	CHECK_EQ(attr_at(B, 0) + attr_at(C, VA) + attr_at(D, VA), 3 * WC);
	mw_grant(A, B, 0x40000000, 0x40000000, M, L4_RWX);
	mw_grant(A, C, 0x50000000, VB, 12, L4_RWX);
	mw_grant(C, E, VA, VB, M, L4_RWX);
	CHECK_EQ(attr_at(B, 0x40000000) + attr_at(C, VB) + attr_at(E, VB), 3 * WC);
	CHECK_EQ(mw_pages_of(E), 1);
	CHECK_EQ(attr_at(D, VA), WC);
	mw_grant(B, D, 0x40000000, VC, 12, L4_RWX);
	CHECK_EQ(attr_at(D, VC), WC);
}

TEST(HATT0003, "a page mapped again with the same frame keeps its attribute; a new one gets the source's")
{
	family(RAM);
	set(B, VB, 12, UC);
	mw_map(A, B, VA, VB, 12, L4_RWX);
	CHECK_EQ(attr_at(B, VB), UC);
	mw_unmap(B, VB, 12, L4_W, true);
	mw_map(A, B, VA, VB, 12, L4_RWX);
	CHECK_EQ(mw_rights_at(B, VB), L4_RWX);
	CHECK_EQ(attr_at(B, VB), UC);
	mw_map(A, B, VA + PAGE, VB, 12, L4_RWX);
	CHECK_EQ(attr_at(B, VB), 0);
}

TEST(HATT0004, "a part of a large page: the whole page gets it, and all that was derived from any of it")
{
	mapworld_setup();
	mw_map(0, A, RAM, VA, M, L4_RWX);
	mw_map(A, B, VA, VB, M, L4_RWX);
	mw_map(A, C, VA + 0x5000, VC, 12, L4_RWX);
	mw_map(B, D, VB + 0x7000, VC, 12, L4_RWX);
	set(A, VA + 0x1000, 12, UC);
	CHECK_EQ(attr_at(A, VA), UC);
	CHECK_EQ(attr_at(B, VB), UC);
	CHECK_EQ(attr_at(C, VC), UC);
	CHECK_EQ(attr_at(D, VC), UC);
}

TEST(HATT0005, "rights and status are not touched by it")
{
	family(RAM);
	CHECK(mw_touch(C, VC, L4_W) && mw_touch(D, VC, L4_R));
	set(A, VA, 16, UC);
	CHECK_EQ(mw_rights_at(D, VC), L4_R | L4_X);
	CHECK_EQ(mw_unmap(B, VB + 0x8000, 15, 0, false), L4_R | L4_X);
	CHECK_EQ(mw_unmap(B, VB, 15, 0, false), L4_RWX);
	CHECK_EQ(mw_unmap(C, VC, 15, 0, true), L4_RWX);
	CHECK_EQ(mw_unmap(A, VA, 16, 0, true), L4_RWX);
}

/* ---- sigma0 ---- */

TEST(HATT0006, "what sigma0 sets holds for all that it maps later, in the largest pages of one attribute")
{
	mapworld_setup();
	set(0, RAM + 0x201000, 12, UC);
	mw_map(0, A, RAM, VA, 23, L4_RWX);
	CHECK_EQ(mw_pages_of(A), 3 + 512);
	CHECK_EQ(attr_at(A, VA), 0);
	CHECK_EQ(attr_at(A, VA + 0x200000), 0);
	CHECK_EQ(attr_at(A, VA + 0x201000), UC);
	CHECK_EQ(attr_at(A, VA + 0x202000), 0);
	set(0, RAM + 0x400000, M, WC);
	CHECK_EQ(attr_at(A, VA + 0x400000), WC);
	CHECK_EQ(attr_at(A, VA + 0x600000), 0);
	mw_map(0, B, RAM, VA, 23, L4_RWX);
	CHECK_EQ(attr_at(B, VA + 0x400000), WC);
	CHECK_EQ(mw_pages_of(B), 3 + 512);
}

TEST(HATT0007, "sigma0's own pages have it, touched before or later; a larger page comes again in pieces")
{
	struct mapspace *m = &mw_space[0].map[RESOURCE_MEMORY];

	mapworld_setup();
	CHECK(mapdb_root_fault(&mw_space[0], RESOURCE_MEMORY, RAM));
	CHECK(mapdb_root_fault(&mw_space[0], RESOURCE_MEMORY, RAM + 0x200000));
	CHECK_EQ(leaf_get(m, RAM).log2, M);
	CHECK(mw_touch(0, RAM, L4_R));
	set(0, RAM + 0x1000, 12, UC);
	CHECK(!leaf_get(m, RAM).present);
	CHECK_EQ(leaf_get(m, RAM + 0x200000).log2, M);
	set(0, RAM + 0x200000, M, WC);
	CHECK_EQ(attr_at(0, RAM + 0x200000), WC);
	CHECK(mapdb_root_fault(&mw_space[0], RESOURCE_MEMORY, RAM + 0x1000));
	CHECK(mapdb_root_fault(&mw_space[0], RESOURCE_MEMORY, RAM + 0x2000));
	CHECK_EQ(attr_at(0, RAM + 0x1000), UC);
	CHECK_EQ(attr_at(0, RAM + 0x2000), 0);
	mapworld_check();
}

TEST(HATT0008, "ranges of sigma0 nest; a larger one replaces those inside; default memory leaves none behind")
{
	size_t used;

	mapworld_setup();
	used = mw_space[0].account.used;
	set(0, RAM, 23, UC);
	set(0, RAM + 0x200000, 16, WC);
	set(0, RAM + 0x204000, 12, 0);
	set(0, RAM + 0x204000, 12, 0);
	mw_map(0, A, RAM, VA, 23, L4_RWX);
	CHECK_EQ(attr_at(A, VA), UC);
	CHECK_EQ(attr_at(A, VA + 0x203000), WC);
	CHECK_EQ(attr_at(A, VA + 0x204000), 0);
	CHECK_EQ(attr_at(A, VA + 0x210000), UC);
	CHECK_EQ(mem.attributes.count, 3);
	set(0, RAM + 0x204000, 12, WC);
	CHECK_EQ(mem.attributes.count, 2);
	set(0, RAM + 0x200000, M, UC);
	CHECK_EQ(mem.attributes.count, 1);
	check_attrs(A, VA + 0x200000, 512, UC);
	set(0, 0, MAPDB_ALL, 0);
	CHECK_EQ(mem.attributes.count, 0);
	CHECK_EQ(mw_space[0].account.used, used);
	check_attrs(A, VA + 0x200000, 512, 0);
}

TEST(HATT0009, "a page larger than the range that sigma0 sets gets it whole")
{
	mapworld_setup();
	mw_map(0, A, RAM, VA, M, L4_RWX);
	mw_map(A, B, VA + 0x9000, VB, 12, L4_RWX);
	set(0, RAM + 0x1000, 12, UC);
	CHECK_EQ(attr_at(A, VA), UC);
	CHECK_EQ(attr_at(B, VB), UC);
	mw_map(0, A, RAM, VA, M, L4_RWX);
	CHECK_EQ(mw_pages_of(A), 1);
	mw_unmap(0, RAM, M, L4_RWX, false);
	CHECK_EQ(mw_nodes_of(A) + mw_nodes_of(B), 0);
}

TEST(HATT0010, "when sigma0's account is used up the attribute is refused, and nothing has changed")
{
	l4_word_t at = RAM;

	mapworld_setup();
	CHECK(account_set_limit(&mw_space[0].account, mw_space[0].account.used));
	mw_map(0, A, RAM, VA, 16, L4_RWX);
	while (mw_set_attribute(0, at, 12, UC))
		at += 2 * PAGE;
	CHECK(at > RAM && at < RAM + 0x80000);
	CHECK_EQ(attr_at(A, VA), UC);
	CHECK(!mw_space[0].map[RESOURCE_MEMORY].walk.active);
	mw_map(0, B, at, VB, 12, L4_RWX);
	CHECK_EQ(attr_at(B, VB), 0);
	set(0, RAM, 12, 0);
	set(0, at, 12, WC);
	CHECK_EQ(attr_at(B, VB), WC);
}

TEST(HATT0011, "many ranges go in steps")
{
	mapworld_setup();
	for (l4_word_t i = 0; i < 300; i++)
		set(0, RAM + 2 * i * PAGE, 12, WC);
	mapworld_steps = 0;
	set(0, RAM, 22, UC);
	CHECK(mapworld_steps >= 300 / MAPWORLD_BUDGET);
	CHECK_EQ(mem.attributes.count, 1);
}

/* ---- caches ---- */

static bool any_cached(l4_word_t from, unsigned pages)
{
	for (unsigned i = 0; i < pages; i++)
		if (host_cached(from + i * (uint64_t)PAGE))
			return true;
	return false;
}

TEST(HATT0012, "what the caches hold of the pages is written back, whichever thread has used them")
{
	family(NEAR);
	CHECK(mw_touch(A, VA, L4_W) && mw_touch(C, VC + 0x2000, L4_W) && mw_touch(D, VC, L4_R));
	CHECK(any_cached(NEAR, 1) && any_cached(NEAR + 0x2000, 1));
	set(A, VA, 14, UC);
	CHECK(!any_cached(NEAR, 4));
	CHECK(any_cached(NEAR + 0x8000, 1));
	CHECK(mw_touch(A, VA, L4_W) && mw_touch(C, VC + 0x2000, L4_W));
	CHECK(!any_cached(NEAR, 4));
	set(0, NEAR, 16, WC);
	CHECK(!any_cached(NEAR, 16));
}

TEST(HATT0013, "a large page is written back in steps; memory out of the kernel's reach is not")
{
	mapworld_setup();
	mw_map(0, A, NEAR, VA, M, L4_RWX);
	mw_map(0, A, RAM, VB, M, L4_RWX);
	CHECK(mw_touch(A, VA + 0x1ff000, L4_W));
	mapworld_steps = 0;
	set(A, VA + 0x1000, 12, UC);
	CHECK(!any_cached(NEAR, 512));
	CHECK_EQ(host.flushes, 512);
	CHECK(mapworld_steps >= 512 / MAPWORLD_BUDGET);
	mapworld_steps = 0;
	set(A, VB, M, UC);
	set(A, 0, MAPDB_ALL, 0);
	CHECK_EQ(host.flushes, 512);
	CHECK(mapworld_steps < 2);
}

TEST(HATT0014, "sigma0's memory is written back, touched by it or not; a larger page of others whole")
{
	mapworld_setup();
	mw_map(0, A, NEAR, VA, M, L4_RWX);
	CHECK(mw_touch(A, VA, L4_W) && mw_touch(A, VA + 0x1ff000, L4_W));
	set(0, NEAR + 0x5000, 12, UC);
	CHECK(!any_cached(NEAR, 512));
	host_cache_access(NEAR + 0x400000, 0);
	set(0, NEAR + 0x400000, 12, UC);
	CHECK(!any_cached(NEAR + 0x400000, 1));
	host_cache_access(0x1000, 0);
	set(0, 0, MAPDB_ALL, UC);
	CHECK(!any_cached(0, HOST_MEMORY >> 12));
}

TEST(HATT0015, "addresses behind those of programs have no memory: sigma0's attributes for them are not kept")
{
	l4_word_t top = (l4_word_t)7 << (L4_WORD_BITS - 3);

	mapworld_setup();
	set(0, top, L4_WORD_BITS - 3, UC);
	set(0, top, 20, WC);
	mapworld_check();
	CHECK_EQ(mem.attributes.count, 0);
}
