/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kept.c - what a server does with the kept blocks of one before: damaged ones are dropped, right ones stay.
 */
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include <servers/files/cache/keep.h>
#include <servers/files/cache/pending.h>
#include <servers/files/file/operation.h>
#include <servers/files/volume/volume.h>
#include "fake.h"

enum { BLOCK = 1024, DISK_KIB = 4096 };

/* "clean" or "not clean". */
static bool is_marked(const char *state)
{
	char line[64];

	snprintf(line, sizeof line, "state:         %s\n", state);
	return strstr(disk_debugfs("show_super_stats -h"), line) != NULL;
}

static void damage(blk64_t wanted, unsigned offset)
{
	unsigned found = 0;

	for (int i = 0; i < keep_places(); i++) {
		unsigned class;
		uint64_t block;
		const void *kept = keep_get(i, &block, &class);

		if (kept && block == wanted) {
			((char *)(uintptr_t)kept)[offset] ^= 1;
			found++;
		}
	}
	CHECK(found == 1);
}

static const char *text_of_new = "text";

static void keep_new_file(void)
{
	CHECK(fs_put("/old", "text") == FILES_OK && fs_sync(true) == FILES_OK);
	CHECK(fs_put("/new", text_of_new) == FILES_OK);
}

/* Inode `more` behind that of /new, in the same block. */
static void damage_inode_of_new(unsigned more)
{
	ext2_ino_t number = fs_inode("new");
	unsigned offset, next;
	blk64_t block;

	CHECK(number != 0);
	block = fs_inode_block(number, &offset);
	CHECK(fs_inode_block(number + more, &next) == block);
	damage(block, next + offsetof(struct ext2_inode, i_mtime));
}

static void damage_inode(void)
{
	keep_new_file();
	damage_inode_of_new(0);
}

static void damage_unused_inode(void)
{
	keep_new_file();
	damage_inode_of_new(1);
}

static void damage_bitmap(void)
{
	keep_new_file();
	damage(ext2fs_inode_bitmap_loc(volume, 0), 0);
}

static void be_as_on_disk(void)
{
	L4_Word_t f;

	CHECK(keep_losses() == 1);
	CHECK(fs_has("/old", "text") && fs_open("/new", 0, &f) == FILES_E_ABSENT);
	CHECK(fs_put("/new", "again") == FILES_OK && fs_has("/new", "again"));
}

static void be_again(void)
{
	CHECK(keep_losses() == 1 && fs_has("/new", "again"));
}

TEST(FSRV0017, "if a kept inode or bitmap is damaged, what was kept is dropped, and a loss is counted")
{
	void (*const damages[])(void) = { damage_inode, damage_bitmap };

	for (unsigned i = 0; i < 2; i++) {
		disk_make(DISK_KIB, "-t ext4");
		CHECK(life(damages[i], false));
		CHECK(life(be_as_on_disk, false));
		CHECK(life(be_again, true));
		CHECK(disk_check("-fn") == 0);
	}
}

static void have_both(void)
{
	CHECK(keep_losses() == 0 && fs_has("/old", "text") && fs_has("/new", "text"));
}

static void fill_unused_inodes(void)
{
	ext2_ino_t number = EXT2_FIRST_INO(volume->super) + 1;
	unsigned offset;

	for (; number <= volume->super->s_inodes_per_group; number++) {
		blk64_t block = fs_inode_block(number, &offset);

		memset(disk_bytes + block * BLOCK + offset, 0xa5, EXT2_INODE_SIZE(volume->super));
	}
}

/* What is not kept cannot be read. */
static void try_to_read(void)
{
	bool has = fs_has("/old", "text");

	CHECK(keep_losses() == 0 && (!has || fake->bad_to == 0));
}

TEST(FSRV0018, "what was kept stays if a new server cannot read the disk, or once not")
{
	for (unsigned times = 0; times < 2; times++) {
		int status;

		disk_make(DISK_KIB, "-t ext4 -O ^metadata_csum,^uninit_bg -g 1024");
		CHECK(life(keep_new_file, false));
		fake->bad_times = times;
		fake->bad_from = 8;
		fake->bad_to = fake->sectors;
		status = life_status(try_to_read, false);
		CHECK(WIFEXITED(status) && (WEXITSTATUS(status) == NOT_MOUNTED || status == 0));
		CHECK(fake->bad_to == (times ? 0 : fake->sectors));
		fake->bad_to = 0;
		CHECK(life(have_both, true));
		CHECK(disk_check("-fn") == 0);
	}
}

TEST(FSRV0019, "what was kept stays if unused inodes beside it have any bytes")
{
	disk_make(DISK_KIB, "-t ext4 -E lazy_itable_init=1");
	CHECK(life(fill_unused_inodes, false));
	CHECK(life(damage_unused_inode, false));
	CHECK(life(have_both, true));
	CHECK(disk_check("-fn") == 0);
}

static blk64_t block_of_bad(unsigned *offset)
{
	ext2_ino_t number = fs_inode("bad");

	return number ? fs_inode_block(number, offset) : 0;
}

static void damage_on_disk(void)
{
	unsigned offset;
	blk64_t block;

	CHECK(fs_put("/a", "text") == FILES_OK && fs_put("/bad", "text") == FILES_OK);
	CHECK(fs_put("/old", "text") == FILES_OK && fs_sync(true) == FILES_OK);
	block = block_of_bad(&offset);
	disk_bytes[block * BLOCK + offset + offsetof(struct ext2_inode, i_mtime)] ^= 1;
}

static void keep_beside_bad(void)
{
	ext2_ino_t number;
	unsigned offset;

	CHECK(fs_put("/new", "text") == FILES_OK);
	number = fs_inode("new");
	CHECK(number != 0 && block_of_bad(&offset) != 0);
	CHECK(fs_inode_block(number, &offset) == block_of_bad(&offset));
	CHECK(!fs_has("/bad", "text"));
}

TEST(FSRV0020, "what was kept stays if an inode beside it was damaged on the disk before")
{
	disk_make(DISK_KIB, "-t ext4");
	CHECK(life(damage_on_disk, false));
	CHECK(life(keep_beside_bad, false));
	CHECK(life(have_both, true));
}

static uint64_t *losses;		/* of the last life of be_usable */
static unsigned *requests;		/* after which damage_and_write ends */

/* Ends when it writes: with the damage in the kept memory, or after it was dropped there. */
static void damage_and_write(void)
{
	damage_inode();
	fake->end_at = fake->requests + *requests;
	operation_sync(true);
}

static void be_usable(void)
{
	*losses = keep_losses();
	CHECK(fs_has("/old", "text") && fs_put("/more", "text") == FILES_OK && fs_has("/more", "text"));
}

/* After that: it can be used, it is clean if it is marked so, and e2fsck can mend it. */
static void end_and_begin(bool *ended)
{
	int status;

	disk_make(DISK_KIB, "-t ext4");
	status = life_status(damage_and_write, false);
	*ended = WIFEXITED(status) && WEXITSTATUS(status) == ENDED_BY_FAKE;
	CHECK(*ended || status == 0);
	fake->end_at = 0;
	CHECK(life(be_usable, true));
	if (is_marked("clean"))
		CHECK(disk_check("-fn") == 0);
	CHECK(disk_check("-fy") <= 1 && disk_check("-fn") == 0);
}

TEST(FSRV0021, "the disk can be used after a server that ended as it wrote, and left damage in what it kept")
{
	static const char *const texts[] = { "text", "" };
	uint64_t dropped = 0, all = 0;

	losses = fake_shared(sizeof *losses);
	requests = fake_shared(sizeof *requests);
	for (unsigned i = 0; i < 2; i++) {
		bool ended = true;

		text_of_new = texts[i];
		for (*requests = 1; ended; ++*requests) {
			end_and_begin(&ended);
			dropped += *losses;
			all++;
		}
	}
	text_of_new = texts[0];
	CHECK(dropped > 4 && dropped < all - 4);
}

TEST(FSRV0022, "a server that begins with kept blocks does not mark as clean what was not clean before")
{
	disk_make(DISK_KIB, "-t ext4 -O ^metadata_csum");
	disk_debugfs("set_super_value state 0");
	CHECK(life(keep_new_file, false));
	CHECK(life(have_both, true));
	CHECK(is_marked("not clean"));
}

static void fail_to_sync(void)
{
	CHECK(volume_is_read_only() && fs_has("/new", "text") && fs_sync(true) != FILES_OK);
}

TEST(FSRV0023, "a sync fails if kept blocks are not on a disk that cannot be written")
{
	disk_make(DISK_KIB, "-t ext4");
	CHECK(life(keep_new_file, false));
	disk_debugfs("set_super_value state 3");
	CHECK(life(fail_to_sync, false));
	disk_debugfs("set_super_value state 1");
	CHECK(life(have_both, true));
	CHECK(disk_check("-fn") == 0);
}

static const struct pending *wrong_entry;

/* What a faulty server would do: it frees what is in use. first 0: the inode of /old; 1: of /folder. */
static void keep_wrong_entry(void)
{
	const struct pending *p = wrong_entry;
	uint64_t first = p->first;
	L4_Word_t f;

	CHECK(fs_open("/gap", FILES_WRITE | FILES_CREATE, &f) == FILES_OK && fs_write(f, BLOCK, "text", 4) == 4);
	CHECK(fs_mkdir("/folder") == FILES_OK && fs_put("/folder/inner", "inner") == FILES_OK);
	CHECK(fs_put("/gone", "gone") == FILES_OK);
	keep_new_file();
	if (p->kind != PENDING_BLOCKS && first <= 1)
		first = fs_inode(first ? "folder" : "old");
	CHECK(pending_add(p->kind, first, p->count));
	CHECK(fs_unlink("/gone") == FILES_OK);
}

static void have_all(void)
{
	L4_Word_t f;

	CHECK(fs_has("/old", "text") && fs_has("/new", "text") && fs_has("/folder/inner", "inner"));
	CHECK(fs_open("/gone", 0, &f) == FILES_E_ABSENT);
}

/* The first operation is taken back, as the second block that it changes cannot be read. */
static void fail_and_have_all(void)
{
	static const char more[BLOCK + 1];
	L4_Word_t f;

	CHECK(fs_open("/gap", FILES_WRITE, &f) == FILES_OK);
	fake->bad_from = 0;
	fake->bad_to = fake->sectors;
	CHECK(fs_write(f, 0, more, sizeof more) < 0);
	fake->bad_to = 0;
	have_all();
}

TEST(FSRV0024, "an entry of the kept list that would free what is in use is left out; the others are freed")
{
	static const struct pending wrong[] = {
		{ 0, EXT2_ROOT_INO, PENDING_LINK }, { 0, 11, PENDING_INODE }, { 1, EXT2_ROOT_INO, PENDING_LINK },
		{ 1, 11, PENDING_LINK }, { 0, 11, PENDING_DIRECTORY }, { 5, 1, PENDING_INODE },
		{ 1, EXT2_ROOT_INO, PENDING_DIRECTORY }, { 1, 1, PENDING_INODE_DIRECTORY },
		{ EXT2_ROOT_INO, EXT2_ROOT_INO, PENDING_DIRECTORY }, { 5, EXT2_ROOT_INO, PENDING_LINK },
		{ EXT2_ROOT_INO, 1, PENDING_INODE }, { 1000, 1, PENDING_INODE }, { UINT64_MAX, 1, PENDING_LINK },
		{ 0, 0xffffffff, PENDING_LINK }, { 0, EXT2_ROOT_INO, 5 }, { 1, 1, PENDING_BLOCKS },
		{ 34, 1, PENDING_BLOCKS }, { 66, 8, PENDING_BLOCKS }, { 3000, 1, PENDING_BLOCKS },
		{ 4096, 1, PENDING_BLOCKS }, { 4000, 0xffffffff, PENDING_BLOCKS }, { UINT64_MAX, 2, PENDING_BLOCKS },
		{ 0, 1, PENDING_BLOCKS },
	};

	for (unsigned i = 0; i < 2 * sizeof wrong / sizeof wrong[0]; i++) {
		wrong_entry = &wrong[i / 2];
		disk_make(DISK_KIB, "-t ext4");
		CHECK(life(keep_wrong_entry, false));
		CHECK(life(i % 2 ? fail_and_have_all : have_all, true));
		CHECK(life(have_all, false));
		CHECK(disk_check("-fn") == 0 && is_marked("not clean"));
	}
}

static void remove_much(void)
{
	CHECK(fs_mkdir("/d") == FILES_OK && fs_put("/d/a", "text") == FILES_OK);
	CHECK(fs_link("/d/a", "/d/b") == FILES_OK && fs_link("/d/a", "/d/c") == FILES_OK);
	CHECK(fs_mkdir("/d/e") == FILES_OK && fs_put("/d/e/f", "text") == FILES_OK);
	CHECK(fs_mkdir("/d/i") == FILES_OK && fs_mkdir("/d/j") == FILES_OK);
	CHECK(fs_put("/g", "text") == FILES_OK && fs_put("/h", "other") == FILES_OK && fs_sync(true) == FILES_OK);
	CHECK(fs_rename("/g", "/d/g") == FILES_OK && fs_rename("/h", "/d/c") == FILES_OK);
	CHECK(fs_rename("/d/j", "/k") == FILES_OK);
	CHECK(fs_unlink("/d/a") == FILES_OK && fs_unlink("/d/b") == FILES_OK);
	CHECK(fs_unlink("/d/e/f") == FILES_OK && fs_rmdir("/d/e") == FILES_OK);
	CHECK(fs_rename("/d/i", "/i") == FILES_OK && fs_rmdir("/i") == FILES_OK);
	CHECK(pending_count() > 3);
}

static void have_rest(void)
{
	L4_Word_t f;

	CHECK(fs_has("/d/c", "other") && fs_has("/d/g", "text") && fs_open("/d/e", 0, &f) == FILES_E_ABSENT);
	CHECK(fs_rmdir("/k") == FILES_OK);
}

TEST(FSRV0025, "what was removed before a restart is freed after it, and the file system is clean")
{
	disk_make(DISK_KIB, "-t ext4");
	CHECK(life(remove_much, false));
	CHECK(life(have_rest, true));
	CHECK(disk_check("-fn") == 0 && is_marked("clean"));
}

static struct pending last_entry(void)
{
	return pending_at(pending_count() - 1);
}

static void free_twice(void)
{
	struct pending p = last_entry();

	CHECK(pending_add(p.kind, p.first, p.count) && fs_put("/more", "text") == FILES_OK);
}

static void remove_gone(void)
{
	keep_new_file();
	CHECK(fs_put("/gone", "text") == FILES_OK && fs_sync(true) == FILES_OK && fs_unlink("/gone") == FILES_OK);
}

/* Its inode is cleared, and not yet free. */
static void clear_gone(void)
{
	remove_gone();
	CHECK(fs_sync(false) == FILES_OK && last_entry().kind == PENDING_INODE);
}

static void remove_twice(void)
{
	remove_gone();
	free_twice();
}

static void remove_directory_twice(void)
{
	keep_new_file();
	CHECK(fs_mkdir("/gone") == FILES_OK && fs_sync(true) == FILES_OK && fs_rmdir("/gone") == FILES_OK);
	free_twice();
}

static void free_inode_twice(void)
{
	clear_gone();
	free_twice();
}

static void free_inode_as_directory(void)
{
	struct pending p;

	clear_gone();
	p = last_entry();
	pending_remove(pending_count() - 1);
	CHECK(pending_add(PENDING_INODE_DIRECTORY, p.first, 1) && fs_put("/more", "text") == FILES_OK);
}

static void free_blocks_twice(void)
{
	struct pending p;

	keep_new_file();
	CHECK(fs_put("/empty", "text") == FILES_OK && fs_sync(true) == FILES_OK);
	CHECK(fs_put("/empty", "") == FILES_OK);
	p = last_entry();
	CHECK(p.kind == PENDING_BLOCKS);
	CHECK(pending_add(PENDING_INODE, 1000, 1));	/* else they become one entry */
	CHECK(pending_add(p.kind, p.first, p.count));
	pending_remove(pending_count() - 2);
	CHECK(pending_count() == 2 && fs_put("/more", "text") == FILES_OK);
}

TEST(FSRV0026, "what two entries of the kept list would free, or one as what it is not, stays in use")
{
	void (*const faults[])(void) = {
		remove_twice, remove_directory_twice, free_inode_twice, free_inode_as_directory, free_blocks_twice,
	};

	for (unsigned i = 0; i < sizeof faults / sizeof faults[0]; i++) {
		disk_make(DISK_KIB, "-t ext4");
		CHECK(life(faults[i], false));
		CHECK(life(have_both, true));
		CHECK(is_marked("not clean"));
		CHECK(disk_check("-fy") == 1 && disk_check("-fn") == 0);
	}
}

static void remove_odd(void)
{
	CHECK(fs_has("/odd", "text") && fs_unlink("/odd") == FILES_OK);
}

static void put_odd(void)
{
	CHECK(fs_put("/odd", "text") == FILES_OK);
}

TEST(FSRV0027, "if a removed file cannot be freed the disk is not marked as clean")
{
	disk_make(DISK_KIB, "-t ext4");
	CHECK(life(put_odd, true) && is_marked("clean"));
	disk_debugfs("set_inode_field /odd file_acl 9999");
	CHECK(life(remove_odd, true));
	CHECK(is_marked("not clean") && disk_check("-fy") == 1);
}

enum { LONG_NAMES = 40 };

static enum files_status of_long_name(unsigned i, bool put)
{
	char name[128];

	snprintf(name, sizeof name, "/d/%090u", i);
	return put ? fs_put(name, "") : fs_unlink(name);
}

/* The second block of /d is not changed. */
static void remove_in_first_block(void)
{
	blk64_t block = 0;

	CHECK(fs_mkdir("/d") == FILES_OK);
	for (unsigned i = 0; i < LONG_NAMES; i++)
		CHECK(of_long_name(i, true) == FILES_OK);
	CHECK(fs_sync(true) == FILES_OK && of_long_name(0, false) == FILES_OK);
	CHECK(ext2fs_bmap2(volume, fs_inode("d"), NULL, NULL, 0, 1, NULL, &block) == 0 && block != 0);
	fake->bad_from = block * BLOCK / SECTOR;
	fake->bad_to = fake->bad_from + 1;
	fake->bad_times = 1;
}

static void nothing(void)
{
	CHECK(fake->bad_to == 0);
}

TEST(FSRV0028, "the kept list stays if a directory that is needed to check it cannot be read once")
{
	disk_make(DISK_KIB, "-t ext4 -O ^dir_index");
	CHECK(life(remove_in_first_block, false));
	CHECK(life(nothing, true));
	CHECK(disk_check("-fn") == 0 && is_marked("clean"));
}
