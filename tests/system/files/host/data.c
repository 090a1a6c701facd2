/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * data.c - bytes of files are written to the disk after the answer: when, in which order, and what becomes of
 * them if the server ends, the disk fails, or what was kept of them is wrong.
 */
#include <string.h>

#include <pecan/file_clients.h>
#include <servers/files/cache/cache.h>
#include <servers/files/cache/keep.h>
#include <servers/files/file/operation.h>
#include <servers/files/volume/inode.h>
#include <servers/files/volume/volume.h>
#include "fake.h"

enum { BLOCK = 1024, BIG = 65536, DISK_KIB = 8192, RUN = 16, MOST = 64, PER = BLOCK / SECTOR };

static char bytes[BIG];

static uint64_t block_of(const char *name, unsigned of_file)
{
	blk64_t block = 0;

	ext2fs_bmap2(volume, fs_inode(name), NULL, NULL, 0, of_file, NULL, &block);
	return block;
}

/* `count` blocks of /x from block `from` on have this character. */
static long put(char c, unsigned from, unsigned count)
{
	L4_Word_t f;
	long n;

	memset(bytes, c, sizeof bytes);
	if (fs_open("/x", FILES_WRITE | FILES_CREATE, &f) != FILES_OK)
		return -1;
	n = fs_write(f, (uint64_t)from * BLOCK, bytes, (size_t)count * BLOCK);
	fs_close(f);
	return n;
}

static bool has(char c, unsigned from, unsigned count)
{
	L4_Word_t f;
	long n;

	if (fs_open("/x", 0, &f) != FILES_OK)
		return false;
	n = fs_read(f, (uint64_t)from * BLOCK, bytes, (size_t)count * BLOCK);
	fs_close(f);
	for (long i = 0; i < n; i++)
		if (bytes[i] != c)
			return false;
	return n == (long)count * BLOCK;
}

static bool disk_has(uint64_t block, char c)
{
	const unsigned char *at = disk_bytes + block * BLOCK;

	return at[0] == (unsigned char)c && at[BLOCK - 1] == (unsigned char)c;
}

/* Another file takes the first free blocks: those of the next one are neighbours. */
static void fill_gaps(void)
{
	L4_Word_t f;

	CHECK(fs_open("/gaps", FILES_WRITE | FILES_CREATE, &f) == FILES_OK);
	CHECK(fs_write(f, 0, bytes, BIG) == BIG && fs_close(f) == FILES_OK && fs_sync(true) == FILES_OK);
}

/* ---- when, and in which order ---- */

static unsigned writes(void)
{
	unsigned n = 0;

	for (unsigned i = 0; i < fake->noted; i++)
		n += fake->note[i].kind == 'w';
	return n;
}

static void write_and_sync(void)
{
	uint64_t first;
	unsigned offset;

	fill_gaps();
	fake->watch = true;
	CHECK(put('a', 0, RUN) == RUN * BLOCK && writes() == 0 && has('a', 0, RUN));
	first = block_of("x", 0);
	CHECK(first != 0 && block_of("x", RUN - 1) == first + RUN - 1);
	CHECK(fs_sync(false) == FILES_OK && disk_has(first, 'a') && disk_has(first + RUN - 1, 'a'));
	CHECK(disk_noted('w', first * PER) == disk_noted('w', (first + RUN) * PER - 1));	/* one request */
	CHECK(disk_in_order(first * PER, fs_inode_block(fs_inode("x"), &offset) * PER));
	fake->noted = 0;
	CHECK(put('b', 0, RUN) == RUN * BLOCK && writes() == 0 && disk_has(first, 'a'));
	CHECK(fs_sync(false) == FILES_OK && disk_has(first, 'b'));
	CHECK(disk_noted('f', 0) > disk_noted('w', first * PER));
}

TEST(FSRV1001, "bytes of files are on the disk at a sync, neighbours at once, before what leads to them")
{
	disk_make(DISK_KIB, "-t ext4");
	CHECK(life(write_and_sync, true));
	CHECK(disk_check("-fn") == 0);
}

/* More than the kept memory has room for. */
static void write_much(void)
{
	L4_Word_t f;

	CHECK(fs_open("/y", FILES_WRITE | FILES_CREATE, &f) == FILES_OK);
	memset(bytes, 'y', sizeof bytes);
	for (unsigned i = 0; i < MOST; i++) {
		CHECK(fs_write(f, (uint64_t)i * BIG, bytes, BIG) == BIG);
		CHECK(!cache_is_full());
	}
	CHECK(keep_losses() == 0);
}

static void have_much(void)
{
	L4_Word_t f;

	CHECK(fs_open("/y", 0, &f) == FILES_OK);
	for (unsigned i = 0; i < MOST; i++) {
		memset(bytes, 0, sizeof bytes);
		CHECK(fs_read(f, (uint64_t)i * BIG, bytes, BIG) == BIG && bytes[0] == 'y' && bytes[BIG - 1] == 'y');
	}
}

TEST(FSRV1002, "bytes that are not on the disk yet are bounded; a new server has all of them")
{
	disk_make(DISK_KIB, "-t ext4");
	CHECK(life(write_much, false));
	CHECK(life(have_much, true));
	CHECK(disk_check("-fn") == 0);
}

static void empty_unwritten(void)
{
	uint64_t first;
	L4_Word_t f;

	fill_gaps();
	fake->watch = true;
	CHECK(put('a', 0, RUN) == RUN * BLOCK);
	first = block_of("x", 0);
	CHECK(fs_open("/x", FILES_WRITE, &f) == FILES_OK && fs_resize(f, 2 * BLOCK) == FILES_OK);
	CHECK(fs_sync(false) == FILES_OK);
	CHECK(disk_noted('w', (first + 1) * PER) >= 0 && disk_noted('w', (first + 2) * PER) < 0);
	CHECK(fs_write(f, 5 * BLOCK, "b", 1) == 1 && has('a', 0, 2) && has(0, 2, 3));
}

TEST(FSRV1003, "bytes that were cut off before they were written are not written")
{
	disk_make(DISK_KIB, "-t ext4");
	CHECK(life(empty_unwritten, true));
	CHECK(disk_check("-fn") == 0);
}

/* ---- a server that ends ---- */

static unsigned *requests;		/* after which the life ends */

static void write_all_kinds(void)
{
	CHECK(put('a', 0, RUN) == RUN * BLOCK && fs_sync(true) == FILES_OK);
	CHECK(put('b', 4, 4) == 4 * BLOCK);			/* over what is on the disk */
	CHECK(put('c', RUN, MOST) == (long)MOST * BLOCK);	/* behind it, more than one inode maps */
	CHECK(fs_put("/z", "gone") == FILES_OK && fs_unlink("/z") == FILES_OK);
	fake->end_at = fake->requests + *requests;
	fs_sync(true);
}

static void have_all_kinds(void)
{
	L4_Word_t f;

	CHECK(has('a', 0, 4) && has('b', 4, 4) && has('a', 8, RUN - 8));
	CHECK(has('c', RUN, MOST) && keep_losses() == 0 && fs_open("/z", 0, &f) == FILES_E_ABSENT);
}

TEST(FSRV1004, "no byte of an answered write is lost if the server ends at any request of a sync")
{
	bool ended = true;

	requests = fake_shared(sizeof *requests);
	for (*requests = 1; ended; ++*requests) {
		int status;

		disk_make(DISK_KIB, "-t ext4");
		status = life_status(write_all_kinds, false);
		ended = status == ENDED_BY_FAKE << 8;
		CHECK(ended || status == 0);
		fake->end_at = 0;
		CHECK(life(have_all_kinds, true));
		CHECK(disk_check("-fn") == 0);
		CHECK(life(have_all_kinds, false));
	}
	CHECK(*requests > 6);
}

/* The second write changes a block, and fails at the next one. */
static void fail_over_unwritten(void)
{
	CHECK(put('a', 0, 1) == BLOCK && put('a', 2, 1) == BLOCK && fs_sync(true) == FILES_OK);
	CHECK(put('b', 0, 1) == BLOCK);
}

static void fail_in_second_block(void)
{
	L4_Word_t f;

	CHECK(fs_open("/x", FILES_WRITE, &f) == FILES_OK && has('b', 0, 1));
	memset(bytes, 'c', sizeof bytes);
	fake->bad_from = block_of("x", 2) * PER;
	fake->bad_to = fake->bad_from + PER;
	CHECK(fs_write(f, 0, bytes, 2 * BLOCK + 1) < 0);
	fake->bad_to = 0;
	CHECK(has('b', 0, 1) && has(0, 1, 1) && has('a', 2, 1));
}

TEST(FSRV1005, "a write that fails takes back its own bytes, and none that were answered before it")
{
	disk_make(DISK_KIB, "-t ext4");
	CHECK(life(fail_over_unwritten, false));
	CHECK(life(fail_in_second_block, true));
	CHECK(disk_check("-fn") == 0);
}

/* ---- whole blocks ---- */

/* One block is written whole, over what is kept of it; the next one has to be read, and the life ends. */
static void end_in_second_block(void)
{
	L4_Word_t f;

	CHECK(fs_open("/x", FILES_WRITE, &f) == FILES_OK && has('b', 0, 1));
	memset(bytes, 'c', sizeof bytes);
	fake->end_at = fake->requests + 1;
	fs_write(f, 0, bytes, 2 * BLOCK + 1);
	CHECK(false);
}

static void have_first_as_before(void)
{
	CHECK(has('b', 0, 1) && has(0, 1, 1) && has('a', 2, 1) && keep_losses() == 0);
}

TEST(FSRV1011, "a server that ends in a write leaves the bytes of whole blocks that were answered before")
{
	disk_make(DISK_KIB, "-t ext4");
	CHECK(life(fail_over_unwritten, false));
	CHECK(life_status(end_in_second_block, false) == ENDED_BY_FAKE << 8);
	fake->end_at = 0;
	CHECK(life(have_first_as_before, true));
	CHECK(disk_check("-fn") == 0);
}

/* Parts of blocks that were written whole, and not read: in the same operation and in a later one. */
static void change_parts(void)
{
	struct cache_piece part = { .offset = 7, .bytes = 1 };
	uint64_t first;
	L4_Word_t f;

	fill_gaps();
	CHECK(put('a', 0, 4) == 4 * BLOCK);
	first = block_of("x", 0);
	CHECK(fs_open("/x", FILES_WRITE, &f) == FILES_OK && fs_write(f, 7, "b", 1) == 1);
	memset(bytes, 'c', sizeof bytes);
	part.block = first + 1;
	CHECK(cache_put_blocks(first + 1, 1, bytes) == 0 && cache_put_data(&part, "d", true) == 0);
	part.block = first + 2;
	CHECK(cache_put_data(&part, "d", true) == 0 && cache_put_blocks(first + 2, 1, bytes) == 0);
	CHECK(cache_commit(false) == 0);
}

static void have_parts(void)
{
	const char expected[] = { 'a', 'c', 'c', 'a' }, changed[] = { 'b', 'd', 'c', 'a' };
	L4_Word_t f;

	CHECK(fs_open("/x", 0, &f) == FILES_OK && fs_read(f, 0, bytes, sizeof bytes) == 4 * BLOCK);
	for (unsigned i = 0; i < 4 * BLOCK; i++)
		CHECK(bytes[i] == (i % BLOCK == 7 ? changed : expected)[i / BLOCK]);
}

static void change_and_have_parts(void)
{
	change_parts();
	have_parts();
}

TEST(FSRV1012, "a part of a block that was written whole is changed in its latest bytes")
{
	disk_make(DISK_KIB, "-t ext4");
	CHECK(life(change_and_have_parts, true) && life(have_parts, true));
	disk_make(DISK_KIB, "-t ext4");
	CHECK(life(change_parts, false) && life(have_parts, true));
	CHECK(disk_check("-fn") == 0);
}

/* One operation with more whole blocks than the kept memory has room for, and one that is taken back. */
static void put_too_many(void)
{
	unsigned n = (unsigned)keep_places() + RUN;
	int before = keep_free_places();
	uint64_t first;

	CHECK(put('a', 0, 1) == BLOCK);
	first = block_of("x", 0);
	memset(bytes, 'z', sizeof bytes);
	for (unsigned i = 0; i < n; i++)
		CHECK(cache_put_blocks(first + 1 + i, 1, bytes) == 0);
	cache_rollback();
	CHECK(keep_free_places() < before && fs_sync(true) == FILES_OK && keep_free_places() == before);
	for (unsigned i = 0; i < n; i++) {
		bytes[0] = bytes[BLOCK - 1] = (char)i;
		CHECK(cache_put_blocks(first + 1 + i, 1, bytes) == 0);
	}
	CHECK(cache_commit(false) == 0 && keep_free_places() == before);
	for (unsigned i = 0; i < n; i++)
		CHECK(disk_has(first + 1 + i, (char)i) && cache_read(NULL, first + 1 + i)[0] == (char)i);
}

TEST(FSRV1013, "whole blocks of an operation that is too large for the kept memory are on the disk after it")
{
	disk_make(DISK_KIB, "-t ext4");
	CHECK(life(put_too_many, true));
}

/* Blocks that are freed and written again in one operation, whole and in part. */
static void free_and_put(void)
{
	struct cache_piece part = { .offset = 7, .bytes = 1 };
	uint64_t first;

	fill_gaps();
	CHECK(put('a', 0, 3) == 3 * BLOCK);
	first = block_of("x", 0);
	part.block = first + 1;
	memset(bytes, 'c', sizeof bytes);
	for (unsigned i = 0; i < 3; i++)
		cache_free_data(first + i);
	CHECK(cache_put_blocks(first, 1, bytes) == 0 && cache_put_data(&part, "d", true) == 0);
	CHECK(cache_commit(false) == 0);
}

static void have_freed(void)
{
	CHECK(has('c', 0, 1));
	has('a', 1, 1);
	CHECK(bytes[6] == 'a' && bytes[7] == 'd' && bytes[8] == 'a');
}

TEST(FSRV1015, "a block that is freed and written again in one operation has its latest bytes")
{
	disk_make(DISK_KIB, "-t ext4");
	CHECK(life(free_and_put, false) && life(have_freed, true));
}

/* A block of another file becomes one of this file, of which a part is written. */
static void put_part_of_new(void)
{
	struct cache_piece part = { .offset = 7, .bytes = 1 };
	const char *now;

	CHECK(put('a', 0, 2) == 2 * BLOCK);
	part.block = block_of("x", 0);
	CHECK(cache_put_data(&part, "d", false) == 0);
	now = cache_read(NULL, part.block);
	CHECK(now[7] == 'd' && now[6] == 0 && now[8] == 0 && now[BLOCK - 1] == 0);
	CHECK(cache_commit(false) == 0);
}

TEST(FSRV1016, "a new block of which a part is written has zeros beside it, whatever was written there whole")
{
	disk_make(DISK_KIB, "-t ext4");
	CHECK(life(put_part_of_new, true));
}

/* ---- what was found of the last file ---- */

static void chmod_between(void)
{
	struct ext2_inode before, after;
	L4_Word_t f;

	CHECK(put('a', 0, 4) == 4 * BLOCK && fs_open("/x", FILES_WRITE, &f) == FILES_OK);
	CHECK(fs_read(f, 0, bytes, BLOCK) == BLOCK);
	CHECK(inode_read(fs_inode("x"), &before) == 0 && fs_read(f, 0, bytes, BLOCK) == BLOCK);
	CHECK(fs_chmod(f, NULL) == FILES_OK && inode_read(fs_inode("x"), &after) == 0);
	CHECK(before.i_mode != after.i_mode);
	before = after;
	CHECK(put('b', 0, 6) == 6 * BLOCK && inode_read(fs_inode("x"), &after) == 0);
	CHECK(before.i_mode == after.i_mode && after.i_size == 6 * BLOCK);
}

TEST(FSRV1017, "a write leaves what was changed of the file's inode since the last access")
{
	disk_make(DISK_KIB, "-t ext4");
	CHECK(life(chmod_between, true));
}

/* The hole that was found begins before the blocks that are written. */
static void write_into_hole(void)
{
	CHECK(put('a', 0, 1) == BLOCK && put('a', RUN, 1) == BLOCK && has(0, 5, 1));
	CHECK(put('b', 7, 3) == 3 * BLOCK && has('b', 7, 3));
	CHECK(has(0, 1, 6) && has(0, 10, RUN - 10) && has('a', RUN, 1));
	for (unsigned i = 7; i < 10; i++)
		CHECK(block_of("x", i) != 0);
}

TEST(FSRV1018, "whole blocks that are written into a hole which was read are all the file's")
{
	disk_make(DISK_KIB, "-t ext4");
	CHECK(life(write_into_hole, true));
	CHECK(disk_check("-fn") == 0);
}

/* ---- a disk that fails ---- */

static void refuse_one(void)
{
	uint64_t first;

	fill_gaps();
	CHECK(put('a', 0, RUN) == RUN * BLOCK && fs_sync(true) == FILES_OK);
	first = block_of("x", 0);
	CHECK(put('b', 0, RUN) == RUN * BLOCK);
	fake->bad_from = (first + 3) * PER;
	fake->bad_to = fake->bad_from + 1;
	CHECK(fs_sync(false) == FILES_E_DEVICE && keep_losses() == 1);
	CHECK(fs_sync(false) == FILES_OK);			/* it is given up */
	fake->bad_to = 0;
	CHECK(disk_has(first + 2, 'b') && disk_has(first + 3, 'a') && disk_has(first + 4, 'b'));
	CHECK(has('b', 0, 3) && has('a', 3, 1) && has('b', 4, RUN - 4));
	CHECK(fs_put("/more", "text") == FILES_OK && fs_sync(true) == FILES_OK);
}

TEST(FSRV1006, "a block that the disk refuses is an error of one sync; its neighbours are written")
{
	disk_make(DISK_KIB, "-t ext4");
	CHECK(life(refuse_one, true));
	CHECK(disk_check("-fn") == 0);
}

static void flush_badly(void)
{
	uint64_t first;

	CHECK(put('a', 0, RUN) == RUN * BLOCK && fs_sync(true) == FILES_OK);
	first = block_of("x", 0);
	CHECK(put('b', 0, RUN) == RUN * BLOCK);
	fake->bad_flushes = 1;
	CHECK(fs_sync(false) == FILES_E_DEVICE && disk_has(first, 'a'));
	CHECK(fs_sync(false) == FILES_OK && disk_has(first, 'b'));
}

TEST(FSRV1007, "bytes that a failed flush has lost are written again")
{
	disk_make(DISK_KIB, "-t ext4");
	CHECK(life(flush_badly, true));
}

static void leave_unread(void)
{
	CHECK(put('a', 0, RUN) == RUN * BLOCK && fs_sync(true) == FILES_OK);
}

/* The file is not in the cache. The first read of a try may fail, all others have its bytes. */
static void read_without_driver(unsigned waits)
{
	fake->bad_waits = waits;
	has('a', 0, RUN);
	fake->bad_waits = 0;
	CHECK(has('a', 0, RUN));
}

static void miss_one(void) { read_without_driver(1); }
static void miss_two(void) { read_without_driver(2); }

TEST(FSRV1010, "blocks that no driver has read are read again by the next request")
{
	disk_make(DISK_KIB, "-t ext4");
	CHECK(life(leave_unread, true) && life(miss_one, true) && life(miss_two, true));
}

/* ---- wrong kept bytes ---- */

static uint64_t wrong_block;
static unsigned wrong_class;

/* What a faulty server would keep as the bytes of a file. */
static void keep_wrong(void)
{
	CHECK(put('a', 0, RUN) == RUN * BLOCK && fs_sync(true) == FILES_OK && put('b', 0, RUN) == RUN * BLOCK);
	memset(bytes, 0xff, sizeof bytes);
	CHECK(keep_put(wrong_block, wrong_class, bytes) != KEEP_NONE);
	keep_commit();
}

static void be_as_on_disk(void)
{
	CHECK(keep_losses() == 1 && has('a', 0, RUN) && put('c', 0, RUN) == RUN * BLOCK && has('c', 0, RUN));
}

static void drops_wrong(uint64_t block, unsigned class)
{
	wrong_block = block;
	wrong_class = class;
	disk_make(DISK_KIB, "-t ext4");
	CHECK(life(keep_wrong, false));
	CHECK(life(be_as_on_disk, true));
	CHECK(disk_check("-fn") == 0);
}

static uint64_t *fixed;			/* blocks of the file system itself */

static void find_fixed(void)
{
	unsigned offset;

	fixed[0] = volume->super->s_first_data_block;
	fixed[1] = ext2fs_block_bitmap_loc(volume, 0);
	fixed[2] = ext2fs_inode_bitmap_loc(volume, 0);
	fixed[3] = fs_inode_block(EXT2_ROOT_INO, &offset);
}

TEST(FSRV1008, "kept bytes of a file for a block of the file system itself, or outside of it, are not used")
{
	enum { FIXED = 4 };

	fixed = fake_shared(FIXED * sizeof *fixed);
	disk_make(DISK_KIB, "-t ext4");
	CHECK(life(find_fixed, true));
	for (unsigned i = 0; i < FIXED; i++)
		drops_wrong(fixed[i], CLASS_DATA);
	drops_wrong(DISK_KIB, CLASS_DATA);
	drops_wrong(UINT64_MAX / 2, CLASS_DATA);
	drops_wrong(DISK_KIB - 1, CLASSES);
}

/* ---- files that grow ---- */

/* Free blocks with other bytes, then a file that grows into them by parts of blocks. */
static void grow_into_used(void)
{
	L4_Word_t f;
	uint64_t first;

	fill_gaps();
	CHECK(put('a', 0, MOST) == (long)MOST * BLOCK && fs_sync(true) == FILES_OK);
	first = block_of("x", 0);
	CHECK(fs_unlink("/x") == FILES_OK && fs_sync(true) == FILES_OK);
	memset(bytes, 'b', sizeof bytes);
	CHECK(fs_open("/x", FILES_WRITE | FILES_CREATE, &f) == FILES_OK);
	CHECK(fs_write(f, 0, bytes, BLOCK) == BLOCK && fs_write(f, BLOCK, bytes, BLOCK + 1) == BLOCK + 1);
	CHECK(fs_write(f, 5 * BLOCK + 7, bytes, BLOCK) == BLOCK && fs_sync(true) == FILES_OK);
	CHECK(block_of("x", 0) == first && block_of("x", 2) == first + 2 && block_of("x", 3) == 0);
	CHECK(fs_read(f, 0, bytes, BIG) == 6 * BLOCK + 7);
	CHECK(bytes[2 * BLOCK] == 'b' && bytes[5 * BLOCK + 7] == 'b' && bytes[6 * BLOCK + 6] == 'b');
	for (unsigned i = 2 * BLOCK + 1; i < 5 * BLOCK + 7; i++)
		bytes[0] |= bytes[i];
	CHECK(bytes[0] == 'b');
	CHECK(disk_bytes[(first + 2) * BLOCK + 1] == 0);
}

TEST(FSRV1009, "a file that grows by parts of blocks has zeros beside them, in blocks of another, too")
{
	disk_make(DISK_KIB, "-t ext4");
	CHECK(life(grow_into_used, true));
	CHECK(disk_check("-fn") == 0);
}

static void count_cached(void)
{
	uint64_t whole;

	CHECK(fs_sync(true) == FILES_OK);
	whole = fs_cached();
	CHECK(put('a', 0, RUN) == RUN * BLOCK && fs_cached() + RUN * BLOCK <= whole);
	CHECK(fs_sync(true) == FILES_OK && fs_cached() == whole);
}

TEST(FSRV1014, "the size of the cache is counted without the blocks that are not on the disk yet")
{
	disk_make(DISK_KIB, "-t ext4");
	CHECK(life(count_cached, true));
}
