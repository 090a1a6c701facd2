/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * damaged.c - names of a damaged disk that lead to no inode in use.
 */
#include <string.h>

#include <servers/files/volume.h>
#include "fake.h"

enum { DISK_KIB = 4096 };

static const char *const names[] = { "/file", "/folder", "/symbol", "/link", "/moved", "/removed" };
enum { NAMES = sizeof names / sizeof names[0] };

static void make_files(void)
{
	CHECK(fs_put("/sound", "sound") == FILES_OK && fs_put("/from", "moved") == FILES_OK);
	for (unsigned i = 0; i < NAMES; i++)
		CHECK(fs_put(names[i], "old") == FILES_OK);
}

static void clear_inodes(void)
{
	static const char *const commands[] = {
		"clri /file", "clri /folder", "clri /symbol", "clri /link", "clri /moved", "clri /removed",
	};

	for (unsigned i = 0; i < NAMES; i++)
		disk_debugfs(commands[i]);
}

static void make_again(void)
{
	L4_Word_t f;

	for (unsigned i = 0; i < NAMES; i++)
		CHECK(fs_open(names[i], 0, &f) == FILES_E_ABSENT);
	CHECK(fs_put("/file", "new") == FILES_OK && fs_mkdir("/folder") == FILES_OK);
	CHECK(fs_put("/folder/inner", "inner") == FILES_OK && fs_symlink("sound", "/symbol") == FILES_OK);
	CHECK(fs_link("/sound", "/link") == FILES_OK && fs_rename("/from", "/moved") == FILES_OK);
	CHECK(fs_unlink("/removed/inner") == FILES_E_ABSENT);
	CHECK(fs_unlink("/removed") == FILES_OK && fs_unlink("/removed") == FILES_E_ABSENT);
}

static void be_made(void)
{
	L4_Word_t f;

	CHECK(fs_has("/file", "new") && fs_has("/folder/inner", "inner") && fs_has("/symbol", "sound"));
	CHECK(fs_has("/link", "sound") && fs_has("/moved", "moved"));
	CHECK(fs_open("/removed", 0, &f) == FILES_E_ABSENT && fs_open("/from", 0, &f) == FILES_E_ABSENT);
	CHECK(fs_rmdir("/folder") == FILES_E_NOT_EMPTY && fs_unlink("/folder/inner") == FILES_OK);
	CHECK(fs_rmdir("/folder") == FILES_OK);
}

TEST(FSRV0601, "a name of a freed inode can be made again in each way, and removed; the disk has it so")
{
	disk_make(DISK_KIB, "-t ext4");
	CHECK(life(make_files, true));
	clear_inodes();
	CHECK(life(make_again, true));
	CHECK(strstr(disk_debugfs("cat /file"), "\nnew") != NULL);
	CHECK(strstr(disk_debugfs("ls /"), "removed") == NULL);
	CHECK(life(be_made, true));
	CHECK(disk_check("-fy") <= 1 && disk_check("-fn") == 0);
}

static void remove_dots(void)
{
	CHECK(fs_unlink("/b2/..") == FILES_E_ARGUMENT && fs_unlink("/b2/.") == FILES_E_ARGUMENT);
}

TEST(FSRV0602, "the name .. of a directory is not removed, also if its inode is not in use")
{
	disk_make(DISK_KIB, "-t ext4");
	disk_debugfs("mkdir /a");
	disk_debugfs("mkdir /a/b");
	disk_debugfs("ln /a/b /b2");
	disk_debugfs("clri /a");
	CHECK(life(remove_dots, true));
	CHECK(strstr(disk_debugfs("ls /b2"), "..") != NULL);
}
