/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * portions.c - files of many runs of blocks are freed in portions, between which others are served.
 */
#include <stdio.h>

#include <servers/files/client.h>
#include <servers/files/runs.h>
#include <servers/files/volume.h>
#include "fake.h"

/* ROUNDS: portions of one sync; STEPS: of one request for another size. */
enum { BLOCK = 1024, DISK_KIB = 16384, RUNS = 6000, ROUNDS = 8, STEPS = 16, HOLDERS = 6 };

static char bytes[BLOCK];
static uint64_t free_before;

static bool make_runs(L4_Word_t *f)
{
	free_before = fs_free_blocks();
	if (fs_open("/x", FILES_WRITE | FILES_CREATE, f) != FILES_OK)
		return false;
	for (uint64_t i = 0; i < RUNS; i++)
		if (fs_write(*f, 2 * i * BLOCK, bytes, BLOCK) != BLOCK)
			return false;
	return fs_sync(true) == FILES_OK && fs_free_blocks() <= free_before - RUNS;
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
		CHECK(fs_free_blocks() - before <= (ROUNDS + 1) * (RUNS_MAX + RUNS_MAX / 2));
		CHECK(fs_put("/other", "text") == FILES_OK && fs_has("/other", "text"));
		requests++;
	}
	CHECK(requests >= RUNS / (ROUNDS * RUNS_MAX));
	CHECK(fs_unlink("/other") == FILES_OK && fs_sync(true) == FILES_OK && fs_free_blocks() == free_before);
}

TEST(FSRV0701, "a removed file of many runs is freed in portions: no request frees more than nine of them")
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
		CHECK(fs_free_blocks() - before <= (STEPS + 1) * (RUNS_MAX + RUNS_MAX / 2));
		CHECK(fs_put("/other", "text") == FILES_OK && fs_has("/other", "text"));
		requests++;
	} while (s == FILES_E_MORE);
	CHECK(requests >= RUNS / (STEPS * RUNS_MAX));
	CHECK(fs_read(f, 0, bytes, BLOCK) == BLOCK && fs_read(f, BLOCK + 1, bytes, BLOCK) == 0);
	CHECK(fs_unlink("/other") == FILES_OK && fs_close(f) == FILES_OK && fs_sync(true) == FILES_OK);
	CHECK(fs_free_blocks() >= free_before - 3);	/* one of the file, two of extents */
}

TEST(FSRV0703, "a file of many runs is shortened in portions: no request frees more than 17 of them")
{
	disk_make(DISK_KIB, "-t ext4");
	CHECK(life(shorten, true));
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
