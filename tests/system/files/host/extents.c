/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * extents.c - files in runs of one block each, with holes and with blocks that are not written yet: what is
 * read through the tree of extents, against what was written; and reads in pieces.
 */
#include <stdio.h>
#include <string.h>

#include <servers/files/names/work.h>
#include <servers/files/volume/volume.h>
#include "fake.h"

enum {
	DISK_KIB = 16384, BLOCK = 1024, BLOCKS = 1500, READ = 65536, ODD = 40961, STEP = 7, HOLES = 3,
	LITTLE = 4000,			/* work that a piece has left */
	ROOT_TOO_DEEP = 6 << 16 | 4,	/* eh_depth and eh_max */
};

static char written[BLOCKS * BLOCK], seen[READ];
static struct progress progress;

/* ---- a file ---- */

static bool is_hole(unsigned n)
{
	return n % HOLES == 2 || (n >= BLOCKS / 2 && n < BLOCKS / 2 + 100);
}

static void fill_model(void)
{
	for (unsigned n = 0; n < BLOCKS; n++)
		if (!is_hole(n))
			for (unsigned i = 0; i < BLOCK; i++)
				written[n * BLOCK + i] = (char)(n * 31 + i);
}

/* In an order in which no block is behind the one that was written before it. */
static void make_file(void)
{
	L4_Word_t f;

	fill_model();
	CHECK(fs_open("/runs", FILES_WRITE | FILES_CREATE, &f) == FILES_OK);
	for (unsigned i = 0, n = 0; i < BLOCKS; i++, n = (n + STEP) % BLOCKS)
		if (!is_hole(n))
			CHECK(fs_write(f, n * BLOCK, written + n * BLOCK, BLOCK) == BLOCK);
	CHECK(fs_resize(f, BLOCKS * BLOCK) == FILES_OK);
}

static void read_whole(L4_Word_t f, unsigned step)
{
	for (uint64_t at = 0; at < BLOCKS * BLOCK; at += step) {
		size_t left = BLOCKS * BLOCK - at, wanted = left < READ ? left : READ;

		CHECK(fs_read(f, at, seen, READ) == (long)wanted);
		CHECK(memcmp(seen, written + at, wanted) == 0);
	}
}

static void read_file(void)
{
	L4_Word_t f;

	fill_model();
	CHECK(fs_open("/runs", 0, &f) == FILES_OK);
	read_whole(f, READ);
	read_whole(f, ODD);
}

/* Also over blocks that are not written yet. */
static void write_again(void)
{
	L4_Word_t f;

	fill_model();
	CHECK(fs_open("/runs", FILES_WRITE, &f) == FILES_OK);
	for (unsigned n = 2; n < BLOCKS; n += HOLES * STEP) {
		memset(written + n * BLOCK, 'w', BLOCK);
		CHECK(fs_write(f, n * BLOCK, written + n * BLOCK, BLOCK) == BLOCK);
	}
	read_whole(f, READ);
}

TEST(FSRV2601, "a file of runs of a block each, with holes and unwritten blocks, is read as it was written")
{
	disk_make(DISK_KIB, "-t ext4");
	CHECK(life(make_file, true) && life(read_file, false));
	CHECK(strstr(disk_debugfs("stat /runs"), "(ETB1)"));
	disk_debugfs("fallocate /runs 0 1499");
	CHECK(life(read_file, false) && life(write_again, true));
	CHECK(disk_check("-fn") == 0);
	disk_make(DISK_KIB, "-t ext2");
	CHECK(life(make_file, true) && life(read_file, false));
}

static void read_damaged(void)
{
	L4_Word_t f;

	CHECK(fs_open("/runs", 0, &f) == FILES_OK);
	CHECK(fs_read(f, 0, seen, READ) == -FILES_E_DEVICE);
}

TEST(FSRV2602, "a tree with more levels than a file can need, or with a wrong checksum, is not read")
{
	char command[64];
	unsigned long block;
	const char *at;

	disk_make(DISK_KIB, "-t ext4");
	CHECK(life(make_file, true));
	at = strstr(disk_debugfs("stat /runs"), "(ETB0):");
	CHECK(at && sscanf(at, "(ETB0):%lu", &block) == 1);
	disk_bytes[block * BLOCK + BLOCK / 2] ^= 1;
	CHECK(life(read_damaged, false));
	disk_bytes[block * BLOCK + BLOCK / 2] ^= 1;
	CHECK(life(read_file, false));
	snprintf(command, sizeof command, "sif /runs block[1] %d", ROOT_TOO_DEEP);
	disk_debugfs(command);
	CHECK(life(read_damaged, false));
}

/* ---- in pieces ---- */

/* A message whose work is almost used up. */
static long read_piece(L4_Word_t f, uint64_t at)
{
	long n;

	progress.used = WORK_MAX - LITTLE;
	work_begin(&progress);
	n = fs_read(f, at, seen, READ);
	work_begin(NULL);
	return n;
}

static void read_in_pieces(void)
{
	L4_Word_t f, other;
	size_t before = 0;
	long n;

	fill_model();
	CHECK(fs_open("/runs", 0, &f) == FILES_OK);
	while ((n = read_piece(f, BLOCK)) == -FILES_E_MORE && progress.read > before)
		before = progress.read;
	CHECK(before > READ / 2 && n == READ && memcmp(seen, written + BLOCK, READ) == 0);
	progress.read = 0;
	CHECK(read_piece(f, 0) == -FILES_E_MORE);
	n = (long)progress.read;
	CHECK(fs_open("/runs", FILES_WRITE, &other) == FILES_OK && fs_resize(other, 1) == FILES_OK);
	CHECK(n > 0 && read_piece(f, 0) == n);
}

TEST(FSRV2603, "a read that used up its work continues behind its bytes; it ends where the file is shortened")
{
	disk_make(DISK_KIB, "-t ext4");
	CHECK(life(make_file, true) && life(read_in_pieces, false));
}
