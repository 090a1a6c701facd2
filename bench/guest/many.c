/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * many.c - the same operations when there is much of everything: how a cost grows.
 */
#include "bench.h"

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
	L4_Word_t there = 0x200000000;
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
