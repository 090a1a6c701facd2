/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - memory that root gives, for bench/pf_root, which runs it in a system of its own.
 *
 * Page faults that root serves, each in a window of bench/scope: pages of 3 MiB that are touched in order.
 * Then the kernel memory of this space before and after 16 MiB and a block of 2 MiB are touched page by page.
 */
#include <l4/thread.h>
#include <pecan/dma.h>
#include <pecan/addresses.h>
#include <pecan/memory.h>
#include <pecan/system.h>
#include <proto/root_client.h>

#include "../scope/marks.h"

enum { PAGE = 4096, BYTES = 3 << 20, FIRST = 600, LAST = 640, MUCH = 16 << 20 };

/* Page tables of their own for each of the two. */
#define PART		((PECAN_MAP_END - PECAN_MAP_BASE) / 16)
#define MAPPED		(PECAN_MAP_BASE + 4 * PART)
#define POPULATED	(PECAN_MAP_BASE + 5 * PART)

static bool faults(void)
{
	volatile char *at = pecan_map(BYTES);
	unsigned i = 0;

	for (; at && i < FIRST; i++)
		at[i * PAGE] = 1;
	for (; at && i < LAST; i++) {
		SCOPE_BEGIN(1);
		at[i * PAGE] = 1;
		SCOPE_END(1);
	}
	return at;
}

static struct l4_inspect_space own_space(void)
{
	struct l4_inspect_space s;
	enum root_error e;

	for (L4_Word_t at = 0; pecan_inspect(L4_INSPECT_SPACE, 0, &at, &s, sizeof s / sizeof(L4_Word_t), &e); )
		if (s.thread == L4_Myself().raw)
			return s;
	return (struct l4_inspect_space){ 0 };
}

/* What comes to the kernel's records of this space, and how many entries of page tables, in the log. */
static bool touch(const char *what, volatile char *at, L4_Word_t bytes, const struct l4_inspect_space *before)
{
	struct l4_inspect_space after;

	for (L4_Word_t i = 0; at && i < bytes; i += PAGE)
		at[i] = 1;
	after = own_space();
	pecan_logf("%s: %lu KiB, %lu extents, %lu entries", what, (after.kmem_used - before->kmem_used) >> 10,
		   after.extents - before->extents, after.pages - before->pages);
	return at;
}

static bool kernel_memory(void)
{
	struct l4_inspect_space s = own_space();
	struct pecan_dma d = { .at = 0 };
	void *at;
	bool good;

	pecan_map_at(MUCH, MAPPED, &at);
	good = touch("mapped", at, MUCH, &s);
	pecan_unmap(at);
	s = own_space();
	pecan_populate_at(MUCH, POPULATED, &at);
	good &= touch("populated", at, MUCH, &s);
	s = own_space();
	pecan_dma_new(ROOT_DMA_MAX, L4_nilthread, &d);
	return touch("block", d.at, ROOT_DMA_MAX, &s) && good;
}

int main(void)
{
	root_power(pecan_root(), ROOT_POWER_OFF, faults() && kernel_memory() ? 0 : 1);
	return 1;
}
