/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * portions.c - files of many runs of blocks are freed in portions, between which others are served.
 */
#include <stdio.h>
#include <string.h>

#include <pecan/file_clients.h>
#include <servers/files/cache/keep.h>
#include <servers/files/cache/pending.h>
#include <servers/files/file/content.h>
#include <servers/files/file/tree.h>
#include <servers/files/file/truncate.h>
#include <servers/files/volume/volume.h>
#include "fake.h"

enum { BLOCK = 1024, DISK_KIB = 16384, RUNS = 1500, HOLDERS = 6, LARGE = 4096,
       PORTION = 512, PORTION_RUNS = 16, FRESH = 8, LEAVES = 3 };	/* for one request */

static char bytes[BLOCK];
static uint64_t free_before;

static bool make_some_runs(L4_Word_t *f, unsigned runs)
{
	free_before = fs_free_blocks();
	if (fs_open("/x", FILES_WRITE | FILES_CREATE, f) != FILES_OK)
		return false;
	for (uint64_t i = 0; i < runs; i++)
		if (fs_write(*f, 2 * i * BLOCK, bytes, BLOCK) != BLOCK)
			return false;
	return fs_sync(true) == FILES_OK && fs_free_blocks() <= free_before - runs;
}

static bool make_runs(L4_Word_t *f)
{
	return make_some_runs(f, RUNS);
}

static void remove_runs(void)
{
	unsigned requests = 0;
	bool more = true;
	L4_Word_t f;

	CHECK(make_runs(&f) && fs_close(f) == FILES_OK && fs_unlink("/x") == FILES_OK);
	while (more) {
		uint64_t before = fs_free_blocks();

		CHECK(fs_sync_once(true, &more) == FILES_OK);
		CHECK(fs_free_blocks() - before <= 3 * PORTION_RUNS);
		CHECK(fs_put("/other", "text") == FILES_OK && fs_has("/other", "text"));
		requests++;
	}
	CHECK(requests >= RUNS / PORTION_RUNS);
	CHECK(fs_unlink("/other") == FILES_OK && fs_sync(true) == FILES_OK && fs_free_blocks() == free_before);
}

TEST(FSRV0701, "a removed file of many runs is freed in portions: no request frees more than one of 16 runs")
{
	disk_make(DISK_KIB, "-t ext4");
	CHECK(life(remove_runs, true));
	CHECK(disk_check("-fn") == 0);
}

static void remove_and_end(void)
{
	L4_Word_t f;
	bool more;

	CHECK(make_runs(&f) && fs_close(f) == FILES_OK && fs_unlink("/x") == FILES_OK);
	CHECK(fs_sync_once(true, &more) == FILES_OK && more);
}

static void go_on(void)
{
	uint64_t before = fs_free_blocks();

	CHECK(fs_sync(true) == FILES_OK && fs_free_blocks() > before + RUNS / 2);
}

TEST(FSRV0702, "a server that is started again frees the rest of a removed file")
{
	disk_make(DISK_KIB, "-t ext4");
	CHECK(life(remove_and_end, false));
	CHECK(life(go_on, true));
	CHECK(disk_check("-fn") == 0);
}

static void shorten(void)
{
	enum files_status s;
	unsigned requests = 0;
	L4_Word_t f;

	CHECK(make_runs(&f));
	do {
		uint64_t before = fs_free_blocks();

		s = fs_resize_once(f, BLOCK + 1);
		CHECK(s == FILES_OK || s == FILES_E_MORE);
		CHECK(fs_free_blocks() - before <= 3 * PORTION_RUNS);
		CHECK(fs_put("/other", "text") == FILES_OK && fs_has("/other", "text"));
		requests++;
	} while (s == FILES_E_MORE);
	CHECK(requests >= RUNS / PORTION_RUNS);
	CHECK(fs_read(f, 0, bytes, BLOCK) == BLOCK && fs_read(f, BLOCK + 1, bytes, BLOCK) == 0);
	CHECK(fs_unlink("/other") == FILES_OK && fs_close(f) == FILES_OK && fs_sync(true) == FILES_OK);
	CHECK(fs_free_blocks() >= free_before - 3);	/* one of the file, two of extents */
}

TEST(FSRV0703, "a file of many runs is shortened in portions: no request frees more than one of 16 runs")
{
	disk_make(DISK_KIB, "-t ext4");
	CHECK(life(shorten, true));
	CHECK(disk_check("-fn") == 0);
}

/* One run of blocks, as far as there are such. */
static void use_large(void)
{
	static char many[64 * BLOCK];
	enum files_status s = FILES_E_MORE;
	uint64_t before;
	unsigned n = 0;
	bool more = true;
	L4_Word_t f;

	CHECK(fs_open("/x", FILES_WRITE | FILES_CREATE, &f) == FILES_OK);
	for (uint64_t at = 0; at < LARGE * BLOCK; at += sizeof many)
		CHECK(fs_write(f, at, many, sizeof many) == sizeof many);
	CHECK(fs_sync(true) == FILES_OK);
	for (; s == FILES_E_MORE && n < LARGE; n++) {
		before = fs_free_blocks();
		s = fs_resize_once(f, LARGE / 2 * BLOCK);
		CHECK(fs_free_blocks() - before <= PORTION + 1);
	}
	CHECK(s == FILES_OK && n >= LARGE / 2 / PORTION);
	CHECK(fs_sync(true) == FILES_OK && fs_close(f) == FILES_OK && fs_unlink("/x") == FILES_OK);
	for (n = 0; more && n < LARGE; n++) {
		before = fs_free_blocks();
		CHECK(fs_sync_once(true, &more) == FILES_OK && fs_free_blocks() - before <= PORTION + 1);
	}
	CHECK(!more && n >= LARGE / 2 / PORTION);
}

TEST(FSRV0709, "a large file of one run is freed, and shortened, by 512 blocks for one request")
{
	disk_make(DISK_KIB, "-t ext4");
	CHECK(life(use_large, true));
	CHECK(disk_check("-fn") == 0);
}

/* ---- removed files that are open ---- */

static void hold_all(void)
{
	char path[32];
	L4_Word_t f;

	for (unsigned i = 0; i < HOLDERS * OPEN_OF_ONE; i++) {
		snprintf(path, sizeof path, "/f%u", i);
		if (i % OPEN_OF_ONE == 0)
			fs_client(OTHER + 1 + i / OPEN_OF_ONE);
		CHECK(fs_open(path, FILES_WRITE | FILES_CREATE, &f) == FILES_OK && fs_unlink(path) == FILES_OK);
	}
	fs_use_client(CLIENT);
	CHECK(fs_open("/mine", FILES_WRITE | FILES_CREATE, &f) == FILES_OK && fs_unlink("/mine") == FILES_OK);
	CHECK(fs_sync(true) == FILES_OK && fs_write(f, 0, bytes, BLOCK) == BLOCK);
}

TEST(FSRV0704, "clients that remove all files that they may open keep no other from removing an open one")
{
	disk_make(DISK_KIB, "-t ext4");
	CHECK(life(hold_all, true));
}

/* ---- the list of what is to be freed ---- */

enum {
	SEVEN = 7 * TRUNCATE_EXTENTS - TRUNCATE_EXTENTS / 2,
	OF_PAIR = 1000, NAMES = 1100, SYNCS = 200, SPREAD = 400,
};

static unsigned *requests;		/* of the disk: after so many the server ends */

static enum files_status of_file(unsigned i, bool put)
{
	char path[32];

	snprintf(path, sizeof path, "/f%u", i);
	return put ? fs_put(path, "") : fs_unlink(path);
}

/* The sync that frees the last portion leaves to the next one to write what that has changed. */
static void remove_seven(void)
{
	bool more;
	L4_Word_t f;

	CHECK(make_some_runs(&f, SEVEN) && fs_close(f) == FILES_OK && fs_unlink("/x") == FILES_OK);
	do {
		CHECK(fs_sync_once(true, &more) == FILES_OK);
		CHECK(!(volume->super->s_state & EXT2_VALID_FS) == more);
	} while (more);
	CHECK(pending_count() == 0);
}

TEST(FSRV0705, "the disk is not marked clean before the last portion is on it")
{
	disk_make(DISK_KIB, "-t ext4");
	CHECK(life(remove_seven, false));
	CHECK(disk_check("-fn") == 0);
}

/* Blocks of one are between those of the other. */
static void make_pair(const char *a, const char *b)
{
	L4_Word_t f, g;

	CHECK(fs_open(a, FILES_WRITE | FILES_CREATE, &f) == FILES_OK);
	CHECK(fs_open(b, FILES_WRITE | FILES_CREATE, &g) == FILES_OK);
	for (uint64_t i = 0; i < OF_PAIR; i++) {
		CHECK(fs_write(f, 2 * i * BLOCK, bytes, BLOCK) == BLOCK);
		CHECK(fs_write(g, 2 * i * BLOCK, bytes, BLOCK) == BLOCK);
	}
	CHECK(fs_close(f) == FILES_OK && fs_close(g) == FILES_OK);
}

static void shorten_at_once(const char *name)
{
	uint64_t before = fs_free_blocks();
	bool again = false;

	CHECK(content_resize(fs_inode(name), BLOCK + 1, &again) == 0 && again);
	CHECK(fs_free_blocks() == before);
}

static void shorten_while_others_free(void)
{
	bool more;

	make_pair("/a", "/b");
	make_pair("/c", "/d");
	make_pair("/e", "/f");
	CHECK(fs_sync(true) == FILES_OK && fs_unlink("/a") == FILES_OK && fs_unlink("/b") == FILES_OK);
	CHECK(fs_unlink("/c") == FILES_OK && fs_unlink("/d") == FILES_OK && fs_unlink("/e") == FILES_OK);
	CHECK(fs_sync_once(false, &more) == FILES_OK);
	shorten_at_once("f");
}

static void shorten_with_just_room(void)
{
	make_pair("/a", "/b");
	while (pending_fits(TRUNCATE_EXTENTS))
		CHECK(pending_add(PENDING_INODE, EXT2_FIRST_INO(volume->super), 1));
	pending_remove(0);
	shorten_at_once("a");
}

TEST(FSRV0706, "no block is free before its file is shortened on the disk, however much others have removed")
{
	disk_make(DISK_KIB, "-t ext4");
	CHECK(life(shorten_while_others_free, false));
	disk_make(DISK_KIB, "-t ext4");
	CHECK(life(shorten_with_just_room, false));
}

static void remove_without_sync(void)
{
	bool more;

	for (unsigned i = 0; i < NAMES; i++)
		CHECK(of_file(i, true) == FILES_OK);
	CHECK(fs_sync(true) == FILES_OK);
	fake->bad_flushes = 2 * NAMES;
	for (unsigned i = 0; i < NAMES; i++)
		of_file(i, false);
	fake->bad_flushes = 0;
	CHECK(of_file(NAMES - 1, false) == FILES_E_MORE && of_file(NAMES - 1, false) == FILES_OK);
	for (unsigned i = 0; i < SYNCS && (i == 0 || more); i++)
		fs_sync_once(true, &more);
	CHECK(!more && pending_count() == 0);
}

TEST(FSRV0707, "removed names never take all places of what is to be freed, or none could be freed")
{
	disk_make(DISK_KIB, "-t ext4");
	CHECK(life(remove_without_sync, true));
}

static void remove_spread(void)
{
	bool more;

	for (unsigned i = 0; i < SPREAD; i++)
		CHECK(of_file(i, true) == FILES_OK);
	CHECK(fs_sync(true) == FILES_OK);
	for (unsigned i = 0; i < SPREAD; i++)
		CHECK(of_file(i, false) == FILES_OK);
	CHECK(pending_count() > SPREAD / 2);
	fake->end_at = fake->requests + *requests;
	fs_sync_once(true, &more);
}

static void be_clean(void)
{
	CHECK(!keep_is_unclean());
}

TEST(FSRV0708, "a server may end while it frees files whose inodes are in more blocks than are kept")
{
	enum { FIRST = 5, STEP = 25, LAST = 230 };

	requests = fake_shared(sizeof *requests);
	for (*requests = FIRST; *requests < LAST; *requests += STEP) {
		disk_make(DISK_KIB, "-t ext4 -b 4096 -I 4096 -N 1024");
		life_status(remove_spread, false);
		fake->end_at = 0;
		CHECK(life(be_clean, true));
		CHECK(disk_check("-fn") == 0);
	}
}

/* Of a range in which every second block is there. */
static void fill_runs(void)
{
	static char all[64 * BLOCK], found[64 * BLOCK];
	uint64_t done = 0;
	L4_Word_t f;

	CHECK(make_runs(&f));
	for (unsigned i = 0; i < sizeof all; i++)
		all[i] = (char)(i / 7);
	while (done < sizeof all) {
		uint64_t before = fs_free_blocks();
		long put = fs_write(f, done, all + done, sizeof all - done);

		CHECK(put > 0 && before - fs_free_blocks() <= FRESH + LEAVES);
		if (put <= 0)
			return;
		done += (uint64_t)put;
	}
	CHECK(fs_read(f, 0, found, sizeof found) == (long)sizeof found && memcmp(found, all, sizeof all) == 0);
}

TEST(FSRV0710, "a write adds at most 8 KiB to a file of many runs; the rest of its bytes is left to others")
{
	disk_make(DISK_KIB, "-t ext4");
	CHECK(life(fill_runs, true));
	CHECK(disk_check("-fn") == 0);
}
