/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * permits.c - what clients may do with which paths (<pecan/file_permits.h>): none of the ways that lead
 * to a file - links of both kinds, `..`, other names, what was renamed meanwhile - leads around that.
 */
#include <string.h>

#include <pecan/file_permits.h>
#include "fake.h"

enum { DISK_KIB = 4096, RESTRICTED = 9 };

static bool has(const char *list, size_t bytes, const char *path, enum permit wanted)
{
	return permit_has(list, bytes, path, wanted);
}

TEST(FSRV0801, "a path permits its file, its folder and all below, no other name that begins so")
{
	static const char list[] = "r/disk/a\0w/disk/b/c\0w/elsewhere/d\0x";

	CHECK(has(list, sizeof list, "/a", PERMIT_READ) && has(list, sizeof list, "/a/x/y", PERMIT_READ));
	CHECK(!has(list, sizeof list, "/ab", PERMIT_READ) && !has(list, sizeof list, "/A", PERMIT_READ));
	CHECK(!has(list, sizeof list, "/a", PERMIT_WRITE) && !has(list, sizeof list, "/a/x", PERMIT_WRITE));
	CHECK(has(list, sizeof list, "/b/c", PERMIT_WRITE) && has(list, sizeof list, "/b/c/d", PERMIT_WRITE));
	CHECK(has(list, sizeof list, "/b/c/d", PERMIT_READ) && !has(list, sizeof list, "/b/cd", PERMIT_READ));
	CHECK(!has(list, sizeof list, "/b", PERMIT_READ) && !has(list, sizeof list, "/b", PERMIT_WRITE));
	CHECK(!has(list, sizeof list, "", PERMIT_READ) && !has(list, sizeof list, "/d", PERMIT_READ));
}

TEST(FSRV0802, "folders on the way to a permitted path can be seen, others not; nothing permits nothing")
{
	static const char list[] = "w/disk/b/c", all[] = "r/disk";

	CHECK(has(list, sizeof list, "", PERMIT_PASS) && has(list, sizeof list, "/b", PERMIT_PASS));
	CHECK(has(list, sizeof list, "/b/c/d", PERMIT_PASS) && !has(list, sizeof list, "/b/d", PERMIT_PASS));
	CHECK(!has(list, sizeof list, "/bc", PERMIT_PASS) && !has(list, sizeof list, "/a", PERMIT_PASS));
	CHECK(!has(list, 0, "", PERMIT_PASS) && !has(list, sizeof list - 1, "/b/c", PERMIT_READ));
	CHECK(has(all, sizeof all, "", PERMIT_READ) && has(all, sizeof all, "/x", PERMIT_READ));
	CHECK(!has(all, sizeof all, "", PERMIT_WRITE));
}

/* ---- the server ---- */

static void begin_restricted(void)
{
	fs_permit(RESTRICTED, "r/disk/read w/disk/mine w/disk/deep/own ");
	CHECK(fs_mkdir("/read") == FILES_OK && fs_mkdir("/mine") == FILES_OK && fs_mkdir("/other") == FILES_OK);
	CHECK(fs_put("/read/x", "read") == FILES_OK && fs_put("/mine/x", "mine") == FILES_OK);
	CHECK(fs_put("/other/x", "other") == FILES_OK && fs_mkdir("/other/d") == FILES_OK);
	CHECK(fs_put("/minerals", "other") == FILES_OK);
	CHECK(fs_symlink("/disk/other", "/mine/out") == FILES_OK);
	CHECK(fs_symlink("../other/x", "/mine/file") == FILES_OK);
	CHECK(fs_symlink("../other/new", "/mine/dangling") == FILES_OK);
	CHECK(fs_symlink("../mine", "/other/back") == FILES_OK);
	CHECK(fs_symlink("x", "/read/link") == FILES_OK);
	fs_client(RESTRICTED);
}

/* Every request that has a path, of what may not be read. */
static void check_denied(const char *path, const char *fresh)
{
	L4_Word_t f;

	CHECK(fs_open(path, 0, &f) == FILES_E_DENIED && fs_look(path, false) == FILES_E_DENIED);
	CHECK(fs_open(path, FILES_WRITE, &f) == FILES_E_DENIED && fs_truncate(path) == FILES_E_DENIED);
	CHECK(fs_open(path, FILES_WRITE | FILES_TRUNCATE, &f) == FILES_E_DENIED);
	CHECK(fs_chmod(0, path) == FILES_E_DENIED);
	CHECK(fs_open(fresh, FILES_WRITE | FILES_CREATE, &f) == FILES_E_DENIED);
	CHECK(fs_mkdir(fresh) == FILES_E_DENIED && fs_symlink("x", fresh) == FILES_E_DENIED);
	CHECK(fs_rename("/mine/x", fresh) == FILES_E_DENIED && fs_link("/mine/x", fresh) == FILES_E_DENIED);
	CHECK(fs_has("/mine/x", "mine"));
}

static void use_others(void)
{
	begin_restricted();
	check_denied("/other/x", "/other/new");
	check_denied("/minerals", "/minerals2");
	CHECK(fs_unlink("/other/x") == FILES_E_DENIED && fs_rmdir("/other/d") == FILES_E_DENIED);
	CHECK(fs_rename("/other/x", "/mine/y") == FILES_E_DENIED);
	CHECK(fs_rename("/other", "/mine/y") == FILES_E_DENIED);
	CHECK(fs_link("/other/x", "/mine/y") == FILES_E_DENIED);
	CHECK(fs_read_link("/other/back") == FILES_E_DENIED && fs_look("/other/back", true) == FILES_E_DENIED);
	CHECK(fs_look("/other/absent", false) == FILES_E_DENIED && fs_unlink("/absent") == FILES_E_DENIED);
	fs_use_client(CLIENT);
	CHECK(fs_has("/other/x", "other") && fs_has("/minerals", "other") && fs_has("/mine/x", "mine"));
}

TEST(FSRV0803, "a client reads and changes nothing outside of its paths: each request with a path is denied")
{
	disk_make(DISK_KIB, "-t ext4");
	CHECK(life(use_others, true) && disk_check("-fn") == 0);
}

static void use_own(void)
{
	char entries[65536];
	L4_Word_t f;

	begin_restricted();
	CHECK(fs_has("/read/x", "read") && fs_has("/read/link", "read"));
	CHECK(fs_read_link("/read/link") == FILES_OK);
	CHECK(fs_open("/read", 0, &f) == FILES_OK && fs_list(f, 0, entries) > 0 && fs_close(f) == FILES_OK);
	CHECK(fs_open("/read/x", FILES_WRITE, &f) == FILES_E_DENIED && fs_truncate("/read/x") == FILES_E_DENIED);
	CHECK(fs_unlink("/read/x") == FILES_E_DENIED && fs_link("/read/x", "/mine/y") == FILES_E_DENIED);
	CHECK(fs_rename("/read/x", "/mine/y") == FILES_E_DENIED && fs_chmod(0, "/read/x") == FILES_E_DENIED);
	CHECK(fs_open("/read/x", 0, &f) == FILES_OK && fs_chmod(f, NULL) == FILES_E_DENIED);
	CHECK(fs_lock(f, FILES_LOCK_WRITE, 0, 9) == FILES_E_DENIED);
	CHECK(fs_lock(f, FILES_LOCK_READ, 0, 9) == FILES_OK && fs_close(f) == FILES_OK);
	CHECK(fs_put("/mine/y", "new") == FILES_OK && fs_rename("/mine/y", "/mine/z") == FILES_OK);
	CHECK(fs_link("/mine/z", "/mine/w") == FILES_OK && fs_unlink("/mine/z") == FILES_OK);
	CHECK(fs_mkdir("/mine/d") == FILES_OK && fs_rmdir("/mine/d") == FILES_OK);
	CHECK(fs_open("/mine/w", 0, &f) == FILES_OK && fs_chmod(f, NULL) == FILES_OK && fs_close(f) == FILES_OK);
	CHECK(fs_look("", false) == FILES_OK && fs_open("", 0, &f) == FILES_E_DENIED);
	CHECK(fs_look("/deep/own", false) == FILES_E_ABSENT && fs_mkdir("/deep") == FILES_E_DENIED);
	fs_use_client(CLIENT);
	CHECK(fs_mkdir("/deep") == FILES_OK);
	fs_use_client(RESTRICTED);
	CHECK(fs_mkdir("/deep/own") == FILES_OK && fs_put("/deep/own/x", "own") == FILES_OK);
	CHECK(fs_look("/deep", false) == FILES_OK && fs_open("/deep", 0, &f) == FILES_E_DENIED);
}

TEST(FSRV0804, "what may be read is not changed by any request; what may be written is read and changed")
{
	disk_make(DISK_KIB, "-t ext4");
	CHECK(life(use_own, true) && disk_check("-fn") == 0);
}

static void use_links(void)
{
	L4_Word_t f;

	begin_restricted();
	check_denied("/mine/out/x", "/mine/out/new");
	CHECK(fs_open("/mine/file", FILES_WRITE, &f) == FILES_E_DENIED);
	CHECK(fs_look("/mine/file", false) == FILES_E_DENIED && fs_unlink("/mine/out/x") == FILES_E_DENIED);
	CHECK(fs_open("/mine/dangling", FILES_WRITE | FILES_CREATE, &f) == FILES_E_DENIED);
	CHECK(fs_symlink("/disk/other/x", "/mine/own") == FILES_OK);
	CHECK(fs_open("/mine/own", 0, &f) == FILES_E_DENIED && fs_truncate("/mine/own") == FILES_E_DENIED);
	CHECK(fs_read_link("/mine/own") == FILES_OK && fs_look("/mine/own", true) == FILES_OK);
	CHECK(fs_symlink("..", "/mine/up") == FILES_OK && fs_symlink("up/other", "/mine/up2") == FILES_OK);
	check_denied("/mine/up2/x", "/mine/up2/new");
	check_denied("/mine/up/other/x", "/mine/up/other/new");
	CHECK(fs_unlink("/mine/own") == FILES_OK && fs_has("/other/back/x", "mine"));
}

TEST(FSRV0805, "a symbolic link leads nowhere that its end does not permit, whichever task made it")
{
	disk_make(DISK_KIB, "-t ext4");
	CHECK(life(use_links, true) && disk_check("-fn") == 0);
}

static void use_dots(void)
{
	begin_restricted();
	check_denied("/mine/../other/x", "/mine/../other/new");
	check_denied("/mine/./../other/x", "/mine//../other/d/../new");
	CHECK(fs_mkdir("/mine/d") == FILES_OK);
	check_denied("/mine/d/../../other/x", "/../other/new");
	CHECK(fs_has("/other/d/../../mine/./x", "mine") && fs_has("/other/back/d/../x", "mine"));
	CHECK(fs_look("/mine/x/..", false) == FILES_E_NO_DIRECTORY);
}

TEST(FSRV0806, "a path with .. permits what it ends at")
{
	disk_make(DISK_KIB, "-t ext4");
	CHECK(life(use_dots, true) && disk_check("-fn") == 0);
}

static void use_damaged(void)
{
	begin_restricted();
	CHECK(fs_mkdir("/mine/d") == FILES_OK);
}

static void use_damaged_dots(void)
{
	fs_permit(RESTRICTED, "w/disk/mine ");
	fs_client(RESTRICTED);
	CHECK(fs_has("/mine/d/../x", "mine"));
}

TEST(FSRV0807, "a damaged directory whose .. is another one leads back to where the path came from")
{
	disk_make(DISK_KIB, "-t ext4 -O ^metadata_csum");
	CHECK(life(use_damaged, true));
	disk_debugfs("unlink /mine/d/..");
	disk_debugfs("ln /other /mine/d/..");
	CHECK(strstr(disk_debugfs("ls /mine/d"), "..") != NULL);
	CHECK(life(use_damaged_dots, false));
}

static void use_open(void)
{
	L4_Word_t read, write;

	begin_restricted();
	CHECK(fs_open("/mine/x", 0, &read) == FILES_OK && fs_open("/mine/x", FILES_WRITE, &write) == FILES_OK);
	fs_use_client(CLIENT);
	CHECK(fs_rename("/mine/x", "/other/moved") == FILES_OK && fs_rename("/mine", "/renamed") == FILES_OK);
	CHECK(fs_mkdir("/mine") == FILES_OK && fs_symlink("/disk/other", "/mine/d") == FILES_OK);
	CHECK(fs_put("/mine/x", "mine") == FILES_OK);
	fs_use_client(RESTRICTED);
	CHECK(fs_write(write, 0, "open", 4) == 4);
	check_denied("/mine/d/moved", "/mine/d/new");
	check_denied("/other/moved", "/renamed/new");
	CHECK(fs_close(read) == FILES_OK && fs_close(write) == FILES_OK);
	fs_use_client(CLIENT);
	CHECK(fs_has("/other/moved", "open"));
}

TEST(FSRV0808, "an open file stays open when it is moved; its path, and what is there now, is checked anew")
{
	disk_make(DISK_KIB, "-t ext4");
	CHECK(life(use_open, true) && disk_check("-fn") == 0);
}
