/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hostile.c - directories with blocks that no program makes, as a name is made in them
 * (user/servers/files/names/htree_change.c). Their checksums are right.
 */
#include <stdio.h>
#include <string.h>

#include <servers/files/file/operation.h>
#include <servers/files/file/tree.h>
#include <servers/files/names/htree.h>
#include <servers/files/names/htree_change.h>
#include <servers/files/names/names.h>
#include <servers/files/volume/io.h>
#include <servers/files/volume/volume.h>
#include "fake.h"

enum { DISK_KIB = 4096, BLOCK = 1024, LEAST = 8, DOT = 12, TAIL = 12, SOME = 40, BYTES = 200,
       IN_BLOCK = 4 };

/* Name n of many: a block has room for IN_BLOCK of them. */
static const char *path_of(unsigned n)
{
	static char path[BYTES + 4];

	snprintf(path, sizeof path, "/d/%0*u", BYTES, n);
	return path;
}

static errcode_t link_to(const char *path)
{
	return operation_end(tree_link("/x", path));
}

/* The block of number n of the file /d. */
static blk64_t place(unsigned n)
{
	blk64_t block = 0;

	CHECK(ext2fs_bmap2(volume, fs_inode("d"), NULL, NULL, 0, n, NULL, &block) == 0);
	return block;
}

static void read_block(unsigned n, char *bytes)
{
	CHECK(ext2fs_read_dir_block4(volume, place(n), bytes, 0, fs_inode("d")) == 0);
}

static void write_block(unsigned n, char *bytes)
{
	CHECK(ext2fs_write_dir_block4(volume, place(n), bytes, 0, fs_inode("d")) == 0);
	names_forget(fs_inode("d"));
}

/* Records of the inode x, without a name, from `at` on: as many as there is room for. */
static void put_nameless(char *bytes, unsigned at)
{
	for (unsigned next; at < BLOCK - TAIL; at = next) {
		struct ext2_dir_entry *d = (struct ext2_dir_entry *)(bytes + at);

		next = at + 2 * LEAST > BLOCK - TAIL ? BLOCK - TAIL : at + LEAST;
		d->inode = fs_inode("x");
		d->rec_len = (unsigned short)(next - at);
		d->name_len = 0;
	}
}

static void begin(void)
{
	CHECK(fs_put("/x", "text") == FILES_OK && fs_mkdir("/d") == FILES_OK);
}

static void fill(void)
{
	begin();
	for (unsigned i = 0; i < SOME; i++)
		CHECK(link_to(path_of(i)) == 0);
}

static unsigned blocks(void)
{
	struct ext2_inode inode;

	CHECK(ext2fs_read_inode(volume, fs_inode("d"), &inode) == 0);
	return inode.i_size / BLOCK;
}

static void refuse(errcode_t e)
{
	CHECK(fs_has("/x", "text"));
	CHECK(link_to(path_of(SOME)) == e);
	CHECK(volume_is_there() && fs_has("/x", "text"));
}

static void be_refused(void)
{
	refuse(EXT2_ET_DIR_CORRUPTED);
}

static void be_unsupported(void)
{
	refuse(EXT2_ET_DIRHASH_UNSUPP);
}

/* ---- records without a name ---- */

static void fill_with_nameless_leaves(void)
{
	char bytes[BLOCK];

	fill();
	for (unsigned i = 1; i < blocks(); i++) {
		read_block(i, bytes);
		put_nameless(bytes, 0);
		write_block(i, bytes);
	}
	CHECK(operation_end(0) == 0);
}

static void fill_with_nameless_first(void)
{
	char bytes[BLOCK];

	begin();
	read_block(0, bytes);
	((struct ext2_dir_entry *)(bytes + DOT))->rec_len = DOT;
	put_nameless(bytes, 2 * DOT);
	write_block(0, bytes);
	CHECK(operation_end(0) == 0);
}

TEST(FSRV2001, "a block full of records without a name is not split, and the directory gets no htree of it")
{
	disk_make(DISK_KIB, "-t ext4");
	CHECK(life(fill_with_nameless_leaves, true) && life(be_refused, true));
	disk_make(DISK_KIB, "-t ext4");
	CHECK(life(fill_with_nameless_first, true) && life(be_refused, true));
}

/* ---- a first block without dots ---- */

static void fill_without_up(void)
{
	char bytes[BLOCK];
	struct ext2_dir_entry *up = (struct ext2_dir_entry *)(bytes + DOT);

	begin();
	for (unsigned i = 0; i < IN_BLOCK; i++)
		CHECK(link_to(path_of(i)) == 0);
	CHECK(blocks() == 1);
	read_block(0, bytes);
	memcpy(up->name, "me", 2);
	write_block(0, bytes);
	CHECK(operation_end(0) == 0);
}

TEST(FSRV2004, "a directory whose second name is not .. gets no htree, whose root would cut that off")
{
	disk_make(DISK_KIB, "-t ext4");
	CHECK(life(fill_without_up, true) && life(be_refused, true));
}

/* ---- forms of htrees that are not supported ---- */

static void fill_with_hole(void)
{
	fill();
	CHECK(ext2fs_punch(volume, fs_inode("d"), NULL, NULL, 1, 1) == 0);
	names_forget(fs_inode("d"));
	CHECK(operation_end(0) == 0);
}

TEST(FSRV2002, "no name is made by an htree whose directory has a hole: its entries lead elsewhere")
{
	disk_make(DISK_KIB, "-t ext4");
	CHECK(life(fill_with_hole, true) && life(be_unsupported, true));
}

static void set_casefold(void)
{
	struct ext2_inode inode;

	CHECK(ext2fs_read_inode(volume, fs_inode("d"), &inode) == 0);
	inode.i_flags |= EXT4_CASEFOLD_FL;
	CHECK(ext2fs_write_inode(volume, fs_inode("d"), &inode) == 0);
	CHECK(operation_end(0) == 0);
}

static void be_without_case(void)
{
	refuse(TREE_CASEFOLD);
}

static void be_read_only(void)
{
	CHECK(fs_put("/d/new", "text") == FILES_E_READ_ONLY);
}

TEST(FSRV2003, "no name is made by an htree that hashes names without the case of their letters")
{
	disk_make(DISK_KIB, "-t ext4");
	CHECK(life(fill, true));
	CHECK(life(set_casefold, true) && life(be_without_case, true));
	disk_debugfs("feature casefold");
	CHECK(life(be_read_only, true));
}

/* ---- full nodes ---- */

/*
 * Block n becomes a node that leads to block n + 1, by so many entries. Of several the middle one continues
 * names of the hash before it. levels: of nodes below the root, in the root.
 */
static void put_node(unsigned n, unsigned levels, unsigned count)
{
	char bytes[BLOCK], *at = bytes + (n == 0 ? HTREE_ROOT : HTREE_NODE);
	struct ext2_dx_entry *entry = (struct ext2_dx_entry *)at;
	struct ext2_dx_countlimit head = { .count = (__u16)count };

	read_block(n, bytes);
	memset(at, 0, (size_t)(bytes + BLOCK - at));
	head.limit = (__u16)((size_t)(bytes + BLOCK - at - sizeof(struct ext2_dx_tail)) / sizeof *entry);
	if (n == 0)
		((struct ext2_dx_root_info *)(bytes + HTREE_INFO))->indirect_levels = (__u8)levels;
	else
		*(struct ext2_dir_entry *)bytes = (struct ext2_dir_entry){ .rec_len = BLOCK };
	for (unsigned i = 0; i < count; i++)
		entry[i] = (struct ext2_dx_entry){ i == count / 2 ? entry[i - (i > 0)].hash | 1 : i << 24, n + 1 };
	memcpy(entry, &head, sizeof head);
	write_block(n, bytes);
}

/* The htree of /d, with so many levels below the root, of which the last one is a full node. */
static errcode_t split_full(unsigned levels)
{
	struct dir_name n = { "name", 4, fs_inode("x"), EXT2_FT_REG_FILE };
	ext2_ino_t inode;

	fill();
	for (unsigned i = 0; i <= levels; i++)
		put_node(i, levels, i < levels ? 1 : (BLOCK - HTREE_NODE) / sizeof(struct ext2_dx_entry) - 1);
	CHECK(fs_find(fs_inode("d"), "name", 4, &inode) == EXT2_ET_FILE_NOT_FOUND);
	return htree_split(index_get(fs_inode("d")), &n);
}

static void split_two(void)
{
	char bytes[BLOCK];
	const struct ext2_dx_entry *entry = (const struct ext2_dx_entry *)(bytes + HTREE_ROOT);

	CHECK(split_full(1) == 0);
	read_block(0, bytes);
	CHECK(((const struct ext2_dx_countlimit *)entry)->count == 2 && entry[1].hash != 0);
	CHECK(!(entry[1].hash & 1));
}

TEST(FSRV2007, "a node is not split between entries of one hash, which the repair could not tell apart")
{
	disk_make(DISK_KIB, "-t ext4");
	CHECK(life(split_two, false));
}

static void split_three(void)
{
	CHECK(split_full(2) == EXT2_ET_NO_MEMORY);
}

TEST(FSRV2008, "a full node of the third level is not split, as both nodes would be written in no order")
{
	disk_make(DISK_KIB, "-t ext4 -O large_dir");
	CHECK(life(split_three, false));
}

/* ---- what Linux leaves ---- */

/* Linux has split the last block of names: a new block has its names, and no node leads to that yet. */
static void fill_and_cut(void)
{
	char bytes[BLOCK], empty[BLOCK] = { 0 };
	unsigned n;

	fill();
	n = blocks();
	CHECK(ext2fs_expand_dir(volume, fs_inode("d")) == 0);
	read_block(n, empty);
	read_block(n - 1, bytes);
	write_block(n, bytes);
	write_block(n - 1, empty);
	CHECK(operation_end(0) == 0);
}

static void be_left(void)
{
	CHECK(volume && volume_is_unclean());
}

static void have_all(void)
{
	ext2_ino_t inode;

	for (unsigned i = 0; i < SOME; i++)
		CHECK(fs_find(fs_inode("d"), path_of(i) + 3, BYTES, &inode) == 0);
}

TEST(FSRV2006, "a disk that Linux has mounted last is not repaired; e2fsck keeps all names")
{
	disk_make(DISK_KIB, "-t ext4");
	CHECK(life(fill_and_cut, true));
	disk_debugfs("set_super_value mnt_count 1");
	disk_debugfs("set_super_value mtime 20260101");
	disk_debugfs("set_super_value state 0");
	CHECK(life(be_left, false));
	CHECK(disk_check("-fy") == 1 && life(have_all, false));
}

/* ---- the class of a block ---- */

static void have_class(void)
{
	static const struct ext3_extent_header h = { .eh_magic = EXT3_EXT_MAGIC, .eh_depth = 1 };
	char bytes[BLOCK] = { 0 };
	struct cache_piece p = { .bytes = BLOCK };

	begin();
	CHECK(fs_sync(true) == FILES_OK);
	p.block = place(0);
	memcpy(bytes, &h, sizeof h);
	CHECK(volume_class(&p, bytes) == CLASS_INDEXES);
	for (unsigned c = CLASS_ROOTS; c <= CLASS_NAMES; c++) {
		volume_class_of_directory((enum cache_class)c);
		CHECK((unsigned)volume_class(&p, bytes) == c);
	}
	volume_class_of_directory(CLASS_MAPS);
}

TEST(FSRV2005, "a block of a directory that begins as one of extents is written in the order of directories")
{
	disk_make(DISK_KIB, "-t ext4");
	CHECK(life(have_class, true));
}
