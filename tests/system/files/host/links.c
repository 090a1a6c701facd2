/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * links.c - several names of one file.
 */
#include <string.h>

#include <servers/files/cache/cache.h>
#include <servers/files/cache/keep.h>
#include "fake.h"

enum { BLOCK = 1024, DISK_KIB = 4096, REQUESTS = 60 };

/* The sector of a block of the inode table, or of the first block of a directory. */
static uint64_t inode_sector(const char *name)
{
	unsigned offset;

	return fs_inode_block(fs_inode(name), &offset) * BLOCK / SECTOR;
}

static uint64_t directory_sector(const char *name)
{
	return fs_first_block(name) * BLOCK / SECTOR;
}

/* Flushes before the first write of a sector in what was noted; -1: it was not written. */
static int flushes_before(uint64_t sector)
{
	int flushes = 0;

	for (unsigned i = 0; i < fake->noted; i++) {
		if (fake->note[i].kind == 'w' && fake->note[i].sector == sector)
			return flushes;
		flushes += fake->note[i].kind == 'f';
	}
	return -1;
}

static void add_and_remove(void)
{
	int inode, name;
	L4_Word_t f;

	CHECK(fs_put("/a", "text") == FILES_OK && fs_mkdir("/d") == FILES_OK && fs_sync(true) == FILES_OK);
	fake->watch = true;
	CHECK(fs_link("/a", "/d/b") == FILES_OK);
	inode = flushes_before(inode_sector("a"));
	name = flushes_before(directory_sector("d"));
	CHECK(inode >= 0 && name > inode && fs_has("/d/b", "text"));
	CHECK(fs_link("/a", "/d/b") == FILES_E_EXISTS && fs_link("/d", "/e") == FILES_E_DIRECTORY);
	CHECK(fs_rename("/a", "/d/b") == FILES_OK && fs_has("/a", "text"));
	CHECK(fs_unlink("/a") == FILES_OK && fs_open("/a", 0, &f) == FILES_E_ABSENT);
	CHECK(fs_sync(true) == FILES_OK && fs_has("/d/b", "text"));
}

TEST(FSRV0401, "a link is counted on the disk before its name is there; a removed name leaves the file")
{
	disk_make(DISK_KIB, "-t ext4");
	CHECK(life(add_and_remove, true));
	CHECK(disk_check("-fn") == 0);
}

static void prepare(void)
{
	CHECK(fs_put("/a", "text") == FILES_OK && fs_mkdir("/d") == FILES_OK);
}

static void move(void)
{
	fake->end_at = fake->requests + fake->noted;
	fs_rename("/a", "/d/a");
}

static void move_again(void)
{
	enum files_status s = fs_rename("/a", "/d/a");
	L4_Word_t f;

	CHECK(s == FILES_OK || s == FILES_E_ABSENT);
	CHECK(fs_open("/a", 0, &f) == FILES_E_ABSENT && fs_has("/d/a", "text"));
}

/* The server ends at each request of the rename; then comes between(), unless NULL, and again(). */
static void end_during_rename(void (*first)(void), void (*between)(void), void (*again)(void))
{
	for (unsigned n = 1; n < REQUESTS; n++) {
		disk_make(DISK_KIB, "-t ext4");
		CHECK(life(first, true));
		fake->noted = n;
		life(move, false);
		fake->end_at = 0;
		CHECK(!between || life(between, false));
		CHECK(life(again, true));
		CHECK(disk_check("-fn") == 0);
	}
}

TEST(FSRV0402, "a rename during which the server ends, at any request of the disk, can be repeated")
{
	end_during_rename(prepare, NULL, move_again);
}

static void prepare_more(void)
{
	prepare();
	CHECK(fs_put("/x", "other") == FILES_OK);
}

/* What another client does before the one that has begun repeats its request. */
static void rename_other(void)
{
	CHECK(fs_rename("/x", "/d/x") == FILES_OK && fs_has("/d/x", "other"));
}

TEST(FSRV0403, "a rename during which the server ends can be repeated after one of another file")
{
	end_during_rename(prepare_more, rename_other, move_again);
}

static void watch_move_again(void)
{
	int fresh, old;

	fake->noted = 0;
	fake->watch = true;
	move_again();
	CHECK(fs_sync(true) == FILES_OK);
	fresh = flushes_before(directory_sector("d"));
	old = flushes_before(directory_sector("."));
	CHECK(old < 0 || fresh < old);
}

TEST(FSRV0404, "a repeated rename removes the old name from the disk after the new one is there")
{
	end_during_rename(prepare, NULL, watch_move_again);
}

/* As if the server had ended after its note and before the first half was committed. */
static void rename_to_itself(void)
{
	CHECK(fs_inode("a") != 0);
	keep_add_renamed(fs_inode("a"));
	CHECK(fs_rename("/a", "/a") == FILES_OK && fs_has("/a", "text"));
}

TEST(FSRV0405, "a rename to the same name leaves the file, also if a rename of it was begun before")
{
	disk_make(DISK_KIB, "-t ext4");
	CHECK(life(prepare, true));
	CHECK(life(rename_to_itself, true));
	CHECK(disk_check("-fn") == 0);
}

static void link_once(void)
{
	fake->end_at = fake->requests + fake->noted;
	fs_number(1);
	fs_link("/a", "/d/b");
}

static void link_again(void)
{
	fs_number(1);
	CHECK(fs_link("/a", "/d/b") == FILES_OK);
	CHECK(!cache_is_dirty() && fs_has("/d/b", "text"));
}

TEST(FSRV0406, "a link that is repeated after the server has ended is on the disk when it is answered")
{
	for (unsigned n = 1; n < REQUESTS; n++) {
		disk_make(DISK_KIB, "-t ext4");
		CHECK(life(prepare, true));
		fake->noted = n;
		life(link_once, false);
		fake->end_at = 0;
		CHECK(life(link_again, true));
		CHECK(disk_check("-fn") == 0);
	}
}

/* Is the name there, or not, as it should be? */
static bool is_there(const char *path, bool wanted)
{
	L4_Word_t f;
	enum files_status s = fs_open(path, 0, &f);

	return wanted ? s == FILES_OK && fs_close(f) == FILES_OK : s == FILES_E_ABSENT;
}

/* Each of these is looked for before, so that the server knows that there is none, or one. */
static void come_and_go(void)
{
	L4_Word_t f;

	CHECK(fs_put("/a", "text") == FILES_OK && fs_mkdir("/d") == FILES_OK);
	CHECK(is_there("/d/link", false) && fs_link("/a", "/d/link") == FILES_OK && is_there("/d/link", true));
	CHECK(fs_unlink("/d/link") == FILES_OK && is_there("/d/link", false));
	CHECK(is_there("/d/new", false) && fs_rename("/a", "/d/new") == FILES_OK && is_there("/d/new", true));
	CHECK(is_there("/a", false) && fs_put("/a", "other") == FILES_OK && fs_has("/a", "other"));
	CHECK(fs_rename("/a", "/d/new") == FILES_OK && fs_has("/d/new", "other") && is_there("/a", false));
	CHECK(is_there("/s", false) && fs_symlink("d/new", "/s") == FILES_OK && fs_has("/s", "other"));
	CHECK(fs_unlink("/d/new") == FILES_OK && is_there("/s", false));
	CHECK(fs_rmdir("/d") == FILES_OK && is_there("/d/new", false) && fs_sync(true) == FILES_OK);
	CHECK(fs_mkdir("/e") == FILES_OK && is_there("/e/new", false) && fs_put("/e/new", "third") == FILES_OK);
	CHECK(fs_has("/e/new", "third") && fs_open("/d", 0, &f) == FILES_E_ABSENT);
}

TEST(FSRV0407, "a name that was absent is found when it is made, and not when it is removed, in every way")
{
	disk_make(DISK_KIB, "-t ext4");
	CHECK(life(come_and_go, true));
	CHECK(disk_check("-fn") == 0);
}

static void change(void)
{
	CHECK(fs_sync(true) == FILES_OK && fs_put("/a", "text") == FILES_OK && fs_mkdir("/d") == FILES_OK);
	fake->noted = (unsigned)fs_free_blocks();
}

static void look(void)
{
	CHECK(fs_free_blocks() == fake->noted && fs_has("/a", "text"));
}

TEST(FSRV0408, "the next server counts the same free blocks; on the disk they are right when it is clean")
{
	disk_make(DISK_KIB, "-t ext4");
	CHECK(life(change, false));
	CHECK(life(look, true));
	CHECK(disk_check("-fn") == 0);
}
