/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bitmaps.c - the blocks of bitmaps and descriptors have what libext2fs has in its memory after each
 * operation, though only what an operation has named is copied (state.h).
 */
#include <stdlib.h>
#include <string.h>

#include <pecan/endian.h>
#include <servers/files/cache/cache.h>
#include <servers/files/file/operation.h>
#include <servers/files/file/tree.h>
#include <servers/files/volume/sum.h>
#include <servers/files/volume/volume.h>
#include "fake.h"

enum { BLOCK = 1024, OPERATIONS = 300, FILES = 40, DISK_KIB = 8192, PATH = 64, BIG = 65536 };


static bool is_block(blk64_t block, const char *wanted, unsigned n)
{
	const char *now = cache_read(NULL, block);

	return now && memcmp(now, wanted, n) == 0;
}

static bool are_blocks_kept(dgrp_t g)
{
	static char bits[BLOCK];
	unsigned n = volume->super->s_blocks_per_group;
	blk64_t first = ext2fs_group_first_block2(volume, g), end = ext2fs_blocks_count(volume->super);

	if (ext2fs_bg_flags_test(volume, g, EXT2_BG_BLOCK_UNINIT))
		return true;
	memset(bits, 0xff, sizeof bits);
	for (unsigned i = 0; i < n && first + i < end; i++)
		if (!ext2fs_test_block_bitmap2(volume->block_map, first + i))
			ext2fs_clear_bit(i, bits);
	return is_block(ext2fs_block_bitmap_loc(volume, g), bits, BLOCK)
	       && ext2fs_block_bitmap_csum_verify(volume, g, bits, (int)n / 8);
}

static bool are_inodes_kept(dgrp_t g)
{
	static char bits[BLOCK];
	unsigned n = volume->super->s_inodes_per_group;

	if (ext2fs_bg_flags_test(volume, g, EXT2_BG_INODE_UNINIT))
		return true;
	memset(bits, 0xff, sizeof bits);
	for (unsigned i = 0; i < n; i++)
		if (!ext2fs_test_inode_bitmap2(volume->inode_map, g * n + i + 1))
			ext2fs_clear_bit(i, bits);
	return is_block(ext2fs_inode_bitmap_loc(volume, g), bits, BLOCK)
	       && ext2fs_inode_bitmap_csum_verify(volume, g, bits, (int)n / 8);
}

/* libext2fs clears the flag of a group in which it only looks for an inode: that one may be late. */
static bool is_descriptor_kept(dgrp_t g)
{
	unsigned size = EXT2_DESC_SIZE(volume->super), in_block = BLOCK / size;
	const char *now = cache_read(NULL, ext2fs_descriptor_block_loc2(volume, 1, g / in_block));
	const struct ext2_group_desc *d = (const void *)(now + g % in_block * size);

	return now && ((le16(d->bg_flags) & EXT2_BG_INODE_UNINIT)
		       || memcmp(d, ext2fs_group_desc(volume, volume->group_desc, g), size) == 0);
}

static bool are_kept(void)
{
	bool are = true;

	for (dgrp_t g = 0; g < volume->group_desc_count; g++)
		are &= is_descriptor_kept(g) && are_blocks_kept(g) && are_inodes_kept(g);
	return are;
}

static const char *any_path(void)
{
	static char path[PATH];

	snprintf(path, sizeof path, rand() % 2 ? "/%u" : "/d/%050u", (unsigned)rand() % FILES);
	return path;
}

static void write_some(void)
{
	static const char bytes[BIG];
	size_t n = (size_t)rand() % (rand() % 2 ? BIG : 3 * BLOCK) + 1;
	L4_Word_t f;

	if (fs_open(any_path(), FILES_WRITE | FILES_CREATE, &f) != FILES_OK)
		return;
	fs_write(f, (uint64_t)rand() % (4 * BIG), bytes, n);
	if (rand() % 4 == 0)
		fs_resize(f, (uint64_t)rand() % BIG);
	fs_close(f);
}

/* An operation that is taken back at its end. */
static void undo_one(void)
{
	ext2_ino_t inode;

	tree_create("/undone", &inode);
	CHECK(operation_end(EXT2_ET_NO_MEMORY) != 0);
	CHECK(fs_look("/undone", false) == FILES_E_ABSENT);
}

static void operate(void)
{
	const char *path = any_path();

	switch (rand() % 8) {
	case 0: fs_unlink(path); break;
	case 1: fs_mkdir(path); break;
	case 2: fs_rmdir(path); break;
	case 3: fs_symlink("a target that is longer than the sixty bytes that an inode has for it", path); break;
	case 4: fs_sync(rand() % 2); break;
	case 5: undo_one(); break;
	default: write_some(); break;
	}
}

static void operate_often(void)
{
	for (unsigned i = 0; i < OPERATIONS; i++) {
		operate();
		if (!are_kept()) {
			printf("    operation %u\n", i);
			CHECK(false);
			return;
		}
	}
}

/* A directory of several blocks. */
static void fill(void)
{
	char path[PATH];

	CHECK(fs_mkdir("/d") == FILES_OK);
	for (unsigned i = 0; i < FILES; i++) {
		snprintf(path, sizeof path, "/d/%050u", i);
		CHECK(fs_put(path, "x") == FILES_OK);
	}
}

/* Groups are small: some have bitmaps when they are used first. The directory has an htree. */
static void compare(const char *options)
{
	disk_make(DISK_KIB, options);
	srand(1);
	CHECK(life(fill, true));
	CHECK(disk_check("-fyD") <= 1);
	CHECK(life(operate_often, false));
	CHECK(life(operate_often, true));
	CHECK(disk_check("-fn") == 0);
}

TEST(FSRV1301, "after each operation the blocks of all groups have the bitmaps and sums of libext2fs")
{
	compare("-t ext4 -g 512 -G 4");
	compare("-t ext4 -g 512 -O ^metadata_csum,uninit_bg");
	compare("-t ext2 -g 1024");
}

/* ---- what a split reads ---- */

enum { SPLITS = 200 };

/* Blocks of the htree are split; each block that is taken for that is noted. */
static void split_htree(void)
{
	uint64_t most = 0;
	char path[PATH];

	CHECK(fs_put("/x", "text") == FILES_OK);
	for (unsigned i = FILES; i < SPLITS; i++) {
		uint64_t before = cache_reads();

		snprintf(path, sizeof path, "/d/%050u", i);
		CHECK(fs_link("/x", path) == FILES_OK);
		most = cache_reads() - before > most ? cache_reads() - before : most;
		CHECK(are_kept());
	}
	CHECK(most < volume->group_desc_count);
}

TEST(FSRV1302, "a split of a block of an htree does not read the bitmaps of all groups")
{
	disk_make(DISK_KIB, "-t ext4 -g 256 -N 2048 -O ^metadata_csum,^uninit_bg");
	CHECK(life(fill, true));
	CHECK(disk_check("-fyD") <= 1);
	CHECK(life(split_htree, true));
	CHECK(disk_check("-fn") == 0);
}

/* ---- the sum of a change ---- */

TEST(FSRV1303, "the sum of a block is changed as the new one's is: 2,000 changes of blocks of up to 64 KiB")
{
	static char was[SUM_BYTES_MAX], is[SUM_BYTES_MAX];
	unsigned seed = 1;

	for (unsigned i = 0; i < 2000; i++) {
		unsigned all = 1u << (3 + rand_r(&seed) % 14), at = (unsigned)rand_r(&seed) % all;
		unsigned bytes = 1 + (unsigned)rand_r(&seed) % (all - at);
		const unsigned char *old = (const unsigned char *)was, *new = (const unsigned char *)is;
		uint32_t sum;

		if (i % 2 && bytes > 8)
			bytes = 8;
		for (unsigned k = 0; k < all; k++)
			is[k] = was[k] = (char)rand_r(&seed);
		for (unsigned k = at; k < at + bytes; k++)
			is[k] = (char)rand_r(&seed);
		sum = ext2fs_crc32c_le(i, old, all) ^ sum_of_change(was + at, is + at, at, bytes, all);
		CHECK(sum == ext2fs_crc32c_le(i, new, all));
	}
}
