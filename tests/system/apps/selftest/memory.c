/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * memory.c - memory from root.
 */
#include <pecan/memory.h>
#include <x2/arch.h>

#include "selftest.h"

enum { PAGE = 4096, LARGE = 512 * PAGE };

static bool zeroed(void)
{
	volatile unsigned char *p = pecan_map(8 * PAGE);

	if (!p)
		return false;
	for (unsigned i = 0; i < 8 * PAGE; i++) {
		if (p[i] != 0)
			return false;
		p[i] = (unsigned char)(i + 1);
	}
	for (unsigned i = 0; i < 8 * PAGE; i++)
		if (p[i] != (unsigned char)(i + 1))
			return false;
	return pecan_unmap((void *)p) == ROOT_OK;
}

/* Mapped, filled and given back often: the memory must come back, and clean. */
static bool given_back(void)
{
	struct pecan_memory before, after;

	pecan_memory(&before);
	for (unsigned i = 0; i < 50; i++)
		if (!zeroed())
			return false;
	pecan_memory(&after);
	return after.used == before.used;
}

static bool beyond_the_limit(void)
{
	struct pecan_memory m;
	void *at;

	pecan_memory(&m);
	return pecan_map_at(m.limit, 0, &at) == ROOT_E_MEMORY
	       && pecan_map_at(~0ul >> 2, 0, &at) == ROOT_E_MEMORY
	       && pecan_map_at(~0ul, 0, &at) == ROOT_E_ARGUMENT && pecan_map_at(0, 0, &at) == ROOT_E_ARGUMENT;
}

/* All at once or piece by piece: the sum counts. */
static bool limit_by_pieces(void)
{
	void *at[128];
	unsigned n = 0;
	enum root_error e = ROOT_OK;

	while (n < 128 && (e = pecan_map_at(16 * PAGE, 0, &at[n])) == ROOT_OK)
		n++;
	for (unsigned i = 0; i < n; i++)
		if (pecan_unmap(at[i]) != ROOT_OK)
			return false;
	return n > 4 && (e == ROOT_E_MEMORY || e == ROOT_E_LIMIT);
}

static bool bad_addresses(void)
{
	void *at, *page = pecan_map(PAGE);
	bool good = pecan_map_at(PAGE, (L4_Word_t)page, &at) == ROOT_E_ARGUMENT
		    && pecan_map_at(PAGE, (L4_Word_t)page + 1, &at) == ROOT_E_ARGUMENT
		    && pecan_map_at(PAGE, PECAN_KERNEL_MEMORY, &at) == ROOT_E_ARGUMENT
		    && pecan_map_at(PAGE, L4_USER_END, &at) == ROOT_E_ARGUMENT
		    && pecan_map_at(2 * PAGE, (L4_Word_t)beyond_the_limit & ~0xffful, &at) == ROOT_E_ARGUMENT
		    && pecan_unmap((char *)page + PAGE) == ROOT_E_ARGUMENT
		    && pecan_unmap((void *)&at) == ROOT_E_ARGUMENT;

	return pecan_unmap(page) == ROOT_OK && good && pecan_unmap(page) == ROOT_E_ARGUMENT;
}

static bool wanted_address(void)
{
	void *at;

	if (pecan_map_at(PAGE, PECAN_FREE_BASE, &at) != ROOT_OK || at != (void *)PECAN_FREE_BASE)
		return false;
	*(volatile char *)at = 1;
	return pecan_unmap(at) == ROOT_OK;
}

/* Blocks of each size, all of them written and given back. */
static bool populated(void)
{
	struct pecan_memory before, full, after;
	L4_Word_t bytes = LARGE + (64 + 8 + 3) * PAGE;
	volatile L4_Word_t *p;
	bool clear = true;

	pecan_memory(&before);
	for (unsigned round = 0; round < 3; round++) {
		p = pecan_populate(bytes);
		pecan_memory(&full);
		if (!p || (L4_Word_t)p % LARGE != 0 || full.used - before.used < bytes)
			return false;
		for (unsigned i = 0; i < bytes / sizeof(*p); i++) {
			clear &= p[i] == 0;
			p[i] = i + 1;
		}
		for (unsigned i = 0; i < bytes / sizeof(*p); i++)
			clear &= p[i] == i + 1;
		if (pecan_unmap((void *)p) != ROOT_OK)
			return false;
	}
	pecan_memory(&after);
	return clear && after.used == before.used;
}

/* Refused as a whole: nothing is used after that. */
static bool populate_refused(void)
{
	struct pecan_memory before, after;
	void *at, *page = pecan_populate(PAGE);
	bool good;

	pecan_memory(&before);
	good = pecan_populate_at(before.limit, 0, &at) == ROOT_E_MEMORY
	       && pecan_populate_at(before.limit - PAGE, 0, &at) == ROOT_E_MEMORY
	       && pecan_populate_at(~0ul, 0, &at) == ROOT_E_ARGUMENT
	       && pecan_populate_at(0, 0, &at) == ROOT_E_ARGUMENT
	       && pecan_populate_at(PAGE, (L4_Word_t)page, &at) == ROOT_E_ARGUMENT
	       && pecan_populate_at(PAGE, PECAN_KERNEL_MEMORY, &at) == ROOT_E_ARGUMENT;
	pecan_memory(&after);
	return good && after.used == before.used && pecan_unmap(page) == ROOT_OK;
}

static bool unmapped_is_gone(void) { return child_end("touch-unmapped", 0).how == ROOT_END_FAULT; }

static bool kernel_memory_runs_out(void)
{
	struct pecan_end end = child_end("scatter", 0);

	return end.how == ROOT_END_EXIT && end.status == 0;
}

const struct check memory_checks[] = {
	{ "memory is zeroed and keeps what is written", zeroed },
	{ "memory that is given back comes back, and clean", given_back },
	{ "no piece larger than the limit is given, and no senseless size", beyond_the_limit },
	{ "many pieces end at the limit too", limit_by_pieces },
	{ "taken, unaligned and kernel addresses are refused, and only whole areas go back", bad_addresses },
	{ "a free address of one's choice is given", wanted_address },
	{ "memory that is populated is there, zeroed, in blocks of each size, and comes back", populated },
	{ "what cannot be populated as a whole is refused, and nothing is lost", populate_refused },
	{ "memory that was given back is gone", unmapped_is_gone },
	{ "pages for which kernel memory would not be there are refused; others can be touched",
	  kernel_memory_runs_out },
	{ 0, 0 },
};
