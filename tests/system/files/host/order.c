/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * order.c - in which order the server writes, what it forgets when an operation fails, and what it frees.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pecan/file_clients.h>
#include <servers/files/file/operation.h>
#include <servers/files/volume/volume.h>
#include "fake.h"

enum { BLOCK = 1024, BIG = 65536, DISK_KIB = 4096, EXTENTS = 10, OTHERS = 9 };

static char bytes[BIG];

/* ---- what is on the disk is what is read ---- */

static void fill_disk(void)
{
	L4_Word_t f;

	CHECK(fs_open("/fill", FILES_WRITE | FILES_CREATE, &f) == FILES_OK);
	for (uint64_t at = 0; fs_write(f, at, bytes, BIG) == BIG; at += BIG)
		;
	for (uint64_t at = 0; at < DISK_KIB; at++)
		fs_write(f, at * BLOCK, bytes, BLOCK);
}

/* Of 64 blocks 16 are taken. */
static void write_on_full_disk(void)
{
	L4_Word_t f;

	CHECK(fs_open("/x", FILES_WRITE | FILES_CREATE, &f) == FILES_OK);
	memset(bytes, 'a', sizeof bytes);
	CHECK(fs_write(f, 0, bytes, 20 * BLOCK) == 20 * BLOCK);
	fill_disk();
	memset(bytes, 'b', sizeof bytes);
	CHECK(fs_write(f, 0, bytes, BIG) == 16 * BLOCK);
	CHECK(fs_read(f, 0, bytes, BIG) == 20 * BLOCK);
	CHECK(bytes[16 * BLOCK - 1] == 'b' && bytes[16 * BLOCK] == 'a');
}

TEST(FSRV0001, "bytes that a full disk did not take are not read from the cache")
{
	disk_make(DISK_KIB, "-t ext4");
	CHECK(life(write_on_full_disk, true));
	CHECK(disk_check("-fn") == 0);
}

/* Block n of a file has only this character. */
static bool block_is(L4_Word_t f, unsigned n, char c)
{
	if (fs_read(f, (uint64_t)n * BLOCK, bytes, BLOCK) != BLOCK)
		return false;
	for (unsigned i = 0; i < BLOCK; i++)
		if (bytes[i] != c)
			return false;
	return true;
}

static void empty_and_extend(void)
{
	L4_Word_t f;

	CHECK(fs_open("/x", FILES_WRITE | FILES_CREATE, &f) == FILES_OK);
	memset(bytes, 'a', sizeof bytes);
	CHECK(fs_write(f, 0, bytes, 4 * BLOCK) == 4 * BLOCK && block_is(f, 1, 'a') && fs_close(f) == FILES_OK);
	CHECK(fs_open("/x", FILES_WRITE | FILES_TRUNCATE, &f) == FILES_OK);
	CHECK(fs_write(f, 5 * BLOCK, "b", 1) == 1);
	CHECK(block_is(f, 1, 0));
}

TEST(FSRV0014, "a file that was emptied and extended has zeros where its blocks were")
{
	disk_make(DISK_KIB, "-b 1024");
	CHECK(life(empty_and_extend, true));
}

/* A write of 65 blocks, of which there are 64; half of it is done. Then a byte is written behind it. */
static void fail_and_extend(void)
{
	L4_Word_t f;

	CHECK(fs_open("/x", FILES_WRITE | FILES_CREATE, &f) == FILES_OK);
	CHECK(fs_put("/y", "") == FILES_OK && fs_open("/y", FILES_WRITE, &f) == FILES_OK);
	memset(bytes, 'a', sizeof bytes);
	CHECK(fs_write(f, 0, bytes, BIG) == BIG && fs_close(f) == FILES_OK);
	fill_disk();
	CHECK(fs_unlink("/y") == FILES_OK && fs_sync(true) == FILES_OK);
	CHECK(fs_open("/x", FILES_WRITE, &f) == FILES_OK);
	memset(bytes, 'b', sizeof bytes);
	CHECK(fs_write(f, BLOCK / 2, bytes, BIG) == BIG / 2);
	CHECK(fs_write(f, 70 * BLOCK, "c", 1) == 1);
	CHECK(block_is(f, 63, 0));
}

TEST(FSRV0015, "what a failed write has found is not used for what is read later")
{
	disk_make(DISK_KIB, "-b 1024");
	CHECK(life(fail_and_extend, true));
}

/* ---- what is freed ---- */

static void remove_with_attributes(void)
{
	CHECK(fs_unlink("/x") == FILES_OK);
}

static void make_x(void)
{
	CHECK(fs_put("/x", "text") == FILES_OK);
}

TEST(FSRV0002, "the block of a file's extended attributes is freed with the file")
{
	char command[2048];

	disk_make(DISK_KIB, "-t ext4");
	CHECK(life(make_x, true));
	strcpy(command, "ea_set x user.long ");
	memset(command + strlen(command), 'v', 500);
	disk_debugfs(command);
	CHECK(disk_check("-fn") == 0);
	CHECK(life(remove_with_attributes, true));
	CHECK(disk_check("-fn") == 0);
}

/* Two files, whose blocks lie side by side. */
static void free_side_by_side(void)
{
	L4_Word_t f;
	uint64_t before;

	memset(bytes, 'a', sizeof bytes);
	CHECK(fs_open("/b", FILES_WRITE | FILES_CREATE, &f) == FILES_OK);
	CHECK(fs_write(f, 0, bytes, 4 * BLOCK) == 4 * BLOCK && fs_close(f) == FILES_OK);
	CHECK(fs_open("/a", FILES_WRITE | FILES_CREATE, &f) == FILES_OK);
	CHECK(fs_write(f, 0, bytes, 4 * BLOCK) == 4 * BLOCK && fs_close(f) == FILES_OK);
	CHECK(fs_sync(true) == FILES_OK);
	before = fs_free_blocks();
	CHECK(fs_unlink("/a") == FILES_OK);
	CHECK(fs_open("/b", FILES_WRITE | FILES_TRUNCATE, &f) == FILES_OK);
	CHECK(fs_sync(false) == FILES_OK);
	CHECK(fs_free_blocks() == before + 4);		/* of /b, whose inode is on the disk without them */
	CHECK(fs_sync(true) == FILES_OK);
	CHECK(fs_free_blocks() == before + 8);
}

TEST(FSRV0003, "the blocks of a deleted file are used again only when its inode on the disk has none")
{
	disk_make(DISK_KIB, "-t ext4");
	CHECK(life(free_side_by_side, true));
	CHECK(disk_check("-fn") == 0);
}

static void use_again(void)
{
	uint64_t block, before;
	L4_Word_t f;

	CHECK(fs_put("/a", "text") == FILES_OK && fs_sync(true) == FILES_OK);
	before = fs_first_block("a");
	CHECK(fs_unlink("/a") == FILES_OK && fs_sync(false) == FILES_OK && fs_sync(false) == FILES_OK);
	CHECK(fs_mkdir("/d") == FILES_OK);
	CHECK(fs_open("/d", 0, &f) == FILES_OK);
	fake->watch = true;
	CHECK(fs_sync(false) == FILES_OK);
	block = fs_first_block("d");
	CHECK(block != 0 && block == before && disk_noted('w', block * BLOCK / SECTOR) >= 0);
	CHECK(disk_noted('w', block * BLOCK / SECTOR) < disk_noted('f', 0));
}

TEST(FSRV0004, "a block that is used again is written before what leads to it")
{
	disk_make(DISK_KIB, "-t ext4");
	CHECK(life(use_again, true));
	CHECK(disk_check("-fn") == 0);
}

/* Each operation is written at once: a block that one has taken is on the disk for the next one. */
static void change_unkept(void)
{
	uint64_t folder, inode;
	unsigned offset;

	CHECK(fs_mkdir("/d") == FILES_OK);
	folder = fs_first_block("d");
	fake->watch = true;
	CHECK(fs_put("/d/x", "text") == FILES_OK);
	fake->watch = false;
	inode = fs_inode_block(fs_inode("d/x"), &offset);
	CHECK(disk_in_order(inode * BLOCK / SECTOR, folder * BLOCK / SECTOR));
}

TEST(FSRV0012, "without memory that outlives the server a name is written after its inode, too")
{
	disk_make(DISK_KIB, "-t ext4");
	fake->keeps_nothing = true;
	CHECK(life(change_unkept, true));
	CHECK(disk_check("-fn") == 0);
}

static int find_map(ext2_filsys fs, blk64_t *block, e2_blkcnt_t number, blk64_t r, int o, void *map)
{
	(void)fs;
	(void)r;
	(void)o;
	if (number >= 0)
		return 0;
	*(blk64_t *)map = *block;
	return BLOCK_ABORT;
}

/* A file whose extents are in a block of their own: sectors of that, and of the block with its inode. */
static bool make_mapped(L4_Word_t *f, uint64_t *map, uint64_t *inode)
{
	blk64_t block = 0;
	unsigned offset;

	if (fs_open("/x", FILES_WRITE | FILES_CREATE, f) != FILES_OK)
		return false;
	for (uint64_t i = 0; i < EXTENTS; i++)
		if (fs_write(*f, 2 * i * BLOCK, bytes, BLOCK) != BLOCK)
			return false;
	if (fs_sync(true) != FILES_OK || fs_inode("x") == 0)
		return false;
	ext2fs_block_iterate3(volume, fs_inode("x"), 0, NULL, find_map, &block);
	*map = block * BLOCK / SECTOR;
	*inode = fs_inode_block(fs_inode("x"), &offset) * BLOCK / SECTOR;
	return block != 0;
}

/* Another file, whose inode is in another block than the next one. */
static void grow_another(void)
{
	char name[] = "/0";
	L4_Word_t f;

	for (unsigned i = 0; i < OTHERS; i++, name[1]++)
		CHECK(fs_put(name, "text") == FILES_OK);
	CHECK(fs_open("/0", FILES_WRITE, &f) == FILES_OK && fs_write(f, BLOCK, bytes, BLOCK) == BLOCK);
}

static void grow_and_shrink(void)
{
	L4_Word_t f;
	uint64_t map, inode;

	grow_another();
	CHECK(make_mapped(&f, &map, &inode));
	fake->watch = true;
	CHECK(fs_write(f, (2 * EXTENTS - 1) * BLOCK, bytes, BLOCK) == BLOCK && fs_sync(false) == FILES_OK);
	CHECK(disk_in_order(inode, map));
	fake->noted = 0;
	CHECK(fs_resize(f, EXTENTS * BLOCK) == FILES_OK && fs_sync(false) == FILES_OK);
	CHECK(disk_in_order(map, inode));
}

TEST(FSRV0010, "no block of extents on the disk maps what is behind the file's end: e2fsck would clear it")
{
	disk_make(DISK_KIB, "-t ext4");
	CHECK(life(grow_and_shrink, true));
	CHECK(disk_check("-fn") == 0);
}

/* ---- opening ---- */

static void open_too_many(void)
{
	L4_Word_t f;

	CHECK(fs_put("/x", "text") == FILES_OK);
	for (unsigned i = 0; i < OPEN_OF_ONE; i++)
		CHECK(fs_open("/x", 0, &f) == FILES_OK);
	CHECK(fs_open("/x", FILES_WRITE | FILES_TRUNCATE, &f) == FILES_E_LIMIT);
	CHECK(fs_open("/new", FILES_WRITE | FILES_CREATE, &f) == FILES_E_LIMIT);
	fs_client(OTHER);
	CHECK(fs_has("/x", "text"));
	CHECK(fs_open("/new", 0, &f) == FILES_E_ABSENT);
}

TEST(FSRV0005, "a file that cannot be opened for lack of places is neither made nor emptied")
{
	disk_make(DISK_KIB, "-t ext4");
	CHECK(life(open_too_many, true));
}

static void open_directories(void)
{
	L4_Word_t f;

	CHECK(fs_mkdir("/d") == FILES_OK);
	CHECK(fs_open("/d", FILES_WRITE | FILES_TRUNCATE, &f) == FILES_E_DIRECTORY);
	CHECK(fs_open("/d", FILES_WRITE, &f) == FILES_E_DIRECTORY);
	CHECK(fs_open("/d", 0, &f) == FILES_OK);
}

TEST(FSRV0006, "a directory is not opened for writing, nor emptied as a file")
{
	disk_make(DISK_KIB, "-t ext4");
	CHECK(life(open_directories, true));
}

static void hold_removed_files(void)
{
	char path[32];
	L4_Word_t f;

	CHECK(fs_put("/kept", "text") == FILES_OK);
	for (unsigned i = 0; i < 2 * OPEN_OF_ONE; i++) {
		snprintf(path, sizeof path, "/f%u", i);
		if (i == OPEN_OF_ONE)
			fs_client(OTHER);
		CHECK(fs_open(path, FILES_WRITE | FILES_CREATE, &f) == FILES_OK);
		fs_unlink(path);
	}
	fs_client(OTHER + 1);
	CHECK(fs_unlink("/kept") == FILES_OK);
	CHECK(fs_put("/kept", "new") == FILES_OK && fs_unlink("/kept") == FILES_OK);
}

TEST(FSRV0007, "clients that hold many removed files open do not keep others from removing files")
{
	disk_make(DISK_KIB, "-t ext4");
	CHECK(life(hold_removed_files, true));
}

/* ---- symbolic links ---- */

static void follow_links(void)
{
	char path[16];
	L4_Word_t f;

	CHECK(fs_mkdir("/d") == FILES_OK && fs_put("/d/x", "text") == FILES_OK);
	CHECK(fs_symlink("d", "/to-d") == FILES_OK && fs_has("/to-d/x", "text"));
	CHECK(fs_symlink("../d/./x", "/d/up") == FILES_OK && fs_has("/to-d/up", "text"));
	CHECK(fs_symlink("/d/x", "/absolute") == FILES_OK && fs_has("/absolute", "text"));
	CHECK(fs_symlink("/disk/d/x", "/of-programs") == FILES_OK && fs_has("/of-programs", "text"));
	CHECK(fs_symlink("absent", "/dangling") == FILES_OK);
	CHECK(fs_open("/dangling", 0, &f) == FILES_E_ABSENT);
	CHECK(fs_symlink("x", "/dangling") == FILES_E_EXISTS);
	CHECK(fs_symlink("/loop/x", "/loop") == FILES_OK && fs_open("/loop", 0, &f) == FILES_E_LOOP);
	for (unsigned i = 0; i < 10; i++) {
		snprintf(bytes, sizeof bytes, i ? "l%u" : "d/x", i - 1);
		snprintf(path, sizeof path, "/l%u", i);
		CHECK(fs_symlink(bytes, path) == FILES_OK);
	}
	CHECK(fs_has("/l7", "text") && fs_open("/l8", 0, &f) == FILES_E_LOOP);
	memset(bytes, '/', 200);
	strcpy(bytes + 200, "d/x");
	CHECK(fs_symlink(bytes, "/slow") == FILES_OK && fs_has("/slow", "text"));
	CHECK(fs_rename("/slow", "/d/moved") == FILES_OK && fs_has("/d/moved", "text"));
	CHECK(fs_rename("/d/moved", "/absolute") == FILES_OK && fs_rename("/d/x", "/to-d/y") == FILES_OK);
	CHECK(fs_rename("/l0", "/d/y") == FILES_OK && fs_unlink("/dangling") == FILES_OK);
	CHECK(fs_unlink("/to-d") == FILES_OK && fs_open("/d", 0, &f) == FILES_OK);
}

TEST(FSRV0011, "symbolic links are followed, up to 8 of them, and renamed and removed themselves")
{
	disk_make(DISK_KIB, "-t ext4");
	CHECK(life(follow_links, true));
	CHECK(disk_check("-fn") == 0);
}

/* ---- a disk that fails ---- */

static void fail_for_a_while(void)
{
	L4_Word_t f;

	CHECK(fs_put("/kept", "text") == FILES_OK && fs_sync(true) == FILES_OK);
	memset(bytes, 'a', sizeof bytes);
	CHECK(fs_open("/x", FILES_WRITE | FILES_CREATE, &f) == FILES_OK);
	for (unsigned i = 0; i < 64; i++)
		CHECK(fs_write(f, (uint64_t)i * BIG, bytes, BIG) == BIG);
	CHECK(fs_sync(true) == FILES_OK);
	for (unsigned i = 0; i < 64; i++)
		CHECK(fs_read(f, (uint64_t)i * BIG, bytes, BIG) == BIG);
	fake->bad_to = fake->sectors;
	for (unsigned i = 0; i < 8; i++)
		CHECK(fs_write(f, (uint64_t)(64 + i) * BIG, bytes, BIG) < 0);
	fake->bad_to = 0;
	CHECK(fs_put("/kept", "more") == FILES_OK);
	CHECK(fs_has("/kept", "more"));
}

TEST(FSRV0008, "a disk that failed for a while can be used again")
{
	disk_make(16384, "-t ext4");
	CHECK(life(fail_for_a_while, true));
	CHECK(disk_check("-fn") == 0);
}

static void fail_to_flush(void)
{
	CHECK(fs_put("/kept", "text") == FILES_OK && fs_sync(true) == FILES_OK);
	CHECK(fs_put("/x", "lost") == FILES_OK && fs_mkdir("/d") == FILES_OK);
	fake->bad_flushes = 2;
	CHECK(operation_sync(false) != 0);			/* by the server itself */
	CHECK(fs_sync(false) == FILES_E_DEVICE);	/* and again */
	CHECK(fs_sync(false) == FILES_OK);
	CHECK(fs_put("/d/y", "text") == FILES_OK);
	fake->bad_flushes = 1;
	CHECK(operation_sync(false) != 0);
	CHECK(fs_sync(false) == FILES_E_DEVICE);	/* though all is flushed now */
	CHECK(fs_sync(false) == FILES_OK);
}

TEST(FSRV0016, "what a failed flush has lost is written again, or the next sync fails, once")
{
	disk_make(DISK_KIB, "-t ext4");
	CHECK(life(fail_to_flush, true));
	CHECK(disk_check("-fn") == 0);
	CHECK(strstr(disk_debugfs("ls -p /d"), "/y/") != NULL);
}

static void open_and_rename(void)
{
	L4_Word_t f;

	CHECK(fs_mkdir("/d") == FILES_OK && fs_put("/a", "text") == FILES_OK);
	CHECK(fs_open("/a", 0, &f) == FILES_OK);
	CHECK(fs_rename("/a", "/d/a") == FILES_OK);
}

TEST(FSRV0009, "the file system is clean after a file was renamed that is still open")
{
	disk_make(DISK_KIB, "-t ext4");
	CHECK(life(open_and_rename, true));
	CHECK(disk_check("-fn") == 0);
	CHECK(strstr(disk_debugfs("show_super_stats -h"), "state:         clean") != NULL);
}
