/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bits.c - bitmaps that are read when they are needed (servers/files/volume/bits.c): how many, and one that
 * is wrong.
 */
#include <servers/files/cache/cache.h>
#include <servers/files/volume/volume.h>
#include "fake.h"

enum { KIB = 32768, GROUPS = 128, READS_MOST = 40, BLOCK = 1024 };

static void find_mount_reads(void)
{
	uint64_t before = cache_reads();

	CHECK(volume->group_desc_count == GROUPS && before < READS_MOST);
	CHECK(fs_put("/x", "text") == FILES_OK && cache_reads() - before < READS_MOST);
}

TEST(FSRV2201, "a mount reads no bitmap, and a new file those of the groups that it changes, of 128 groups")
{
	disk_make(KIB, "-t ext4 -g 256 -N 1024 -O ^metadata_csum,^uninit_bg,^resize_inode");
	CHECK(life(find_mount_reads, true));
	CHECK(disk_check("-fn") == 0);
}

static void damage_bitmap(void)
{
	CHECK(fs_put("/sound", "sound") == FILES_OK && fs_sync(true) == FILES_OK);
	disk_bytes[ext2fs_block_bitmap_loc(volume, 0) * BLOCK + 100] ^= 1;
}

static void make_elsewhere(void)
{
	CHECK(fs_has("/sound", "sound") && fs_put("/more", "more") == FILES_OK && fs_has("/more", "more"));
	CHECK(ext2fs_group_of_blk2(volume, fs_first_block("more")) != 0 && fs_reports() == 0);
	CHECK(fs_unlink("/sound") == FILES_OK && fs_sync(true) == FILES_OK && fs_reports() > 0);
	CHECK(fs_put("/last", "last") == FILES_OK && fs_sync(true) == FILES_OK && volume_is_unclean());
}

TEST(FSRV2202, "in a group whose bitmap of blocks is wrong nothing is free or freed; others are used")
{
	disk_make(KIB, "-t ext4 -g 8192");
	CHECK(life(damage_bitmap, true));
	CHECK(life(make_elsewhere, true));
	CHECK(disk_check("-fy") <= 1 && disk_check("-fn") == 0);
}
