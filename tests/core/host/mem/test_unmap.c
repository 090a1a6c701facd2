/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_unmap.c - the Unmap call: several fpages, flush, rights, status.
 */
#include <core/arch.h>
#include "world.h"

static struct thread *a, *b;

enum { VA = 0x400000 };

/* a holds 16 pages at VA, b got them from a. */
static void set_up(void)
{
	world_boot();
	a = new_space();
	b = new_space();
	give(a, ram(16), VA, 16, L4_RWX);
	accept_window(b, L4_COMPLETE);
	CHECK(!receive_from(b, L4_ANYTHREAD));
	put_map(a, l4_fpage(VA, 16, L4_RWX), VA, false);
	CHECK(send_to(a, b));
	CHECK_SENT(b);
}

/* One fpage; returns the status. */
static unsigned unmap(struct thread *t, l4_fpage_t f, bool flush)
{
	unmap_fpage(t, f, flush);
	CHECK_EQ(get_mr(t, 0) & ~(l4_word_t)L4_RWX, f.raw & ~(l4_word_t)L4_RWX);
	return get_mr(t, 0) & L4_RWX;
}

TEST(HUNM0001, "without flush, what was derived goes and the own page stays")
{
	set_up();
	unmap(a, l4_fpage(VA, 12, L4_RWX), false);
	CHECK(!mapped(b, VA, 0));
	CHECK(mapped(a, VA, L4_RWX));
	CHECK(mapped(b, VA + 0x1000, L4_RWX));
}

TEST(HUNM0002, "with flush, the own page goes too")
{
	set_up();
	unmap(a, l4_fpage(VA + 0x3000, 12, L4_RWX), true);
	CHECK(!mapped(b, VA + 0x3000, 0));
	CHECK(!mapped(a, VA + 0x3000, 0));
	CHECK(mapped(a, VA + 0x2000, L4_RWX));
}

TEST(HUNM0003, "an unmap by the receiver does not touch its source")
{
	set_up();
	unmap(b, L4_COMPLETE, false);
	CHECK(mapped(b, VA, L4_RWX));
	unmap(b, (l4_fpage_t){ L4_COMPLETE.raw | L4_RWX }, true);
	CHECK(!mapped(b, VA, 0));
	CHECK(mapped(a, VA, L4_RWX));
}

TEST(HUNM0004, "taking away write leaves the page readable")
{
	set_up();
	CHECK(touch(b, VA, L4_W));
	unmap(a, l4_fpage(VA, 12, L4_W), false);
	CHECK(mapped(b, VA, L4_R | L4_X));
	CHECK(!mapped(b, VA, L4_W));
	CHECK(mapped(a, VA, L4_RWX));
	CHECK(touch(b, VA, L4_R));
	CHECK(!touch(b, VA, L4_W));
}

TEST(HUNM0005, "up to 64 fpages are done in one call, and words above k stay as they are")
{
	set_up();
	for (unsigned i = 0; i < L4_MRS; i++)
		put_mr(a, i, l4_fpage(VA + (i % 16) * 0x1000, 12, L4_RWX).raw);
	CALL(a, L4_CALL_UNMAP, 2);
	CHECK(!mapped(b, VA + 0x2000, 0));
	CHECK(mapped(b, VA + 0x3000, L4_RWX));
	CHECK_EQ(get_mr(a, 3), l4_fpage(VA + 0x3000, 12, L4_RWX).raw);
	CALL(a, L4_CALL_UNMAP, 63);
	for (unsigned i = 0; i < 16; i++)
		CHECK(!mapped(b, VA + i * 0x1000, 0));
	for (unsigned i = 0; i < L4_MRS; i++)
		CHECK_EQ(get_mr(a, i), l4_fpage(VA + (i % 16) * 0x1000, 12, 0).raw);
}

TEST(HUNM0006, "the status has what was read and written, and reading it resets it")
{
	set_up();
	CHECK_EQ(unmap(a, l4_fpage(VA, 12, 0), false), 0);
	CHECK(touch(b, VA, L4_R));
	CHECK_EQ(unmap(a, l4_fpage(VA, 12, 0), false) & (L4_R | L4_W), L4_R);
	CHECK_EQ(unmap(a, l4_fpage(VA, 12, 0), false), 0);
	CHECK(touch(b, VA, L4_W));
	CHECK_EQ(unmap(a, l4_fpage(VA, 12, 0), false) & (L4_R | L4_W), L4_R | L4_W);
	CHECK_EQ(unmap(a, l4_fpage(VA, 12, 0), false), 0);
	CHECK(touch(b, VA, L4_W));
	CHECK_EQ(unmap(a, l4_fpage(VA, 12, 0), false) & L4_W, L4_W);
	CHECK(mapped(b, VA, L4_RWX));
}

TEST(HUNM0007, "the status of the own page comes with flush only, and children's bits are not lost with them")
{
	set_up();
	CHECK(touch(a, VA, L4_W));
	CHECK_EQ(unmap(a, l4_fpage(VA, 12, 0), false), 0);
	CHECK_EQ(unmap(a, l4_fpage(VA, 12, 0), true) & L4_W, L4_W);
	CHECK_EQ(unmap(a, l4_fpage(VA, 12, 0), true), 0);
	CHECK(touch(b, VA, L4_W));
	CHECK(unmap(a, l4_fpage(VA, 12, L4_RWX), false) & L4_W);
	CHECK(!mapped(b, VA, 0));
}

TEST(HUNM0008, "nil, tiny and empty fpages do nothing and report nothing")
{
	set_up();
	CHECK_EQ(unmap(a, L4_NILPAGE, true), 0);
	CHECK_EQ(unmap(a, (l4_fpage_t){ VA | 11 << 4 }, true), 0);
	CHECK_EQ(unmap(a, l4_fpage(0x10000000, 20, L4_RWX), true), 0);
	CHECK(mapped(a, VA, L4_RWX));
	CHECK(mapped(b, VA, L4_RWX));
}

TEST(HUNM0009, "flushing everything leaves KIP and UTCBs, and the thread continues")
{
	set_up();
	unmap(a, (l4_fpage_t){ L4_COMPLETE.raw | L4_RWX }, true);
	CHECK(!mapped(a, VA, 0));
	CHECK(!mapped(b, VA, 0));
	CHECK(mapped(a, L4_INITIAL_KIP, L4_R));
	CHECK(mapped(a, a->rest->utcb_location, L4_R | L4_W));
	PUT(a, 1);
	CHECK(!receive_from(b, L4_ANYTHREAD));
	CHECK(send_to(a, b));
}

TEST(HUNM0010, "a stale translation never outlives an unmap: each access afterwards faults")
{
	set_up();
	for (unsigned i = 0; i < 16; i++)
		CHECK(touch(b, VA + i * 0x1000, L4_W));
	unmap(a, l4_fpage(VA, 16, L4_RWX), false);
	for (unsigned i = 0; i < 16; i++) {
		uint64_t pa;

		CHECK(!host_user_access(b->space, VA + i * 0x1000, L4_R, &pa));
	}
}

TEST(HUNM0011, "I/O ports are unmapped like pages")
{
	world_boot();
	a = new_space();
	accept_window(a, L4_COMPLETE);
	CHECK(!receive_from(a, L4_ANYTHREAD));
	PUT(root, 0);
	CHECK(send_to(root, sigma0));
	put_map(sigma0, l4_io_fpage(0x60, 4), 0, false);
	CHECK(send_to(sigma0, a));
	CHECK(arch_io_get(a->space, 0x6f));
	put_mr(sigma0, 0, l4_io_fpage(0x60, 0).raw | L4_RWX);
	CALL(sigma0, L4_CALL_UNMAP, 0);
	CHECK(!arch_io_get(a->space, 0x60));
	CHECK(arch_io_get(a->space, 0x61));
	put_mr(a, 0, l4_io_fpage(0, 16).raw | L4_RWX);
	CALL(a, L4_CALL_UNMAP, L4_UNMAP_FLUSH);
	CHECK(!arch_io_get(a->space, 0x61));
}

TEST(HUNM0012, "deleting a space takes away all that was derived from it")
{
	set_up();
	CHECK(delete_thread(a->id));
	CHECK(!mapped(b, VA, 0));
	CHECK_EQ(b->space->map[RESOURCE_MEMORY].pages, 0);
}
