/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * inodes.c - what the server notes of inodes: that one is verified, and how many of its names are removed.
 */
#include <servers/files/cache/cache.h>
#include <servers/files/cache/pending.h>
#include <servers/files/file/operation.h>
#include <servers/files/volume/inode.h>
#include <servers/files/volume/volume.h>
#include "fake.h"

enum { FILES = 60, OTHERS = 8, PATH = 16, DISK_KIB = 8192, MODE_AT = 0, NAMES = 20 };

static const char *name_of(unsigned n)
{
	static char path[PATH];

	snprintf(path, sizeof path, "/%u", n);
	return path;
}

/* libext2fs has only others in its own cache then. */
static void read_others(void)
{
	struct ext2_inode inode;

	for (unsigned i = 0; i < OTHERS; i++)
		CHECK(ext2fs_read_inode(volume, i % 2 ? EXT2_ROOT_INO : EXT2_FIRST_INO(volume->super) + i / 2,
					&inode) == 0);
	for (unsigned i = 0; i < OTHERS; i++)
		CHECK(ext2fs_read_inode(volume, EXT2_FIRST_INO(volume->super) + 1 + i, &inode) == 0);
}

static void damage(uint32_t number)
{
	unsigned offset;
	uint64_t block = fs_inode_block(number, &offset);
	struct cache_piece p = { block, offset + MODE_AT, 1 };
	char byte = (char)~cache_read(NULL, block)[p.offset];

	CHECK(cache_change(&p, &byte, CLASS_INODES) == 0);
}

/* In the same block as others, which are verified again and found to be right. */
static void verify_again(void)
{
	struct ext2_inode inode;
	uint32_t last;

	for (unsigned i = 0; i < FILES; i++)
		CHECK(fs_put(name_of(i), "text") == FILES_OK);
	last = fs_inode(name_of(FILES - 1) + 1);
	for (unsigned i = 0; i < 3; i++)
		CHECK(inode_read(last, &inode) == 0 && LINUX_S_ISREG(inode.i_mode) && inode.i_size == 4);
	CHECK(inode_read(0, &inode) != 0 && inode_read(volume->super->s_inodes_count + 1, &inode) != 0);
	damage(last);
	read_others();
	CHECK(inode_read(last, &inode) == EXT2_ET_INODE_CSUM_INVALID && inode_read(last - 1, &inode) == 0);
	cache_rollback();
	read_others();
	CHECK(inode_read(last, &inode) == 0 && LINUX_S_ISREG(inode.i_mode));
	damage(last);
	read_others();
	CHECK(inode_read(last, &inode) == EXT2_ET_INODE_CSUM_INVALID);
	cache_rollback();
}

/* With more inodes in a block than the cache has notes for, too. */
TEST(FSRV1201, "an inode is verified again after a byte of its block has changed, or was taken back")
{
	disk_make(DISK_KIB, "-t ext4");
	CHECK(life(verify_again, true));
	disk_make(DISK_KIB, "-t ext4 -b 8192 -I 128 2>/dev/null");
	CHECK(life(verify_again, true));
}

static unsigned links_of(uint32_t inode)
{
	unsigned n = 0;

	for (unsigned i = 0; i < pending_count(); i++) {
		struct pending p = pending_at(i);

		n += p.kind == PENDING_LINK && p.first == inode;
	}
	return n;
}

static bool are_counted(void)
{
	for (uint32_t inode = 1; inode <= volume->super->s_inodes_count; inode++)
		if (pending_links(inode) != links_of(inode))
			return false;
	return true;
}

static void remove_names(void)
{
	CHECK(fs_put("/x", "text") == FILES_OK);
	for (unsigned i = 0; i < NAMES; i++)
		CHECK((i % 2 ? fs_link("/x", name_of(i)) : fs_put(name_of(i), "text")) == FILES_OK);
	for (unsigned i = 0; i < NAMES; i++)
		CHECK(fs_unlink(name_of(i)) == FILES_OK && are_counted());
	CHECK(pending_links(fs_inode("x")) == NAMES / 2);
	CHECK(operation_drop(fs_inode("x"), EXT2_ROOT_INO, false) == 0 && are_counted());
	pending_remove(0);
	CHECK(volume_undo(EXT2_ET_NO_MEMORY) != 0 && are_counted());
}

static void count_again(void)
{
	CHECK(pending_links(fs_inode("x")) == NAMES / 2 && are_counted());
	CHECK(fs_sync(true) == FILES_OK && pending_links(fs_inode("x")) == 0 && are_counted());
}

TEST(FSRV1202, "removed names of an inode are counted, also if one was taken back, and after a restart")
{
	disk_make(DISK_KIB, "-t ext4");
	CHECK(life(remove_names, false));
	CHECK(life(count_again, true));
}
