/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * t_cache.c - copies in free memory (user/root/memory/cache.c).
 */
#include <string.h>
#include "system.h"

#define CACHES \
	"task names; start; rights names; memory 1M; priority 120\n" \
	"task shell; start; memory 60M; kernel-memory 8M; reserve 1M; priority 100 150; " \
	"rights spawn kill cache\n" \
	"task tool; memory 4M; kernel-memory 1M; priority 90; rights cache\n" \
	"task server; memory 60M; kernel-memory 8M; reserve 1M\n"

enum { WRITE = 2, BYTES = 4 * PAGE, PAGE_LOG2 = 12, PIECE_LOG2 = 20, MANY = 64 };

static struct { L4_Word_t address; char *bytes; } block;

/* A block of the caller, and where its bytes are. */
static void make_block(void)
{
	struct root_dma_new_out out;
	L4_Word_t item[2] = { 0 };

	CHECK(root_dma_new(ROOT, BYTES, L4_nilthread, &out) == ROOT_OK);
	for (unsigned i = 0; i < 4 && item[1] == 0; i++)
		machine_fault(WRITE, out.address, 0x400100, item);
	block.address = out.address;
	block.bytes = machine_memory(item);
}

static void boot(void)
{
	machine_boot(CACHES);
	machine_be(FIRST(1));
	make_block();
}

/* One piece. Returns how many were copied; *pages as of the answer. */
static L4_Word_t put(L4_Word_t place, L4_Word_t address, L4_Word_t bytes, L4_Word_t *pages)
{
	struct root_cache_put_out out = { 0 };
	const L4_Word_t places[ROOT_CACHE_PIECES] = { place }, from[ROOT_CACHE_PIECES] = { address };
	const L4_Word_t sizes[ROOT_CACHE_PIECES] = { bytes };

	CHECK(root_cache_put(ROOT, 1, places, from, sizes, &out) == ROOT_OK);
	*pages = out.pages;
	return out.done;
}

static L4_Word_t get(L4_Word_t place, L4_Word_t address, L4_Word_t bytes, L4_Word_t *pages)
{
	struct root_cache_get_out out = { 0 };
	const L4_Word_t places[ROOT_CACHE_PIECES] = { place }, to[ROOT_CACHE_PIECES] = { address };
	const L4_Word_t sizes[ROOT_CACHE_PIECES] = { bytes };

	CHECK(root_cache_get(ROOT, 1, places, to, sizes, &out) == ROOT_OK);
	*pages = out.pages;
	return out.done;
}

TEST(cache_copies, "pieces come back as they were put, the rest of a new page is zero, no page is left out")
{
	L4_Word_t pages;

	boot();
	memset(block.bytes, 'a', PAGE);
	CHECK(get(0, block.address, PAGE, &pages) == 0 && pages == 0);
	CHECK(put(PAGE, block.address, PAGE, &pages) == 0 && pages == 0);
	CHECK(put(16, block.address, 32, &pages) == 1 && pages == 0);
	CHECK(put(PAGE, block.address, PAGE, &pages) == 1 && pages == 1);
	memset(block.bytes, 'b', PAGE);
	CHECK(get(0, block.address, PAGE, &pages) == 1 && pages == 2);
	CHECK(block.bytes[15] == 0 && block.bytes[16] == 'a' && block.bytes[47] == 'a' && block.bytes[48] == 0);
	CHECK(get(PAGE + 1, block.address, PAGE - 1, &pages) == 1 && block.bytes[PAGE - 2] == 'a');
	CHECK(system_memory().cached == 2 * PAGE);
}

TEST(cache_refused, "what is not in one page of the store, or not in a block of the caller, is not copied; "
		    "without the right, or of a store that another task has, nothing is")
{
	static const L4_Word_t none[ROOT_CACHE_PIECES];
	struct root_cache_put_out out;
	struct root_cache_get_out gotten;
	struct root_map_out at;
	L4_Word_t pages;

	boot();
	CHECK(put(1, block.address, PAGE, &pages) == 0 && put(0, block.address + BYTES - 8, 16, &pages) == 0);
	CHECK(put(0, block.address, ~0ul, &pages) == 0 && put(0, block.address - 1, 8, &pages) == 0);
	CHECK(put(~0ul, block.address, 1, &pages) == 0 && put(~0ul << 12, block.address, PAGE, &pages) == 0);
	CHECK(root_map(ROOT, PAGE, 0, &at) == ROOT_OK && put(0, at.address, PAGE, &pages) == 0 && pages == 0);
	CHECK(put(0, block.address, PAGE, &pages) == 1 && get(0, at.address, PAGE, &pages) == 0);
	CHECK(root_cache_put(ROOT, ROOT_CACHE_PIECES + 1, none, none, none, &out) == ROOT_E_REQUEST);
	system_child("server");
	CHECK(root_cache_put(ROOT, 0, none, none, none, &out) == ROOT_E_RIGHT);
	CHECK(root_cache_get(ROOT, 0, none, none, none, &gotten) == ROOT_E_RIGHT);
	system_child("tool");
	CHECK(root_cache_put(ROOT, 0, none, none, none, &out) == ROOT_E_BUSY);
	CHECK(root_cache_get(ROOT, 1, none, none, none, &gotten) == ROOT_OK && gotten.pages == 0
	      && gotten.done == 0);
}

/* As many pages as root lends. */
static L4_Word_t fill(void)
{
	L4_Word_t n = 0, pages;

	while (put(n * PAGE, block.address, PAGE, &pages) == 1)
		n++;
	CHECK(pages == n);
	return n;
}

/* A task without the right takes as much memory as it gets, and is ended. Returns how much it had. */
static L4_Word_t take_all(void)
{
	struct root_populate_out at;
	L4_Word_t task = system_child("server"), used;

	for (unsigned log2 = PIECE_LOG2; log2 >= PAGE_LOG2; log2--)
		while (root_populate(ROOT, 1ul << log2, 0, &at) == ROOT_OK)
			;
	used = system_memory().used;
	machine_be(FIRST(1));
	CHECK(root_kill(ROOT, task, 0) == ROOT_OK);
	return used;
}

TEST(cache_back, "half of what is free is lent and counts as free; another task gets as much memory as "
		 "without, and what had copies there is gone")
{
	struct root_memory_out before, after;
	L4_Word_t without, pages, n;

	boot();
	without = take_all();
	before = system_memory();
	n = fill();
	after = system_memory();
	CHECK(n * PAGE > (before.free - before.kept) / 4 && n * PAGE <= (before.free - before.kept) / 2);
	CHECK(after.free == before.free && after.kept == before.kept && after.cached == n * PAGE);
	CHECK(take_all() == without && without > n * PAGE);
	CHECK(get((n - 1) * PAGE, block.address, PAGE, &pages) == 0 && pages < n);
	CHECK(system_memory().cached == pages * PAGE);
}

TEST(cache_end, "the store of a task that has ended has no copies, and another task can have it")
{
	L4_Word_t task, pages;

	machine_boot(CACHES);
	task = system_child("tool");
	make_block();
	CHECK(fill() > MANY && system_memory().cached > 0);
	machine_be(FIRST(1));
	CHECK(root_kill(ROOT, task, 0) == ROOT_OK && system_memory().cached == 0);
	make_block();
	CHECK(get(0, block.address, PAGE, &pages) == 0 && pages == 0 && fill() > MANY);
}

TEST(cache_looked_at, "a task that only asks for copies does not get the store")
{
	static const L4_Word_t none[ROOT_CACHE_PIECES];
	struct root_cache_get_out gotten;
	L4_Word_t pages;

	machine_boot(CACHES);
	system_child("tool");
	CHECK(root_cache_get(ROOT, 0, none, none, none, &gotten) == ROOT_OK && gotten.pages == 0);
	machine_be(FIRST(1));
	make_block();
	CHECK(put(0, block.address, PAGE, &pages) == 1);
}
