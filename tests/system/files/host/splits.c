/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * splits.c - the power is cut (power.h) while blocks of extents are split.
 */
#include <stdlib.h>
#include <string.h>

#include <servers/files/file/operation.h>
#include <servers/files/repair/repair_parts.h>
#include <servers/files/volume/volume.h>
#include "fake.h"
#include "power.h"

/* ---- a file of many runs ---- */

/* CHANGES_MAX: what a split has left twice is one change. */
enum { RUNS_OF_FILE = 420, FILLED = 120, CUTS_OF_FILE = 24, CHANGES_MAX = 16 };

static void fill_holes(void)
{
	L4_Word_t f;

	CHECK(fs_open("/runs", FILES_WRITE | FILES_CREATE, &f) == FILES_OK);
	for (unsigned i = 0; i < RUNS_OF_FILE; i++)
		CHECK(fs_write(f, 2 * i * POWER_BLOCK, &(char){ (char)i }, 1) == 1);
	CHECK(fs_sync(true) == FILES_OK);
	power_record();
	for (unsigned i = 0; i < FILLED; i++)
		CHECK(fs_write(f, (2 * i + 1) * POWER_BLOCK, "x", 1) == 1);
	CHECK(fs_sync(false) == FILES_OK);
}

static void have_runs(void)
{
	L4_Word_t f;
	char c = 0;

	CHECK(volume && !volume_is_read_only() && !volume_is_unclean());
	CHECK(repair_counts.others <= CHANGES_MAX);
	CHECK(fs_open("/runs", 0, &f) == FILES_OK);
	for (unsigned i = 0; i < RUNS_OF_FILE; i++)
		CHECK(fs_read(f, 2 * i * POWER_BLOCK, &c, 1) == 1 && c == (char)i);
}

TEST(FSRV1104, "no power cut takes synced runs from a file whose blocks of extents are split, in two levels")
{
	unsigned cuts = getenv("LONG") ? 10 * CUTS_OF_FILE : CUTS_OF_FILE;

	srand(1);
	power_make("-t ext4");
	CHECK(life(fill_holes, false));
	for (unsigned n = 0; n < cuts; n++) {
		power_cut(1 + chance(power_count()), false);
		CHECK(life(have_runs, true) && disk_check("-fn") == 0);
	}
}


/* ---- a file with blocks that are only reserved, as Linux makes it ---- */

enum { RESERVED = 1000, STEP = 4, FIRST = 61, EACH = 83 };

static void make_empty(void)
{
	CHECK(fs_put("/runs", "") == FILES_OK);
}

/*
 * Each write divides a run of reserved blocks. Those that are recorded do so in the middle of a block of
 * extents, the 42nd of 83: the new block begins in the middle of that run.
 */
static void fill_reserved(void)
{
	L4_Word_t f;

	CHECK(fs_open("/runs", FILES_WRITE, &f) == FILES_OK);
	for (unsigned i = 0; i < RESERVED / STEP; i++)
		CHECK(fs_write(f, STEP * i * POWER_BLOCK, &(char){ (char)i }, 1) == 1);
	CHECK(fs_sync(true) == FILES_OK);
	power_record();
	for (unsigned i = FIRST; i < RESERVED / STEP; i += EACH)
		CHECK(fs_write(f, (STEP * i + 2) * POWER_BLOCK, "x", 1) == 1);
	CHECK(fs_sync(false) == FILES_OK);
}

static void have_written(void)
{
	L4_Word_t f;
	char c = 0;

	CHECK(volume && !volume_is_read_only() && !volume_is_unclean());
	CHECK(fs_open("/runs", 0, &f) == FILES_OK);
	for (unsigned i = 0; i < RESERVED / STEP; i++)
		CHECK(fs_read(f, STEP * i * POWER_BLOCK, &c, 1) == 1 && c == (char)i);
}

TEST(FSRV1107, "a run of reserved blocks in which a block of extents was split is repaired")
{
	srand(1);
	power_make("-t ext4");
	CHECK(life(make_empty, true));
	disk_debugfs("fallocate /runs 0 999");
	CHECK(life(fill_reserved, false));
	for (unsigned n = 0; n < CUTS_OF_FILE; n++) {
		power_cut(1 + chance(power_count()), false);
		CHECK(life(have_written, true) && disk_check("-fn") == 0);
	}
}

/* ---- a directory of many runs ---- */

/* All free blocks are single ones: two files that grow in turn take the disk, and one of them is removed. */
static void break_up(void)
{
	L4_Word_t a, b;
	uint64_t at = 0;

	CHECK(fs_open("/a", FILES_WRITE | FILES_CREATE, &a) == FILES_OK);
	CHECK(fs_open("/b", FILES_WRITE | FILES_CREATE, &b) == FILES_OK);
	while (fs_write(a, at, "a", 1) == 1 && fs_write(b, at, "b", 1) == 1)
		at += POWER_BLOCK;
	CHECK(fs_close(a) == FILES_OK && fs_unlink("/a") == FILES_OK && fs_sync(true) == FILES_OK);
}

/* The directory gets a block without names. */
static void lengthen(void)
{
	CHECK(ext2fs_expand_dir(volume, fs_inode("d")) == 0 && operation_end(0) == 0);
}

/* One block leads to the others, of which the last one is full. */
static bool is_full(void)
{
	struct ext2_extent_info i = { 0 };
	struct ext2fs_extent last;
	ext2_extent_handle_t h;

	if (ext2fs_extent_open(volume, fs_inode("d"), &h) != 0)
		return false;
	if (ext2fs_extent_get(h, EXT2_EXTENT_LAST_LEAF, &last) == 0)
		ext2fs_extent_get_info(h, &i);
	ext2fs_extent_free(h);
	return i.max_depth == 2 && i.num_entries == i.max_entries;
}

/* A name in the last block, in place of /y. */
static void name_in_last_block(void)
{
	static char bytes[POWER_BLOCK];
	struct ext2_dir_entry_2 *e = (struct ext2_dir_entry_2 *)bytes;
	ext2_ino_t folder = fs_inode("d");
	struct ext2_inode inode;
	blk64_t block = 0;

	CHECK(ext2fs_read_inode(volume, folder, &inode) == 0);
	CHECK(ext2fs_bmap2(volume, folder, NULL, NULL, 0, inode.i_size / POWER_BLOCK - 1, NULL, &block) == 0);
	CHECK(ext2fs_read_dir_block4(volume, block, bytes, 0, folder) == 0);
	e->inode = fs_inode("y");
	e->file_type = EXT2_FT_REG_FILE;
	e->name_len = 4;
	memcpy(e->name, "last", 4);
	CHECK(ext2fs_write_dir_block4(volume, block, bytes, 0, folder) == 0);
	CHECK(ext2fs_unlink(volume, EXT2_ROOT_INO, "y", 0, 0) == 0 && operation_end(0) == 0);
}

static void split_folder(void)
{
	break_up();
	CHECK(fs_put("/y", "text") == FILES_OK && fs_mkdir("/d") == FILES_OK);
	while (!is_full())
		lengthen();
	name_in_last_block();
	CHECK(fs_sync(true) == FILES_OK);
	power_record();
	lengthen();
	CHECK(!is_full());
	CHECK(fs_sync(false) == FILES_OK);
}

static void have_last_name(void)
{
	CHECK(volume && !volume_is_read_only() && !volume_is_unclean());
	CHECK(fs_has("/d/last", "text"));
}

TEST(FSRV1106, "no power cut takes a synced name from a directory whose blocks of extents are split")
{
	srand(1);
	power_make("-t ext4");
	CHECK(life(split_folder, false));
	for (unsigned n = 0; n < CUTS_OF_FILE; n++) {
		power_cut(1 + chance(power_count()), false);
		CHECK(life(have_last_name, true) && disk_check("-fn") == 0);
	}
}
