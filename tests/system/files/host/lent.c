/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lent.c - copies of blocks in memory that root lends and takes back at any time
 * (servers/files/cache/lent.c), with a store in place of root's.
 */
#include <stdlib.h>
#include <string.h>
#include <pecan/memory.h>

#include <servers/files/cache/cache.h>
#include <servers/files/cache/lent.h>
#include "fake.h"

enum { DISK_KIB = 16384, PAGE = 4096, STORE = 4096, BIG = 6 << 20, PIECE = 65536, STEPS = 4000,
       LENGTH = 5 << 20, LITTLE = 300, PARTS = 64 };

/* Pages that the store has, and may have. */
static struct { unsigned pages, most, puts, gets; char bytes[STORE][PAGE]; } store;

static char *page_of(L4_Word_t place) { return store.bytes[place / PAGE] + place % PAGE; }

void pecan_cache_put(struct pecan_cache *c)
{
	c->pages = store.pages;
	for (c->done = 0; c->done < c->n; c->done++) {
		L4_Word_t place = c->place[c->done], page = place / PAGE;

		CHECK(place % PAGE + c->bytes[c->done] <= PAGE);
		if (page > store.pages || page == store.most)
			return;
		if (page == store.pages)
			memset(store.bytes[store.pages++], 0, PAGE);
		memcpy(page_of(place), (const char *)c->address[c->done], c->bytes[c->done]);
		store.puts++;
	}
}

void pecan_cache_get(struct pecan_cache *c)
{
	c->pages = store.pages;
	for (c->done = 0; c->done < c->n && c->place[c->done] / PAGE < store.pages; c->done++) {
		memcpy((char *)c->address[c->done], page_of(c->place[c->done]), c->bytes[c->done]);
		store.gets++;
	}
}

/* Root takes back what is behind so many pages; what it had there is overwritten. */
static void take_back(unsigned pages)
{
	for (unsigned i = pages; i < store.pages; i++)
		memset(store.bytes[i], 0xee, PAGE);
	store.pages = store.pages < pages ? store.pages : pages;
}

/* ---- a file that is larger than the cache ---- */

static char model[BIG], seen[PIECE];

static void fill(void)
{
	L4_Word_t f;

	CHECK(fs_open("/big", FILES_WRITE | FILES_CREATE, &f) == FILES_OK);
	for (size_t at = 0; at < BIG; at += PIECE)
		CHECK(fs_write(f, at, model + at, PIECE) == PIECE);
	CHECK(fs_close(f) == FILES_OK);
}

/* Returns the requests of the disk that reading all of the file takes. */
static unsigned read_all(void)
{
	unsigned before = fake->requests;
	L4_Word_t f;

	CHECK(fs_open("/big", 0, &f) == FILES_OK);
	for (size_t at = 0; at < BIG; at += PIECE) {
		CHECK(fs_read(f, at, seen, PIECE) == PIECE);
		CHECK(memcmp(seen, model + at, PIECE) == 0);
	}
	CHECK(fs_close(f) == FILES_OK);
	return fake->requests - before;
}

static void read_twice(void)
{
	uint64_t least = fs_cached();

	CHECK(read_all() > 0 && read_all() == 0);
	CHECK(fs_cached() == least + (uint64_t)store.pages * PAGE && store.pages > BIG / PAGE / 4);
}

static void read_without(void)
{
	store.most = 0;
	CHECK(read_all() > 0 && read_all() > 0 && store.gets == 0);
}

static void read_again(void)
{
	read_all();
	take_back(store.pages / 2);
	CHECK(read_all() > 0);
	take_back(store.most = 0);
	CHECK(read_all() > 0);
	store.most = STORE;
	read_all();
	read_all();
	CHECK(store.pages > 0);
}

static void begin(const char *options)
{
	for (unsigned i = 0; i < BIG; i++)
		model[i] = (char)(i / 7 + i / PAGE);
	memset(&store, 0, sizeof store);
	store.most = STORE;
	disk_make(DISK_KIB, options);
	CHECK(life(fill, true));
}

TEST(lent_twice, "a file larger than the cache is read again without a request to the disk, from lent "
		 "memory, and not without that; also if blocks have 4 KiB")
{
	begin("-t ext4");
	CHECK(life(read_twice, false) && life(read_without, false));
	begin("-t ext4 -b 4096");
	CHECK(life(read_twice, false) && life(read_without, false));
}

TEST(lent_back, "what root takes back is read from the disk, and copied again when there is memory again")
{
	begin("-t ext4");
	CHECK(life(read_again, false));
}

/* ---- changes ---- */

static void write_first(void)
{
	uint64_t block;
	L4_Word_t f;

	read_all();
	read_all();
	block = fs_first_block("big");
	CHECK(block != 0 && lent_has(block));
	CHECK(fs_open("/big", FILES_WRITE, &f) == FILES_OK && fs_write(f, 9, "text", 4) == 4);
	CHECK(!lent_has(block) && lent_has(block + 1) && fs_read(f, 9, seen, 4) == 4);
	CHECK(memcmp(seen, "text", 4) == 0);
}

TEST(lent_drop, "a block that is changed has no copy any more, its neighbour has")
{
	begin("-t ext4");
	CHECK(life(write_first, false));
}

/* A read, or a write of a part, of whole blocks, of a new file. Root takes back some pages at times. */
static void step(L4_Word_t f)
{
	size_t at = (size_t)rand() % LENGTH, bytes = rand() % 2 ? 1 + (size_t)rand() % LITTLE : PIECE;

	if (rand() % 8 == 0)
		take_back((unsigned)rand() % (store.pages + 1));
	if (rand() % 32 == 0)
		store.most = (unsigned)rand() % (STORE / PARTS) * PARTS;
	if (rand() % 2)
		at -= at % PAGE;
	if (rand() % 3 == 0) {
		memset(model + at, rand(), bytes);
		CHECK(fs_write(f, at, model + at, bytes) == (long)bytes);
	} else {
		CHECK(fs_read(f, at, seen, bytes) == (long)bytes && memcmp(seen, model + at, bytes) == 0);
	}
	if (rand() % 64 == 0)
		CHECK(fs_sync(false) == FILES_OK);
}

static void change(void)
{
	L4_Word_t f;

	srand(7);
	CHECK(fs_open("/big", FILES_WRITE, &f) == FILES_OK);
	for (unsigned i = 0; i < STEPS; i++)
		step(f);
	CHECK(store.gets > STEPS / PARTS);
}

TEST(lent_changes, "reads see what was written last, in 4000 steps during which root takes pages back and "
		   "gives others; the file system is whole then")
{
	begin("-t ext4");
	CHECK(life(change, true) && disk_check("-fn") == 0);
	begin("-t ext4 -b 4096");
	CHECK(life(change, true) && disk_check("-fn") == 0);
}
