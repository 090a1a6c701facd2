/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * many.c - the same operations when there is much of everything: how a cost grows.
 */
#include "bench.h"
#include "free_places.h"

enum { FIRST = 100 };			/* thread numbers above all others */

/* Inactive threads: they cost what a thread costs the kernel, and need no UTCB. */
void bench_many_threads(void)
{
	L4_ThreadId_t spare = thread_id(SPARE), to = echo_there;
	void *utcb = utcb_here(SPARE);

	for (unsigned i = 0; i < MANY_THREADS; i++) {
		L4_ThreadId_t t = thread_id(FIRST + i);

		if (!L4_ThreadControl(t, main_thread, main_thread, L4_nilthread, (void *)-1))
			fail("many threads");
	}
	MEASURE(W_MANY_CALL, call(to, 0));
	MEASURE(W_MANY_THREAD, { create(spare, utcb); delete(spare); });
	for (unsigned i = 0; i < MANY_THREADS; i++)
		delete(thread_id(FIRST + i));
}

/* One page, mapped so often to other addresses of the second space; then once more; then flushed. */
void bench_many_mappings(void)
{
	static volatile char page[PAGE] __attribute__((aligned(PAGE)));
	L4_ThreadId_t to = receiver;
	L4_Word_t there = FREE_PLACE_1;
	L4_Fpage_t all = page_of(page, 12);

	for (unsigned i = 0; i < REPEAT_BULK; i++) {
		page_touch(page);
		for (unsigned n = 0; n < MANY_MAPPINGS; n++) {
			map_load(all, there + (L4_Word_t)n * PAGE);
			map_call(to);
		}
		map_load(all, there + (L4_Word_t)MANY_MAPPINGS * PAGE);
		SCOPE_BEGIN(W_MANY_MAP);
		map_call(to);
		SCOPE_END(W_MANY_MAP);
		SCOPE_BEGIN(W_MANY_FLUSH);
		L4_Flush(all);
		SCOPE_END(W_MANY_FLUSH);
	}
}

/* ---- how mapping and flushing grow with the mappings that are there ---- */

enum { ITEMS = 31 };			/* map items in one message */

/* Maps `page` to the addresses there + n * PAGE for n in [from, to). */
static void map_many(L4_ThreadId_t to_thread, L4_Fpage_t page, L4_Word_t there, unsigned from, unsigned to)
{
	while (from < to) {
		unsigned items = to - from < ITEMS ? to - from : ITEMS;

		for (unsigned i = 0; i < items; i++) {
			L4_MapItem_t item = L4_MapItem(page, there + (L4_Word_t)(from + i) * PAGE);

			L4_LoadMR((int)(2 * i + 1), item.raw[0]);
			L4_LoadMR((int)(2 * i + 2), item.raw[1]);
		}
		call_with(to_thread, items * 2 << 6);
		if (L4_IpcFailed(L4_MsgTag()))
			fail("many mappings");
		from += items;
	}
}

/*
 * With n mappings of one page: mapping it once more; mapping and flushing another page; and flushing
 * it, per mapping that goes.
 */
void curve_mappings(const unsigned *n)
{
	static volatile char pages[2][PAGE] __attribute__((aligned(PAGE)));
	L4_Fpage_t page = page_of(pages[0], 12), other = page_of(pages[1], 12);
	L4_ThreadId_t to = receiver;
	L4_Word_t there = FREE_PLACE_1;

	for (; *n; n++) {
		page_touch(pages[0]);
		map_many(to, page, there, 0, *n);
		for (unsigned i = 0; i < REPEAT_POINT; i++) {
			map_load(page, there + (L4_Word_t)(*n + i) * PAGE);
			SCOPE_BEGIN(W_CURVE);
			map_call(to);
			SCOPE_END(W_CURVE);
		}
		point("map_mappings", *n, W_CURVE, REPEAT_POINT, 1);
		for (unsigned i = 0; i < REPEAT_POINT; i++) {
			page_touch(pages[1]);
			map_load(other, L4_Address(other));
			SCOPE_BEGIN(W_CURVE_2);
			map_call(to);
			L4_Flush(other);
			SCOPE_END(W_CURVE_2);
		}
		point("map_flush_mappings", *n, W_CURVE_2, REPEAT_POINT, 1);
		SCOPE_BEGIN(W_CURVE_3);
		L4_Flush(page);
		SCOPE_END(W_CURVE_3);
		point("flush_mappings", *n, W_CURVE_3, 1, *n + REPEAT_POINT);
	}
}
