/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * memory.c - page faults, mapping and unmapping.
 */
#include <l4/arch.h>
#include <l4/sigma0.h>

#include "bench.h"

#define LARGE_AT	0x8000000	/* free RAM in a machine of 256 MiB */
#define TAKEN_AT	0x80000000	/* free addresses */

static volatile char fault_pages[REPEAT][PAGE] __attribute__((aligned(PAGE)));
static volatile char map_pages[REPEAT][PAGE] __attribute__((aligned(PAGE)));
static volatile char bulk[BULK_PAGES][PAGE] __attribute__((aligned(1 << BULK_LOG2)));

/* ---- page fault, answered by the pager, in the second space ---- */

static void toucher_main(void)
{
	L4_ThreadId_t from;

	L4_Wait(&from);
	for (unsigned i = 0; i < REPEAT; i++) {
		SCOPE_BEGIN(W_PF);
		(void)fault_pages[i][0];
		SCOPE_END(W_PF);
	}
	L4_Set_MsgTag(L4_Niltag);
	L4_Call(from);
}

void bench_fault(void)
{
	L4_ThreadId_t toucher = thread_there(toucher_main);

	for (unsigned i = 0; i < REPEAT; i++)
		page_touch(&fault_pages[i][0]);
	L4_Set_MsgTag(L4_Niltag);
	if (L4_IpcFailed(L4_Call(toucher)))
		fail("page faults");
}

/* ---- map and unmap ---- */

L4_ThreadId_t receiver;

static void receiver_main(void)
{
	L4_ThreadId_t from;

	L4_Accept(L4_MapGrantItems(L4_CompleteAddressSpace));
	L4_Wait(&from);
	for (;;) {
		L4_Set_MsgTag(L4_Niltag);
		L4_ReplyWait(from, &from);
	}
}

L4_Fpage_t page_of(volatile void *address, unsigned log2)
{
	return L4_FpageAddRights(L4_FpageLog2((L4_Word_t)address, log2), L4_FullyAccessible);
}

void map_load(L4_Fpage_t page, L4_Word_t to)
{
	L4_MapItem_t item = L4_MapItem(page, to);

	L4_LoadMR(1, item.raw[0]);
	L4_LoadMR(2, item.raw[1]);
}

static void bench_single(L4_ThreadId_t to)
{
	for (unsigned i = 0; i < REPEAT; i++) {
		L4_Fpage_t page = page_of(map_pages[i], 12);

		page_touch(&map_pages[i][0]);
		map_load(page, L4_Address(page));
		SCOPE_BEGIN(W_MAP);
		map_call(to);
		SCOPE_END(W_MAP);
		SCOPE_BEGIN(W_UNMAP);
		L4_UnmapFpage(page);
		SCOPE_END(W_UNMAP);
		map_load(page, L4_Address(page));
		map_call(to);
		SCOPE_BEGIN(W_FLUSH);
		L4_Flush(page);
		SCOPE_END(W_FLUSH);
	}
}

/* 4 MiB that this space holds as 4 KiB pages, because it touched them one by one: an extent each. */
static void bench_touched(L4_ThreadId_t to)
{
	L4_Fpage_t all = page_of(bulk, BULK_LOG2);

	for (unsigned i = 0; i < REPEAT_BULK; i++) {
		for (unsigned page = 0; page < BULK_PAGES; page++)
			page_touch(&bulk[page][0]);
		map_load(all, L4_Address(all));
		SCOPE_BEGIN(W_MAP_TOUCHED);
		map_call(to);
		SCOPE_END(W_MAP_TOUCHED);
		SCOPE_BEGIN(W_UNMAP_TOUCHED);
		L4_UnmapFpage(all);
		SCOPE_END(W_UNMAP_TOUCHED);
		map_load(all, L4_Address(all));
		map_call(to);
		SCOPE_BEGIN(W_FLUSH_TOUCHED);
		L4_Flush(all);
		SCOPE_END(W_FLUSH_TOUCHED);
	}
}

/*
 * 4 MiB that sigma0 gave in one go, so that the kernel may use its largest pages. Always the same: where
 * it is decides how the kernel's trees look, and so part of the cost.
 */
static void bench_large(L4_ThreadId_t to)
{
	L4_Fpage_t all = page_of((void *)LARGE_AT, BULK_LOG2);

	if (L4_IsNilFpage(L4_Sigma0_GetPage(L4_nilthread, all)))
		fail("4 MiB from sigma0");
	for (unsigned i = 0; i < REPEAT; i++) {
		map_load(all, L4_Address(all));
		SCOPE_BEGIN(W_MAP_LARGE);
		map_call(to);
		SCOPE_END(W_MAP_LARGE);
		SCOPE_BEGIN(W_UNMAP_LARGE);
		L4_UnmapFpage(all);
		SCOPE_END(W_UNMAP_LARGE);
	}
	for (unsigned i = 0; i < REPEAT; i++) {
		map_load(all, L4_Address(all));
		SCOPE_BEGIN(W_MAP_FLUSH_2M);
		map_call(to);
		L4_Flush(all);
		SCOPE_END(W_MAP_FLUSH_2M);
		if (L4_IsNilFpage(L4_Sigma0_GetPage(L4_nilthread, all)))
			fail("the same 4 MiB from sigma0 again");
	}
}

/* ---- 4 MiB of 4 KiB pages that are one extent ---- */

static L4_ThreadId_t giver, taker;

/* Maps the 4 MiB from sigma0 to each caller, at EXTENT_AT there. */
static void giver_main(void)
{
	L4_ThreadId_t from;

	L4_Wait(&from);
	for (;;) {
		L4_MsgTag_t tag = { .raw = 2 << 6 };

		map_load(page_of((void *)LARGE_AT, BULK_LOG2), EXTENT_AT);
		L4_Set_MsgTag(tag);
		L4_ReplyWait(from, &from);
	}
}

/* In the second space: gets the extent, gives it to a thread of main's space, takes it back. */
static void holder_main(void)
{
	L4_Fpage_t all = page_of((void *)EXTENT_AT, BULK_LOG2);
	L4_ThreadId_t from;

	L4_Wait(&from);
	L4_Accept(L4_MapGrantItems(L4_CompleteAddressSpace));
	for (unsigned i = 0; i < REPEAT_BULK; i++) {
		L4_Set_MsgTag(L4_Niltag);
		L4_Call(giver);
		map_load(all, TAKEN_AT);
		SCOPE_BEGIN(W_MAP_BULK);
		map_call(taker);
		SCOPE_END(W_MAP_BULK);
		SCOPE_BEGIN(W_UNMAP_BULK);
		L4_UnmapFpage(all);
		SCOPE_END(W_UNMAP_BULK);
		map_load(all, TAKEN_AT);
		map_call(taker);
		SCOPE_BEGIN(W_FLUSH_BULK);
		L4_Flush(all);
		SCOPE_END(W_FLUSH_BULK);
	}
	L4_Set_MsgTag(L4_Niltag);
	L4_Call(from);
}

/* After bench_large, which has the memory. */
static void bench_extent(void)
{
	L4_ThreadId_t holder = thread_there(holder_main);

	giver = thread_here(giver_main);
	taker = thread_here(receiver_main);
	L4_Set_MsgTag(L4_Niltag);
	if (L4_IpcFailed(L4_Call(holder)))
		fail("4 MiB as one extent");
}

/* ---- 64 and 128 KiB that this space has touched page by page ---- */

enum { BLOCK_LOG2 = 16 };

/* The first and the last part stay untouched: the extent has these pages only. */
static volatile char around[3][REVOKED_PAGES][PAGE] __attribute__((aligned(1 << REVOKED_LOG2)));

void bench_blocks(void)
{
	volatile char (*blocks)[PAGE] = around[1];
	L4_Fpage_t block = page_of(blocks, BLOCK_LOG2), both = page_of(blocks, REVOKED_LOG2);
	L4_Fpage_t write = L4_FpageAddRights(L4_FpageRemoveRights(both, L4_FullyAccessible), L4_Writable);
	L4_ThreadId_t to = receiver;

	for (unsigned page = 0; page < REVOKED_PAGES; page++)
		page_touch(&blocks[page][0]);
	for (unsigned i = 0; i < REPEAT; i++) {
		map_load(block, L4_Address(block));
		SCOPE_BEGIN(W_MAP_64K);
		map_call(to);
		SCOPE_END(W_MAP_64K);
		SCOPE_BEGIN(W_UNMAP_64K);
		L4_UnmapFpage(block);
		SCOPE_END(W_UNMAP_64K);
	}
	for (unsigned i = 0; i < REPEAT; i++) {
		map_load(both, L4_Address(both));
		map_call(to);
		SCOPE_BEGIN(W_REVOKE_W);
		L4_UnmapFpage(write);
		SCOPE_END(W_REVOKE_W);
	}
	L4_UnmapFpage(both);
}

void receiver_start(void)
{
	receiver = thread_there(receiver_main);
}

void bench_map(void)
{
	receiver_start();
	MEASURE(W_PLAIN_2, call(receiver, 2));
	bench_single(receiver);
}

void bench_map_ranges(void)
{
	bench_touched(receiver);
	bench_large(receiver);
	bench_extent();
}
