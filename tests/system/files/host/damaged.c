/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * damaged.c - names of a damaged disk that lead to no inode in use.
 */
#include <string.h>

#include <servers/files/file/truncate.h>
#include <servers/files/volume/volume.h>
#include "fake.h"

enum { DISK_KIB = 4096, RUNS = 300, BLOCK = 1024, SYNCS = 64, STEPS = 4 };

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

/* ---- a file whose extents are in no order ---- */

/* An extent, as the disk has it. */
struct extent { uint32_t first; uint16_t count, high; uint32_t block; };

static struct extent *last_step;	/* the extent of /runs at which a step of freeing it ends */

static void make_runs(void)
{
	blk64_t block = 0;
	L4_Word_t f;

	CHECK(fs_put("/sound", "sound") == FILES_OK);
	CHECK(fs_open("/runs", FILES_WRITE | FILES_CREATE, &f) == FILES_OK);
	for (unsigned i = 0; i < RUNS; i++)
		CHECK(fs_write(f, (uint64_t)i * 2 * BLOCK, "text", 4) == 4);
	CHECK(fs_close(f) == FILES_OK);
	*last_step = (struct extent){ 2 * (RUNS - STEPS * TRUNCATE_EXTENTS), 1, 0, 0 };
	ext2fs_bmap2(volume, fs_inode("/runs"), NULL, NULL, 0, last_step->first, NULL, &block);
	last_step->block = (uint32_t)block;
}

/* That extent gets a place behind all others. */
static bool make_disordered(void)
{
	unsigned found = 0;

	if (!last_step)
		last_step = fake_shared(sizeof *last_step);
	disk_make(DISK_KIB, "-t ext4 -O ^metadata_csum");
	if (!life(make_runs, true))
		return false;
	for (unsigned char *at = disk_bytes; at < disk_bytes + DISK_KIB * 1024 - sizeof *last_step; at += 4) {
		if (memcmp(at, last_step, sizeof *last_step) != 0)
			continue;
		((struct extent *)at)->first |= 1 << 18;
		found++;
	}
	return found == 1;
}

static void remove_disordered(void)
{
	bool more = true;
	unsigned syncs = 0;

	CHECK(fs_unlink("/runs") == FILES_OK);
	for (; syncs < SYNCS && more; syncs++)
		CHECK(fs_sync_once(true, &more) == FILES_OK);
	CHECK(!more && syncs < SYNCS && fs_reports() == 1 && !(volume->super->s_state & EXT2_VALID_FS));
	CHECK(fs_has("/sound", "sound") && fs_put("/sound", "other") == FILES_OK);
	CHECK(fs_sync_once(true, &more) == FILES_OK && !more);
}

TEST(FSRV0603, "a removed file with extents in no order is given up, with a line; the disk stays unclean")
{
	CHECK(make_disordered() && life(remove_disordered, true));
	CHECK(disk_check("-fy") <= 1 && disk_check("-fn") == 0);
}

static void shorten_disordered(void)
{
	enum files_status s = FILES_E_MORE;
	L4_Word_t f;

	CHECK(fs_open("/runs", FILES_WRITE, &f) == FILES_OK);
	for (unsigned i = 0; i < SYNCS && s == FILES_E_MORE; i++)
		s = fs_resize_once(f, 100);
	CHECK(s == FILES_E_DEVICE && fs_has("/sound", "sound"));
}

TEST(FSRV0604, "to shorten a file with extents in no order is an error, and no request without end")
{
	CHECK(make_disordered() && life(shorten_disordered, true));
}
