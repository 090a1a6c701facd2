/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * walks.c - paths through a large directory: how many blocks one request reads.
 */
#include <stdio.h>
#include <string.h>

#include <servers/files/cache/cache.h>
#include <servers/files/names/name_index.h>
#include <servers/files/names/names.h>
#include "fake.h"

enum {
	DISK_KIB = 8192, NAMES = 900, FILLERS = 20, SIX_IN_A_BLOCK = 160, LINKS = 8, LONG = 236, AGAIN = 4,
	BLOCKS = 200, MOST = 3000, NONE = 1 << 30,	/* that are read */
};

/* What is made after them is at the end of the directory: no room is left before it. */
static void fill(const char *directory)
{
	char name[256];

	CHECK(fs_mkdir(directory) == FILES_OK);
	for (unsigned i = 0; i < NAMES + FILLERS; i++) {
		snprintf(name, sizeof name, "%s/%0*u", directory, i < NAMES ? SIX_IN_A_BLOCK : 4, i);
		CHECK(fs_symlink("t", name) == FILES_OK);
	}
}

/* As many steps down into either directory and up again as a path has room for. */
static void repeat(char *path, const char *down, const char *other)
{
	for (unsigned i = 0; strlen(path) + strlen(down) + 8 < LONG; i++)
		strcat(strcat(path, i % 2 ? down : other), "/../");
}

/* Blocks that are read to open the path; NONE: it has another result. */
static unsigned blocks_of(const char *path, enum files_status wanted)
{
	uint64_t before = cache_reads();
	L4_Word_t f;
	enum files_status s = fs_open(path, 0, &f);

	if (s == FILES_OK)
		fs_close(f);
	return s == wanted ? (unsigned)(cache_reads() - before) : NONE;
}

/* The index of /d has no room for the names behind the first block: these are looked for each time. */
static void limit_index(void)
{
	ext2_ino_t directory = fs_inode("d"), inode;

	names_forget_all();
	CHECK(fs_find(directory, ".", 1, &inode) == 0 && inode == directory);
	index_get(directory)->full = true;
}

/* Each link leads to the next by the most steps. */
static void go_up_and_down(void)
{
	char path[256], target[256];

	fill("/d");
	CHECK(fs_mkdir("/d/aa") == FILES_OK && fs_mkdir("/d/bB") == FILES_OK);
	for (unsigned i = 0; i < LINKS; i++) {
		*target = 0;
		repeat(target, "aa", "bB");
		snprintf(target + strlen(target), 8, i + 1 < LINKS ? "l%u" : "aa", i + 1);
		snprintf(path, sizeof path, "/d/l%u", i);
		CHECK(fs_symlink(target, path) == FILES_OK);
	}
	strcpy(path, "/d/");
	repeat(path, "aa", "bB");
	strcat(path, "l0");
	CHECK(blocks_of("/d/aa", FILES_OK) < BLOCKS);
	CHECK(blocks_of(path, FILES_OK) < MOST);
	limit_index();
	CHECK(blocks_of(path, FILES_E_LOOP) < MOST);
	CHECK(blocks_of("/d/bB", FILES_OK) < BLOCKS);
}

TEST(FSRV0501, "a path that leads hundreds of times through a large directory reads it once, or is refused")
{
	disk_make(DISK_KIB, "-t ext4 -O ^dir_index");
	CHECK(life(go_up_and_down, true));
	CHECK(disk_check("-fn") == 0);
}

static void follow_all(void)
{
	char path[256], target[256];

	fill("/d");
	fill("/d/e");
	CHECK(fs_put("/d/e/x", "text") == FILES_OK);
	for (unsigned i = 0; i < LINKS; i++) {
		snprintf(target, sizeof target, i + 1 < LINKS ? "l%u" : "e/x", i + 1);
		snprintf(path, sizeof path, "/d/l%u", i);
		CHECK(fs_symlink(target, path) == FILES_OK);
	}
}

static void look(void)
{
	char path[256] = "/d/";
	unsigned n;

	n = blocks_of("/d/l0", FILES_OK);
	CHECK(n < 3 * BLOCKS);
	for (unsigned i = 0; i < AGAIN; i++)
		strcat(path, "e/../");
	CHECK(fs_has(strcat(path, "e/x"), "text"));
}

TEST(FSRV0502, "as many links as can be lead through a large directory and to another: each is read once")
{
	disk_make(DISK_KIB, "-t ext4 -O ^dir_index");
	CHECK(life(follow_all, true));
	CHECK(life(look, true));
}
