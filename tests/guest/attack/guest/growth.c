/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * growth.c - the kernel memory of a space whose pages are mapped one by one, as a pager does it, while an
 * Unmap of another space of lower priority is under way. It must be what it is without that space.
 */
#include "attack.h"
#include "pecan.h"

enum { LOW = 50, DERIVED = 4000, APART = 2 * PAGE, PAGES = 128, STRANGERS_PAGE = 255 };

static struct space strangers, takers;
static L4_ThreadId_t taker;
static volatile bool unmapping;

static void take_items(void *unused)
{
	L4_ThreadId_t from;

	(void)unused;
	image_read();
	L4_Accept(L4_MapGrantItems(L4_CompleteAddressSpace));
	for (;;)
		L4_Wait(&from);
}

/* Map one page to many places of the other space, and take it back from there, again and again. */
static void map_and_unmap(void *unused)
{
	L4_Fpage_t page = fpage(WINDOW, 12, RW);

	(void)unused;
	image_read();
	for (;;) {
		for (word i = 0; i < DERIVED; i++) {
			load_map(1, page, (word)WINDOW + i * APART);
			L4_Set_MsgTag(tag_make(0, 0, 2));
			L4_Send(taker);
		}
		unmapping = true;
		L4_UnmapFpage(page);
		unmapping = false;
	}
}

static void start_strangers(void)
{
	space_make(&strangers);
	space_make(&takers);
	map_page(&strangers, STRANGERS_PAGE, 0, RW);
	taker = space_start_prio(&takers, take_items, 0, LOW);
	space_start_prio(&strangers, map_and_unmap, 0, LOW);
}

/* The kernel memory of a new space with PAGES pages, in bytes. */
static word used_by_victim(void)
{
	struct mark mark = world_mark();
	struct l4_inspect_space record;
	struct space s;

	space_make(&s);
	for (unsigned i = 0; i < PAGES; i++)
		map_page(&s, i, (word)i * PAGE, RW);
	CHECK(find_space(s.anchor, &record));
	space_delete(&s);
	world_release(mark);
	return record.kmem_used;
}

TEST(AGRO0001, "an Unmap of another space does not change the kernel memory of a space with 128 pages")
{
	word rounds = rounds_asked(), more = 0, quiet;

	need_inspect();
	pool_anew();
	used_by_victim();
	quiet = used_by_victim();
	start_strangers();
	for (word r = 0; r < rounds; r++) {
		AWAIT(unmapping);
		CHECK(unmapping);
		more += used_by_victim() != quiet;
		CHECK(unmapping);		/* at this priority nothing has run but this test */
	}
	guest_figure("memory-beside", rounds, more);
	CHECK_EQ(more, 0);
}
