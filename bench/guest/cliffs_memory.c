/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cliffs_memory.c - what map, Unmap and a page fault cost when one thing about them is changed.
 */
#include "bench.h"
#include "free_places.h"

#define ISOLATED	FREE_PLACE_2	/* free addresses of the second space, far from its other pages */
#define REPLACED	FREE_PLACE_1
#define REGIONS		FREE_PLACE_3	/* the same, nothing is mapped near */

enum {
	PAGES		= 16,
	BESIDE		= 8,		/* of them stay mapped, so that the others come beside them */
	GRID_LOG2	= 21,
	GRID		= (1 << GRID_LOG2) / PAGE,
	GRID_STEP	= 4,		/* pages of it between two that are mapped on */
	GRID_AWAY	= 17,		/* pages between the places to which they go: no extent covers two */
	BLOCK_LOG2	= 16,
	SCATTER		= 9,		/* pages from one fault to the next: none is beside another */
	FPAGES		= 8,		/* of one Unmap, at most */
	APART_LOG2	= 2,
	CHAIN		= 32,		/* mappings, each of which comes of the one before */
	PF_PROTOCOL	= -2,
};

static volatile char pages[PAGES][PAGE] __attribute__((aligned(1 << BLOCK_LOG2)));
static volatile char granted[REPEAT_POINT][PAGE] __attribute__((aligned(PAGE)));
static volatile char grid[GRID][PAGE] __attribute__((aligned(1 << GRID_LOG2)));
static volatile char scattered[REPEAT_POINT * SCATTER][PAGE] __attribute__((aligned(PAGE)));
static volatile char blocks[REPEAT_POINT][PAGES][PAGE] __attribute__((aligned(1 << BLOCK_LOG2)));
static volatile char faulting[2][REPEAT_POINT][PAGE] __attribute__((aligned(PAGE)));

static void checked(const char *what)
{
	if (L4_IpcFailed(L4_MsgTag()))
		fail(what);
}

static void map_to(L4_Fpage_t page, L4_Word_t at)
{
	map_load(page, at);
	map_call(receiver);
	checked("a map item");
}

static L4_Fpage_t revoking(L4_Fpage_t page, L4_Word_t rights)
{
	return L4_FpageAddRights(L4_FpageRemoveRights(page, L4_FullyAccessible), rights);
}

static L4_Word_t isolated(unsigned i)
{
	return ISOLATED + (L4_Word_t)i * GRID_AWAY * PAGE;
}

/* A page beside others that came the same way: the extent there grows over it. Unmap of it; and flush. */
static void base(void)
{
	L4_ThreadId_t to = receiver;

	for (unsigned i = 0; i < BESIDE; i++)
		map_to(page_of(pages[i], 12), (L4_Word_t)pages[i]);
	for (unsigned i = BESIDE; i < PAGES; i++) {
		L4_Fpage_t page = page_of(pages[i], 12);

		map_load(page, L4_Address(page));
		SCOPE_BEGIN(W_CLIFF);
		map_call(to);
		SCOPE_END(W_CLIFF);
		SCOPE_BEGIN(W_CLIFF_2);
		L4_UnmapFpage(page);
		SCOPE_END(W_CLIFF_2);
		map_to(page, L4_Address(page));
		SCOPE_BEGIN(W_CLIFF_3);
		L4_Flush(page);
		SCOPE_END(W_CLIFF_3);
		page_touch(&pages[i][0]);
	}
	cost("base_map", W_CLIFF, PAGES - BESIDE, 1);
	cost("base_unmap", W_CLIFF_2, PAGES - BESIDE, 1);
	cost("base_flush", W_CLIFF_3, PAGES - BESIDE, 1);
}

/* ---- map ---- */

/* Maps `page` to `at` in a window. */
static inline void map_window(L4_Fpage_t page, L4_Word_t at)
{
	L4_ThreadId_t to = receiver;

	map_load(page, at);
	SCOPE_BEGIN(W_CLIFF);
	map_call(to);
	SCOPE_END(W_CLIFF);
	checked("a map item in a window");
}

/* To a place with nothing beside it; to where the page is already; to one place, where another page is. */
static void map_places(void)
{
	L4_Fpage_t all = page_of(pages, BLOCK_LOG2);

	for (unsigned i = 0; i < REPEAT_POINT; i++) {
		map_window(page_of(pages[i], 12), isolated(0));
		L4_UnmapFpage(all);
	}
	cost("map_isolated", W_CLIFF, REPEAT_POINT, 1);
	for (unsigned i = 0; i < BESIDE; i++)
		map_to(page_of(pages[i], 12), (L4_Word_t)pages[i]);
	for (unsigned i = 0; i < REPEAT_POINT; i++)
		map_window(page_of(pages[i], 12), (L4_Word_t)pages[i]);
	cost("map_again", W_CLIFF, REPEAT_POINT, 1);
	for (unsigned i = 0; i < REPEAT_POINT; i++)
		map_window(page_of(pages[i % 2], 12), isolated(0));
	cost("map_over", W_CLIFF, REPEAT_POINT, 1);
	L4_UnmapFpage(all);
}

static void map_items(unsigned n)
{
	L4_ThreadId_t to = receiver;
	L4_Word_t tag = n * 2 << 6;

	for (unsigned i = 0; i < REPEAT_POINT; i++) {
		for (unsigned k = 0; k < n; k++) {
			L4_Fpage_t page = page_of(pages[k], 12);
			L4_MapItem_t item = L4_MapItem(page, L4_Address(page));

			L4_LoadMR((int)(2 * k + 1), item.raw[0]);
			L4_LoadMR((int)(2 * k + 2), item.raw[1]);
		}
		SCOPE_BEGIN(W_CLIFF);
		call_with(to, tag);
		SCOPE_END(W_CLIFF);
		checked("several map items");
		L4_UnmapFpage(page_of(pages, BLOCK_LOG2));
	}
	cost_of("map_items", n, W_CLIFF, REPEAT_POINT);
}

static void map_grant(void)
{
	L4_ThreadId_t to = receiver;

	for (unsigned i = 0; i < REPEAT_POINT; i++) {
		L4_Fpage_t page = page_of(granted[i], 12);
		L4_GrantItem_t item = L4_GrantItem(page, L4_Address(page));

		page_touch(&granted[i][0]);
		L4_LoadMR(1, item.raw[0]);
		L4_LoadMR(2, item.raw[1]);
		SCOPE_BEGIN(W_CLIFF);
		map_call(to);
		SCOPE_END(W_CLIFF);
		checked("a grant item");
	}
	cost("map_grant", W_CLIFF, REPEAT_POINT, 1);
}

/* ---- Unmap ---- */

/* Two pages of the grid go where they can be no part of another extent. */
static void grid_map(unsigned i)
{
	map_to(page_of(grid[i * GRID_STEP], 12), isolated(i));
	map_to(page_of(grid[i * GRID_STEP + 1], 12), isolated(i) + PAGE);
}

/* An extent from which n others are derived; the one in the middle is affected. */
static void unmap_of(unsigned n)
{
	L4_Fpage_t page = page_of(grid[n / 2 * GRID_STEP], 12);

	for (unsigned i = 0; i < REPEAT_POINT; i++) {
		SCOPE_BEGIN(W_CLIFF);
		L4_UnmapFpage(page);
		SCOPE_END(W_CLIFF);
		grid_map(n / 2);
	}
	cost_of("unmap_of", n, W_CLIFF, REPEAT_POINT);
	for (unsigned i = 0; i < REPEAT_POINT; i++) {
		SCOPE_BEGIN(W_CLIFF);
		L4_Flush(page);
		SCOPE_END(W_CLIFF);
		page_touch(&grid[n / 2 * GRID_STEP][0]);
		grid_map(n / 2);
	}
	cost_of("flush_of", n, W_CLIFF, REPEAT_POINT);
}

static void unmaps(void)
{
	static const unsigned derived[] = { 1, 2, 3, 10, 100 };
	unsigned made = 0;

	for (unsigned i = 0; i < GRID; i++)
		page_touch(&grid[i][0]);
	for (unsigned i = 0; i < sizeof derived / sizeof derived[0]; i++) {
		for (; made < derived[i]; made++)
			grid_map(made);
		unmap_of(derived[i]);
	}
	L4_UnmapFpage(page_of(grid, GRID_LOG2));
}

/* A right, or none, of a page that is mapped on once. */
static void rights(void)
{
	L4_Fpage_t page = page_of(pages[0], 12);
	L4_Fpage_t write = revoking(page, L4_Writable), none = revoking(page, L4_NoAccess);

	for (unsigned i = 0; i < REPEAT_POINT; i++) {
		page_touch(&pages[0][0]);
		map_to(page, L4_Address(page));
		SCOPE_BEGIN(W_CLIFF);
		L4_UnmapFpage(write);
		SCOPE_END(W_CLIFF);
		map_to(page, L4_Address(page));
		SCOPE_BEGIN(W_CLIFF_2);
		L4_Flush(write);
		SCOPE_END(W_CLIFF_2);
	}
	cost("unmap_w", W_CLIFF, REPEAT_POINT, 1);
	cost("flush_w", W_CLIFF_2, REPEAT_POINT, 1);
	page_touch(&pages[0][0]);
	map_to(page, L4_Address(page));
	COST("status", L4_UnmapFpage(none));
	COST("status_own", L4_Flush(none));
	L4_Flush(page);
}

/* ---- a page fault in the second space, after an extent there was broken ---- */

static L4_ThreadId_t toucher;

static void toucher_main(void)
{
	L4_ThreadId_t from;

	L4_Wait(&from);
	for (unsigned k = 0; k < 2; k++) {
		for (unsigned i = 0; i < REPEAT_POINT; i++) {
			SCOPE_BEGIN(W_CLIFF);
			(void)faulting[k][i][0];
			SCOPE_END(W_CLIFF);
		}
		L4_Set_MsgTag(L4_Niltag);
		L4_ReplyWait(from, &from);
	}
	L4_Receive(main_thread);
}

static void fault(const char *name, unsigned k)
{
	for (unsigned i = 0; i < REPEAT_POINT; i++)
		page_touch(&faulting[k][i][0]);
	L4_Set_MsgTag(L4_Niltag);
	if (L4_IpcFailed(L4_Call(toucher)))
		fail(name);
	cost(name, W_CLIFF, REPEAT_POINT, 1);
}

/* The last one: the second space is never again as it was. */
static void faults(void)
{
	toucher = thread_there(toucher_main);
	fault("base_pf", 0);
	for (unsigned i = 0; i < PAGES; i++)
		page_touch(&pages[i][0]);
	map_to(page_of(pages, BLOCK_LOG2), REPLACED);
	page_touch(&grid[0][0]);
	map_to(page_of(grid[0], 12), REPLACED + PAGES / 2 * PAGE);
	fault("pf_replaced", 1);
}

void cliffs_memory(void)
{
	static const unsigned several[] = { 2, 3, 10 };

	for (unsigned i = 0; i < PAGES; i++)
		page_touch(&pages[i][0]);
	base();
	map_places();
	for (unsigned i = 0; i < sizeof several / sizeof several[0]; i++)
		map_items(several[i]);
	map_grant();
	L4_Flush(page_of(pages, BLOCK_LOG2));
	unmaps();
	rights();
	faults();
}

/* ---- page faults at places with nothing beside them, in a space of their own ---- */

static void scattered_main(void)
{
	L4_ThreadId_t from;

	L4_Wait(&from);
	for (unsigned i = 0; i < REPEAT_POINT; i++) {
		char value;

		SCOPE_BEGIN(W_CLIFF);
		value = scattered[i * SCATTER][0];
		SCOPE_END(W_CLIFF);
		if (value != (char)(i + 1))
			fail("the page of a scattered fault");
	}
	L4_Set_MsgTag(L4_Niltag);
	L4_Call(from);
}

static void faults_scattered(void)
{
	for (unsigned i = 0; i < REPEAT_POINT; i++)
		scattered[i * SCATTER][0] = (char)(i + 1);
	call(thread_apart(scattered_main), 0);
	checked("scattered faults");
	cost("pf_scattered", W_CLIFF, REPEAT_POINT, 1);
}

/* ---- is a page mapped in the second space? ---- */

static L4_ThreadId_t reader;

/* Reads one byte at the address of each message; main is its pager, which receives from it from then on. */
static void reader_main(void)
{
	L4_ThreadId_t from;
	L4_Word_t address;

	L4_Wait(&from);
	L4_Set_Pager(main_thread);
	for (;;) {
		L4_StoreMR(1, &address);
		(void)*(volatile char *)address;
		L4_Set_MsgTag(L4_Niltag);
		L4_ReplyWait(from, &from);
	}
}

/* A fault at `address` is answered with a page of `pages`; one of the reader itself, with what it needs. */
static bool is_mapped_there(L4_Word_t address)
{
	volatile char *source;
	bool there = true;
	L4_Word_t at;

	L4_LoadMR(1, address);
	call(reader, 1);
	while ((long)L4_MsgTag().raw >> 20 == PF_PROTOCOL) {
		L4_StoreMR(1, &at);
		at &= -(L4_Word_t)PAGE;
		there = there && at != address;
		source = at == address ? pages[0] : (volatile char *)at;
		page_touch(source);
		map_load(page_of(source, 12), at);
		map_call(reader);
	}
	return there;
}

/* The first page of 2 MiB: there is no page table for them. */
static void map_region(void)
{
	for (unsigned i = 0; i < REPEAT_POINT; i++)
		map_window(page_of(pages[i], 12), REGIONS + ((L4_Word_t)i << GRID_LOG2));
	for (unsigned i = 0; i < REPEAT_POINT; i++)
		if (!is_mapped_there(REGIONS + ((L4_Word_t)i << GRID_LOG2)))
			fail("the first page of a region");
	cost("map_region", W_CLIFF, REPEAT_POINT, 1);
	L4_UnmapFpage(page_of(pages, BLOCK_LOG2));
}

/* Maps n pages beside each other, and loads `some` with them, to revoke rights. */
static void several_map(L4_Fpage_t *some, unsigned n, L4_Word_t rights)
{
	for (unsigned i = 0; i < n; i++) {
		L4_Fpage_t page = page_of(pages[i], 12);

		map_to(page, L4_Address(page));
		some[i] = revoking(page, rights);
	}
}

static void unmap_items(unsigned n)
{
	L4_Fpage_t some[FPAGES];

	for (unsigned i = 0; i < REPEAT_POINT; i++) {
		several_map(some, n, L4_FullyAccessible);
		SCOPE_BEGIN(W_CLIFF);
		L4_UnmapFpages(n, some);
		SCOPE_END(W_CLIFF);
	}
	for (unsigned i = 0; i < n; i++)
		if (is_mapped_there((L4_Word_t)pages[i]))
			fail("an Unmap of several fpages");
	L4_UnmapFpage(page_of(pages, BLOCK_LOG2));	/* what the look has mapped */
	cost_of("unmap_items", n, W_CLIFF, REPEAT_POINT);
}

static void status_items(unsigned n)
{
	L4_Fpage_t some[FPAGES];

	for (unsigned i = 0; i < REPEAT_POINT; i++) {
		several_map(some, n, L4_NoAccess);
		SCOPE_BEGIN(W_CLIFF);
		L4_UnmapFpages(n, some);
		SCOPE_END(W_CLIFF);
	}
	if (!is_mapped_there((L4_Word_t)pages[0]))
		fail("the status of several fpages");
	L4_UnmapFpage(page_of(pages, BLOCK_LOG2));
	cost_of("status", n, W_CLIFF, REPEAT_POINT);
}

/* One fpage of four pages, each of which was mapped to a place with nothing beside it. */
static void unmap_apart(void)
{
	for (unsigned i = 0; i < REPEAT_POINT; i++) {
		for (unsigned k = 0; k < 1 << APART_LOG2; k++)
			map_to(page_of(pages[k], 12), isolated(k));
		SCOPE_BEGIN(W_CLIFF);
		L4_UnmapFpage(page_of(pages, 12 + APART_LOG2));
		SCOPE_END(W_CLIFF);
	}
	if (is_mapped_there(isolated(0)))
		fail("an Unmap of pages at isolated places");
	L4_UnmapFpage(page_of(pages, BLOCK_LOG2));
	cost("unmap_of_4_apart", W_CLIFF, REPEAT_POINT, 1);
}

/* ---- a chain of mappings ---- */

static L4_ThreadId_t returner;

/* Takes a page by a map item; maps the page at the first word back to the place of the second. */
static void returner_main(void)
{
	L4_Word_t source, place;
	L4_ThreadId_t from;
	L4_MsgTag_t tag;

	L4_Accept(L4_MapGrantItems(L4_CompleteAddressSpace));
	tag = L4_Wait(&from);
	for (;;) {
		L4_Set_MsgTag(L4_Niltag);
		if (L4_UntypedWords(tag) == 2) {
			L4_StoreMR(1, &source);
			L4_StoreMR(2, &place);
			map_load(page_of((volatile void *)source, 12), place);
			L4_Set_MsgTag((L4_MsgTag_t){ .raw = 2 << 6 });
		}
		tag = L4_ReplyWait(from, &from);
	}
}

/* Maps a page there and back CHAIN times, each time to another place and from the one before. */
static void chain_map(L4_Fpage_t page)
{
	for (unsigned k = 0; k < CHAIN; k += 2) {
		map_load(page, isolated(k));
		map_call(returner);
		checked("a page of a chain");
		L4_LoadMR(1, isolated(k));
		L4_LoadMR(2, isolated(k + 1));
		call(returner, 2);
		checked("a page of a chain that comes back");
		page = page_of((volatile void *)isolated(k + 1), 12);
	}
}

static void flush_chain(void)
{
	L4_Fpage_t page = page_of(pages[0], 12);

	returner = thread_there(returner_main);
	L4_Accept(L4_MapGrantItems(L4_CompleteAddressSpace));
	for (unsigned i = 0; i < REPEAT_POINT; i++) {
		page_touch(&pages[0][0]);
		chain_map(page);
		if (*(volatile char *)isolated(CHAIN - 1) != pages[0][0])
			fail("the end of a chain");
		SCOPE_BEGIN(W_CLIFF);
		L4_Flush(page);
		SCOPE_END(W_CLIFF);
	}
	L4_Accept(L4_UntypedWordsAcceptor);
	if (is_mapped_there(isolated(CHAIN - 2)))
		fail("a flush of a chain");
	cost("flush_chain", W_CLIFF, REPEAT_POINT, CHAIN);
}

/* ---- page faults that are answered with 64 KiB ---- */

static L4_ThreadId_t block_pager;

static void block_pager_main(void)
{
	L4_ThreadId_t from;
	L4_Word_t at;

	L4_Wait(&from);
	for (;;) {
		L4_StoreMR(1, &at);
		at &= -(1UL << BLOCK_LOG2);
		map_load(page_of((volatile void *)at, BLOCK_LOG2), at);
		L4_Set_MsgTag((L4_MsgTag_t){ .raw = 2 << 6 });
		L4_ReplyWait(from, &from);
	}
}

static void block_toucher_main(void)
{
	L4_ThreadId_t from;

	L4_Wait(&from);
	L4_Set_Pager(block_pager);
	for (unsigned i = 0; i < REPEAT_POINT; i++) {
		SCOPE_BEGIN(W_CLIFF);
		(void)blocks[i][0][0];
		SCOPE_END(W_CLIFF);
	}
	L4_Set_MsgTag(L4_Niltag);
	L4_Call(from);
}

static void faults_by_blocks(void)
{
	for (unsigned i = 0; i < REPEAT_POINT; i++)
		for (unsigned page = 0; page < PAGES; page++)
			page_touch(&blocks[i][page][0]);
	block_pager = thread_here(block_pager_main);
	call(thread_there(block_toucher_main), 0);
	checked("page faults answered with 64 KiB");
	cost("pf_64k", W_CLIFF, REPEAT_POINT, 1);
}

void cliffs_fpages(void)
{
	for (unsigned i = 0; i < PAGES; i++)
		page_touch(&pages[i][0]);
	L4_UnmapFpage(page_of(pages, BLOCK_LOG2));
	reader = thread_there(reader_main);
	faults_scattered();
	map_region();
	unmap_items(2);
	unmap_items(FPAGES);
	status_items(FPAGES);
	unmap_apart();
	flush_chain();
	faults_by_blocks();
}
