/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sums.c - the checksums of blocks of directories (dir_sum.h), against libext2fs.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pecan/files.h>
#include <servers/files/cache/cache.h>
#include <servers/files/names/dir_sum.h>
#include <servers/files/names/names.h>
#include <servers/files/volume/volume.h>
#include "fake.h"

enum { DISK_KIB = 8192, NAMES = 150, CHANGES = 400, PATH = 256, BLOCK_MAX = 4096, LONGEST = 90 };

static unsigned name_bytes;

static const char *name_of(unsigned n)
{
	static char name[PATH];

	snprintf(name, sizeof name, "/d/%0*u", (int)(name_bytes + n % 5), n);
	return name;
}

static uint64_t block_of(const char *directory, unsigned n)
{
	ext2_ino_t inode;
	blk64_t block = 0;

	CHECK(ext2fs_lookup(volume, EXT2_ROOT_INO, directory, 1, NULL, &inode) == 0);
	CHECK(ext2fs_bmap2(volume, inode, NULL, NULL, 0, n, NULL, &block) == 0);
	return block;
}

/* All blocks of /d; libext2fs verifies each. */
static bool are_right(void)
{
	static char bytes[BLOCK_MAX];
	struct ext2_inode inode;
	ext2_ino_t directory;

	if (ext2fs_lookup(volume, EXT2_ROOT_INO, "d", 1, NULL, &directory)
	    || ext2fs_read_inode(volume, directory, &inode))
		return false;
	for (unsigned i = 0; i < inode.i_size / volume->blocksize; i++)
		if (ext2fs_read_dir_block4(volume, block_of("d", i), bytes, 0, directory))
			return false;
	return true;
}

/* Makes name n; one that is there moves to m, or is removed if m is there. */
static void change(bool *there, unsigned n, unsigned m)
{
	char path[PATH];
	bool moves = !there[m];
	L4_Word_t f;

	strcpy(path, name_of(n));
	if (!there[n]) {
		CHECK(fs_open(path, FILES_WRITE | FILES_CREATE | FILES_EXCLUSIVE, &f) == FILES_OK);
		CHECK(fs_close(f) == FILES_OK);
	} else if (moves) {
		CHECK(fs_rename(path, name_of(m)) == FILES_OK);
		there[m] = true;
	} else {
		CHECK(fs_unlink(path) == FILES_OK);
	}
	there[n] = !there[n];
}

static void change_names(void)
{
	bool there[NAMES] = { false };

	CHECK(fs_mkdir("/d") == FILES_OK && fs_mkdir("/e") == FILES_OK);
	srand(name_bytes);
	for (unsigned i = 0; i < CHANGES; i++) {
		change(there, (unsigned)rand() % NAMES, (unsigned)rand() % NAMES);
		CHECK(are_right());
	}
	CHECK(fs_rename("/d", "/e/d") == FILES_OK && fs_rename("/e/d", "/d") == FILES_OK);	/* .. */
	CHECK(are_right());
}

static void compare(const char *options)
{
	disk_make(DISK_KIB, options);
	for (name_bytes = 1; name_bytes <= LONGEST; name_bytes += LONGEST - 1) {
		CHECK(life(change_names, true));
		CHECK(disk_check("-fn") == 0);
		disk_make(DISK_KIB, options);
	}
}

TEST(FSRV1901, "the sums of all blocks of a directory are those of libext2fs after each of many changes")
{
	compare("-t ext4");
	compare("-t ext4 -b 2048");
	compare("-t ext4 -b 4096");
}

static uint64_t names;		/* the block of /d */

static void fill(void)
{
	CHECK(fs_mkdir("/d") == FILES_OK && fs_mkdir("/e") == FILES_OK && fs_put("/d/x", "text") == FILES_OK);
}

/* Bytes of the block that the server has, without its sum. */
static void change_behind(void)
{
	char *bytes = malloc(volume->blocksize);

	CHECK(io_channel_read_blk64(volume->io, names, 1, bytes) == 0);
	bytes[volume->blocksize / 2] ^= 1;
	CHECK(io_channel_write_blk64(volume->io, names, 1, bytes) == 0);
	free(bytes);
}

static void look_after_change(void)
{
	char *bytes = malloc(volume->blocksize);
	ext2_ino_t d, e;

	names = block_of("d", 0);
	CHECK(ext2fs_lookup(volume, EXT2_ROOT_INO, "d", 1, NULL, &d) == 0);
	CHECK(ext2fs_lookup(volume, EXT2_ROOT_INO, "e", 1, NULL, &e) == 0);
	CHECK(dir_sum_read(d, names, bytes) == 0 && dir_sum_read(d, names, bytes) == 0);
	CHECK(dir_sum_read(e, names, bytes) == EXT2_ET_DIR_CSUM_INVALID);
	CHECK(dir_sum_read(d, names, bytes) == 0);
	change_behind();
	CHECK(dir_sum_read(d, names, bytes) == EXT2_ET_DIR_CSUM_INVALID);
	CHECK(dir_sum_read(d, names, bytes) == EXT2_ET_DIR_CSUM_INVALID);
	free(bytes);
}

TEST(FSRV1902, "a verified block is verified again for another directory, and after other code changed it")
{
	disk_make(DISK_KIB, "-t ext4");
	CHECK(life(fill, true));
	CHECK(life(look_after_change, false));
}

static void read_twice(void)
{
	char *bytes = malloc(volume->blocksize);
	const char *at;
	ext2_ino_t d;

	names = block_of("d", 0);
	CHECK(ext2fs_lookup(volume, EXT2_ROOT_INO, "d", 1, NULL, &d) == 0);
	CHECK(dir_sum_read(d, names, bytes) == 0 && *cache_notes(names, &at) == d);
	CHECK(fs_put("/d/y", "text") == FILES_OK && *cache_notes(names, &at) == d);
	CHECK(fs_unlink("/d/y") == FILES_OK && *cache_notes(names, &at) == d);
	free(bytes);
}

TEST(FSRV1903, "a block counts as verified when it was read, and after a name was made and removed in it")
{
	disk_make(DISK_KIB, "-t ext4");
	CHECK(life(fill, true));
	CHECK(life(read_twice, false));
}
