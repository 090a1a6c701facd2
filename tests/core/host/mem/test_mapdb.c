/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_mapdb.c - the rules of map, grant and unmap, one by one (api 6.2, 6.3; ambiguities C).
 */
#include <x2/inspect.h>
#include "family.h"

/* ---- mapping ---- */

TEST(HMAP0001, "sigma0 maps any page that is not the kernel's, touched or not, with full rights")
{
	mapworld_setup();
	mw_map(0, A, RAM, VA, 12, L4_RWX);
	CHECK_EQ(mw_frame_at(A, VA), RAM);
	CHECK_EQ(mw_rights_at(A, VA), L4_RWX);
	mw_map(0, A, RESERVED, VB, 12, L4_RWX);
	CHECK_EQ(mw_rights_at(A, VB), 0);
	CHECK_EQ(mw_pages_of(0), 0);
	CHECK(mw_touch(A, VA, L4_W));
}

TEST(HMAP0002, "an fpage around the kernel's memory leaves that out, and is mapped in the largest pages")
{
	mapworld_setup();
	mw_map(0, A, 0, VA, 23, L4_RWX);
	CHECK_EQ(mw_rights_at(A, VA), L4_RWX);
	CHECK_EQ(mw_rights_at(A, VA + RESERVED), 0);
	CHECK_EQ(mw_rights_at(A, VA + RESERVED + 0x1ff000), 0);
	CHECK_EQ(mw_frame_at(A, VA + 0x400000), 0x400000);
	CHECK_EQ(mw_pages_of(A), 3);
	CHECK_EQ(mw_nodes_of(A), 1);
}

TEST(HMAP0003, "1 GiB, 2 MiB and 4 KiB pages are used where both sides are aligned")
{
	mapworld_setup();
	mw_map(0, A, 0x40000000, 0, G, L4_RWX);
	CHECK_EQ(mw_pages_of(A), 1);
	mw_map(0, B, 0x40000000, VA, 22, L4_RWX);
	CHECK_EQ(mw_pages_of(B), 2);
	mw_map(A, C, 0x200000, VA, M, L4_RWX);
	CHECK_EQ(mw_frame_at(C, VA), 0x40200000);
	CHECK_EQ(mw_pages_of(C), 1);
	mw_map(C, D, VA + 0x5000, VB, 12, RW);
	CHECK_EQ(mw_frame_at(D, VB), 0x40205000);
	CHECK_EQ(mw_item(C, E, l4_fpage(VA, M, L4_RWX), 0x7000, l4_fpage(VB, 13, 0), false), MAP_DONE);
	CHECK_EQ(mw_pages_of(E), 2);
	CHECK_EQ(mw_frame_at(E, VB), 0x40206000);
}

TEST(HMAP0004, "a window that is larger places the fpage by its send base; a smaller one selects by it")
{
	mapworld_setup();
	mw_item(0, A, l4_fpage(RAM, 12, L4_RWX), 0x12345000, l4_fpage(VA, 16, 0), false);
	CHECK_EQ(mw_frame_at(A, VA + 0x5000), RAM);
	mw_item(0, A, l4_fpage(RAM, 16, L4_RWX), 0x12345000, l4_fpage(VB, 12, 0), false);
	CHECK_EQ(mw_frame_at(A, VB), RAM + 0x5000);
	mw_item(0, B, l4_fpage(RAM, 14, L4_RWX), VA + 0x5000, L4_COMPLETE, false);
	CHECK_EQ(mw_frame_at(B, VA + 0x4000), RAM);
	CHECK_EQ(mw_pages_of(B), 4);
}

TEST(HMAP0005, "rights are those sent and those that the sender has; without any there is no page")
{
	mapworld_setup();
	mw_map(0, A, RAM, VA, 12, RX);
	mw_map(A, B, VA, VA, 12, L4_RWX);
	CHECK_EQ(mw_rights_at(B, VA), RX);
	mw_map(A, C, VA, VA, 12, L4_W);
	CHECK_EQ(mw_rights_at(C, VA), 0);
	mw_map(0, C, RAM, VB, 12, L4_W);
	CHECK_EQ(mw_rights_at(C, VB), RW);
	mw_map(A, C, VA, VC, 12, 0);
	CHECK_EQ(mw_rights_at(C, VC), 0);
	CHECK(!mw_touch(B, VA, L4_W));
	CHECK(mw_touch(B, VA, L4_X));
}

TEST(HMAP0006, "nil, too small, misdirected or forbidden items do nothing")
{
	mapworld_setup();
	mw_map(0, A, RAM, VA, 12, L4_RWX);
	mw_item(A, B, L4_NILPAGE, VA, L4_COMPLETE, false);
	mw_item(A, B, l4_fpage(VA, 12, 7), VA, L4_NILPAGE, false);
	mw_item(A, B, l4_fpage(VA, 11, 7), VA, L4_COMPLETE, false);
	mw_item(A, B, l4_fpage(VA, 0, 7), VA, L4_COMPLETE, false);
	mw_item(A, B, l4_fpage(VA, 12, 7), VA, l4_fpage(VA, 10, 0), false);
	mw_item(A, B, l4_fpage(VA, 12, 7), VA, l4_io_fpage(0, 16), false);
	mw_item(A, 0, l4_fpage(VA, 12, 7), VA, L4_COMPLETE, false);
	mw_item(A, A, l4_fpage(VA, 12, 7), VA, L4_COMPLETE, true);
	CHECK_EQ(mw_nodes_of(B), 0);
	CHECK_EQ(mw_nodes_of(0), 1);
	CHECK_EQ(mw_rights_at(A, VA), 7);
}

TEST(HMAP0007, "wild addresses and sizes on either side are cut off or skipped")
{
	mapworld_setup();
	for (unsigned log2 = 0; log2 < 64; log2++) {
		mw_item(0, A, l4_fpage(~(l4_word_t)0, log2, 7), 0, L4_COMPLETE, false);
		mw_item(A, B, l4_fpage(~(l4_word_t)0, log2, 7), ~(l4_word_t)0, L4_COMPLETE, false);
		mw_item(A, B, l4_fpage(VA, 12, 7), VA, l4_fpage(~(l4_word_t)0, log2, 0), true);
		mw_unmap(A, (l4_word_t)(log2 < L4_WORD_BITS ? ~(l4_word_t)0 >> log2 << log2 : 0),
		      log2 < 12 ? 12 : log2 > MAPDB_ALL ? MAPDB_ALL : log2, 7, true);
	}
	mw_map(0, A, RAM, 0x7ffff000, 12, 7);
	CHECK_EQ(mw_rights_at(A, 0x7ffff000), 0);
	mw_map(0, A, RAM, 0x7fffe000, 13, 7);
	CHECK_EQ(mw_rights_at(A, 0x7fffe000), 7);
	CHECK_EQ(mw_rights_at(A, 0x7ffff000), 0);
}

TEST(HMAP0008, "KIP and UTCB areas of the receiver are left out")
{
	mapworld_setup();
	mw_map(0, A, RAM, UTCB_AT - 0x10000, 17, L4_RWX);
	CHECK_EQ(mw_rights_at(A, UTCB_AT - 0x1000), L4_RWX);
	mw_map(0, A, UTCB_AT, UTCB_AT, 22, L4_RWX);
	CHECK_EQ(mw_rights_at(A, UTCB_AT), 0);
	CHECK_EQ(mw_rights_at(A, UTCB_AT + 0xf000), 0);
	CHECK_EQ(mw_rights_at(A, UTCB_AT + 0x10000), L4_RWX);
	mw_map(0, A, RAM, KIP_AT, 12, L4_RWX);
	CHECK_EQ(mw_rights_at(A, KIP_AT), 0);
}

TEST(HMAP0009, "what the kernel put into the sender's areas is not mapped on")
{
	struct mapspace *m = &mw_space[A].map[RESOURCE_MEMORY];

	mapworld_setup();
	CHECK_EQ(leaf_reserve_all(m, KIP_AT, 12), LEAF_ROOM);
	leaf_set(m, KIP_AT, (struct leaf){ .present = true, .log2 = 12, .rights = RX, .own = true,
						.frame = RESERVED });
	mw_map(0, A, RAM, KIP_AT + PAGE, 12, L4_RWX);
	mw_map(A, B, KIP_AT, VA, 13, L4_RWX);
	CHECK_EQ(mw_rights_at(B, VA), 0);
	CHECK_EQ(mw_rights_at(B, VA + PAGE), L4_RWX);
	mw_unmap(A, 0, MAPDB_ALL, 7, true);
	CHECK_EQ(mw_rights_at(A, KIP_AT), RX);
	leaf_clear(m, KIP_AT);
}

TEST(HMAP0010, "the same frame again: rights are extended, never reduced, and the parent stays")
{
	mapworld_setup();
	mw_map(0, A, RAM, VA, 12, L4_RWX);
	mw_map(A, B, VA, VA, 12, READ);
	CHECK(!mw_touch(B, VA, L4_W));
	CHECK(mw_touch(B, VA, L4_R));
	mw_map(A, B, VA, VA, 12, RW);
	CHECK_EQ(mw_rights_at(B, VA), RW);
	CHECK(mw_touch(B, VA, L4_W));
	mw_map(A, B, VA, VA, 12, READ);
	CHECK_EQ(mw_rights_at(B, VA), RW);
	CHECK_EQ(mw_nodes_of(B), 1);
	mw_map(0, B, RAM, VA, 12, RW);
	mw_unmap(A, VA, 12, 7, false);
	CHECK_EQ(mw_rights_at(B, VA), 0);
}

TEST(HMAP0011, "a right that the old parent lacks creates a new mapping below the new one")
{
	mapworld_setup();
	mw_map(0, A, RAM, VA, 12, READ);
	mw_map(0, B, RAM, VA, 12, RW);
	mw_map(A, C, VA, VA, 12, READ);
	CHECK(mw_touch(C, VA, L4_R));
	mw_map(B, C, VA, VA, 12, RW);
	CHECK_EQ(mw_rights_at(C, VA), RW);
	mw_unmap(B, VA, 12, L4_W, false);
	CHECK_EQ(mw_rights_at(C, VA), READ);
	mw_unmap(A, VA, 12, 7, true);
	CHECK_EQ(mw_rights_at(C, VA), READ);
}

TEST(HMAP0012, "another frame: the old page and all derived from it are flushed first")
{
	mapworld_setup();
	mw_map(0, A, RAM, VA, 12, L4_RWX);
	mw_map(0, B, RAM + PAGE, VA, 12, L4_RWX);
	mw_map(B, C, VA, VA, 12, L4_RWX);
	CHECK(mw_touch(B, VA, L4_W) && mw_touch(C, VA, L4_W));
	mw_map(A, B, VA, VA, 12, RX);
	CHECK_EQ(mw_frame_at(B, VA), RAM);
	CHECK_EQ(mw_rights_at(B, VA), RX);
	CHECK_EQ(mw_rights_at(C, VA), 0);
	CHECK(!mw_touch(C, VA, L4_R));
	CHECK_EQ(mw_nodes_of(B), 1);
}

TEST(HMAP0013, "a small page into a larger one: the larger one is flushed")
{
	mapworld_setup();
	mw_map(0, A, RAM, VA, M, L4_RWX);
	mw_map(A, B, VA + PAGE, VB, 12, L4_RWX);
	mw_map(0, C, RAM + 0x400000, VA, 12, L4_RWX);
	mw_map(C, A, VA, VA + 0x3000, 12, L4_RWX);
	CHECK_EQ(mw_frame_at(A, VA + 0x3000), RAM + 0x400000);
	CHECK_EQ(mw_rights_at(A, VA), 0);
	CHECK_EQ(mw_rights_at(B, VB), 0);
	CHECK_EQ(mw_pages_of(A), 1);
}

TEST(HMAP0014, "a large page over smaller ones replaces them; over pages of the same frames it keeps them")
{
	mapworld_setup();
	mw_map(0, A, RAM + 0x400000, VA + 0x5000, 12, L4_RWX);
	mw_map(0, A, RAM, VA, M, L4_RWX);
	CHECK_EQ(mw_pages_of(A), 1);
	CHECK_EQ(mw_frame_at(A, VA + 0x5000), RAM + 0x5000);
	mw_map(0, B, RAM + 0x5000, VA + 0x5000, 12, L4_RWX);
	mw_map(0, B, RAM, VA, M, L4_RWX);
	CHECK_EQ(mw_pages_of(B), 512);
	CHECK_EQ(mw_nodes_of(B), 2);
}

TEST(HMAP0015, "holes of the source leave the destination alone")
{
	mapworld_setup();
	mw_map(0, A, RAM, VA, 12, L4_RWX);
	mw_map(0, A, RAM + 0x2000, VA + 0x2000, 12, L4_RWX);
	mw_map(0, B, RAM + 0x8000, VB, 14, L4_RWX);
	mw_map(A, B, VA, VB, 14, L4_RWX);
	CHECK_EQ(mw_frame_at(B, VB), RAM);
	CHECK_EQ(mw_frame_at(B, VB + 0x1000), RAM + 0x9000);
	CHECK_EQ(mw_frame_at(B, VB + 0x2000), RAM + 0x2000);
	CHECK_EQ(mw_frame_at(B, VB + 0x3000), RAM + 0xb000);
}

TEST(HMAP0016, "one node for each source extent that a delegation draws from")
{
	mapworld_setup();
	mw_map(0, A, RAM, VA, 16, L4_RWX);
	mw_map(0, A, RAM + 0x100000, VA + 0x10000, 16, L4_RWX);
	mw_map(A, B, VA, VB, 17, L4_RWX);
	CHECK_EQ(mw_nodes_of(B), 2);
	CHECK_EQ(mw_pages_of(B), 32);
	mw_map(A, B, VA, VB, 17, L4_RWX);
	CHECK_EQ(mw_nodes_of(B), 2);
}

TEST(HMAP0017, "something else in a hole of an extent lies inside it, in as few extents as needed")
{
	mapworld_setup();
	mw_map(0, A, RAM, VA, 18, L4_RWX);
	mw_unmap(A, VA + 0x10000, 16, 7, true);
	mw_map(0, A, RAM + 0x200000, VA + 0x10000, 16, L4_RWX);
	CHECK_EQ(mw_nodes_of(A), host_has_ranges ? 2 : 3);
	mw_map(A, B, VA, VB, 18, L4_RWX);
	CHECK_EQ(mw_nodes_of(B), host_has_ranges ? 2 : 3);
	CHECK_EQ(mw_frame_at(B, VB + 0x12000), RAM + 0x202000);
	CHECK_EQ(mw_frame_at(B, VB + 0x22000), RAM + 0x22000);
	mw_unmap(A, VA + 0x10000, 16, 7, true);
	CHECK_EQ(mw_pages_of(B), 48);
	CHECK_EQ(mw_nodes_of(B), 1);
	mw_unmap(A, VA, 18, 7, false);
	CHECK_EQ(mw_nodes_of(B), 0);
}

TEST(HMAP0018, "overmapping a whole region with other frames takes one node")
{
	mapworld_setup();
	mw_map(0, A, RAM, VA, 18, L4_RWX);
	mw_map(0, A, RAM + 0x200000, VA, 18, L4_RWX);
	CHECK_EQ(mw_nodes_of(A), 1);
	CHECK_EQ(mw_frame_at(A, VA + 0x3f000), RAM + 0x23f000);
}

TEST(HMAP0019, "a chain ends at the depth limit: deeper pages are not mapped, and one flush takes all")
{
	mapworld_setup();
	mw_map(0, A, RAM, VA, 12, L4_RWX);
	for (l4_word_t i = 1; i < CFG_MAP_DEPTH; i++)
		mw_map(A, A, VA + (i - 1) * PAGE, VA + i * PAGE, 12, L4_RWX);
	CHECK_EQ(mw_pages_of(A), CFG_MAP_DEPTH);
	mw_map(A, A, VA + (CFG_MAP_DEPTH - 1) * PAGE, VA + CFG_MAP_DEPTH * PAGE, 12, L4_RWX);
	CHECK_EQ(mw_rights_at(A, VA + CFG_MAP_DEPTH * PAGE), 0);
	mw_unmap(A, VA, 12, 7, false);
	CHECK_EQ(mw_pages_of(A), 1);
}

TEST(HMAP0020, "sigma0's own faults map 1:1, in pages that avoid the kernel's memory and its own areas")
{
	mapworld_setup();
	CHECK(mapdb_root_fault(&mw_space[0], RESOURCE_MEMORY, 0x5000));
	CHECK_EQ(mw_frame_at(0, 0x5000), 0x5000);
	CHECK_EQ(mw_pages_of(0), 1);
	CHECK(mapdb_root_fault(&mw_space[0], RESOURCE_MEMORY, 0x7000));
	CHECK_EQ(mw_pages_of(0), 1);
	CHECK(!mapdb_root_fault(&mw_space[0], RESOURCE_MEMORY, RESERVED + 0x3000));
	CHECK(!mapdb_root_fault(&mw_space[0], RESOURCE_MEMORY, KIP_AT));
	CHECK(!mapdb_root_fault(&mw_space[0], RESOURCE_MEMORY, 0x7ffff000));
	CHECK(mapdb_root_fault(&mw_space[0], RESOURCE_MEMORY, UTCB_AT + 0x10000));
	CHECK(mw_touch(0, 0x5000, L4_W));
	mw_map(0, A, 0x5000, VA, 12, L4_RWX);
	mw_unmap(0, 0x5000, 12, 7, true);
	CHECK_EQ(mw_rights_at(A, VA), 0);
	CHECK(!mw_touch(0, 0x5000, L4_W));
	mapworld_check();
}

/* ---- ports ---- */

static bool port_at(unsigned s, l4_word_t port)
{
	return leaf_get(&mw_space[s].map[RESOURCE_PORTS], port << 12).present;
}

static void unmap_ports(unsigned s, l4_word_t port, unsigned log2, bool flush)
{
	struct mapspace *m = &mw_space[s].map[RESOURCE_PORTS];

	walk_begin(m, port << 12, log2 + 12, L4_R, flush);
	while (!walk_step(m))
		mapworld_check();
	mapworld_check();
}

TEST(HMAP0021, "ports go where they came from, through any window that is not nil; unmap takes them back")
{
	mapworld_setup();
	mw_item(0, A, l4_io_fpage(0x3f8, 3), 0x9000, L4_NILPAGE, false);
	CHECK(!port_at(A, 0x3f8));
	mw_item(0, A, l4_io_fpage(0x3f8, 3), 0x9000, L4_COMPLETE, false);
	CHECK(port_at(A, 0x3f8) && port_at(A, 0x3ff));
	CHECK(!port_at(A, 0x400) && !port_at(A, 0x3f7));
	mw_item(A, B, l4_io_fpage(0, 16), 0, l4_io_fpage(0, 16), false);
	CHECK_EQ(mw_space[B].map[RESOURCE_PORTS].pages, 8);
	mw_item(A, C, l4_io_fpage(0x3fa, 0), 0, l4_fpage(VA, 12, 0), true);
	CHECK(port_at(C, 0x3fa) && !port_at(A, 0x3fa));
	unmap_ports(A, 0x3f8, 3, false);
	CHECK(!port_at(B, 0x3f8) && port_at(A, 0x3f8) && port_at(C, 0x3fa));
	unmap_ports(0, 0, 16, false);
	CHECK_EQ(mw_space[A].map[RESOURCE_PORTS].nodes + mw_space[C].map[RESOURCE_PORTS].nodes, 0);
}

TEST(HMAP0022, "all ports at once, in bounded steps, to a receiver with one node")
{
	mapworld_setup();
	mw_item(0, A, l4_io_fpage(0, 16), 0, L4_COMPLETE, false);
	CHECK_EQ(mw_space[A].map[RESOURCE_PORTS].pages, 65536);
	CHECK_EQ(mw_space[A].map[RESOURCE_PORTS].nodes, 1);
	CHECK(mapworld_steps >= 65536 / 32);
}

/* ---- inspection ---- */

TEST(HMAP0042, "behind the last port, and behind the last address of users, no entry is found or looked for")
{
	mapworld_setup();
	mw_item(0, A, l4_io_fpage(0, 16), 0, L4_COMPLETE, false);
	for (enum map_resource w = RESOURCE_MEMORY; w < RESOURCES; w++)
		CHECK(!mapping_leaf(&mw_space[A].map[w], resource_end(w)).present);
}

TEST(HMAP0034, "ports of the kernel's own devices are holes in what sigma0 has, and faults there are refused")
{
	mapworld_setup();
	mem.nports = 1;
	mem.ports[0] = (struct port_range){ 0x20, 2 };
	mw_item(0, A, l4_io_fpage(0, 16), 0, L4_COMPLETE, false);
	CHECK_EQ(mw_space[A].map[RESOURCE_PORTS].pages, 65536 - 2);
	CHECK(port_at(A, 0x1f) && !port_at(A, 0x20) && !port_at(A, 0x21) && port_at(A, 0x22));
	CHECK(!mapdb_root_fault(&mw_space[0], RESOURCE_PORTS, 0x21 << 12));
	CHECK(mapdb_root_fault(&mw_space[0], RESOURCE_PORTS, 0x22 << 12));
	mem.nports = 0;
}

TEST(HMAP0023, "inspection lists every extent once, nested ones too, with parent and children")
{
	struct mapspace *m = &mw_space[A].map[RESOURCE_MEMORY];
	struct l4_inspect_mapping r;
	l4_word_t at = 0;

	mapworld_setup();
	mw_map(0, A, RAM, VA, 14, RW);
	mw_unmap(A, VA, 12, 7, true);
	mw_map(0, A, RAM + 0x100000, VA, 12, READ);
	mw_map(A, B, VA + 0x1000, VB, 12, READ);
	CHECK(mapdb_inspect(m, at, &r, &at));
	CHECK_EQ(r.base, VA);
	CHECK_EQ(r.log2, 14);
	CHECK_EQ(r.pages, 3);
	CHECK_EQ(r.rights, RW);
	CHECK_EQ(r.children, 1);
	CHECK_EQ(r.parent_space, 1);
	CHECK_EQ(r.parent_base, RAM);
	CHECK(mapdb_inspect(m, at, &r, &at));
	CHECK_EQ(r.log2, 12);
	CHECK_EQ(r.parent_base, RAM + 0x100000);
	CHECK(!mapdb_inspect(m, at, &r, &at));
}
