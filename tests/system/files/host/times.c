/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * times.c - times of files, from 1901 to 2446, against what debugfs finds on the disk.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pecan/file_time.h>
#include <servers/files/volume/inode.h>
#include "fake.h"

enum {
	KIB = 8192, LINE = 120, NS = 123456789, EPOCH_BITS = 2, EPOCH_MASK = 3, BETWEEN = 1000, WEEKS = 3000000,
};

/* The first and the last second of each number of further bits; times below 0 are before the lives. */
static const int64_t dates[] = {
	INT32_MAX, INT32_MAX + 1ll, 2230000000, UINT32_MAX, UINT32_MAX + 5ll, UINT32_MAX + (INT32_MAX + 2ll),
	FILE_TIME_LAST - UINT32_MAX, FILE_TIME_LAST,
};

enum { DATES = sizeof dates / sizeof *dates };

/* The time that debugfs finds; which: `atime`, `ctime`, `mtime`, `crtime`. */
static uint64_t on_disk(const char *name, const char *which)
{
	char command[LINE], line[LINE];
	unsigned low = 0, extra = 0;
	const char *at;

	snprintf(command, sizeof command, "stat %s", name);
	snprintf(line, sizeof line, "%s: 0x", which);
	at = strstr(disk_debugfs(command), line);
	CHECK(at != NULL);
	if (at)
		sscanf(at + strlen(line), "%x:%x", &low, &extra);
	return file_time((int32_t)low + ((int64_t)(extra & EPOCH_MASK) << 32), extra >> EPOCH_BITS);
}

static bool are_on_disk(const char *name, int64_t date)
{
	static const char *const all[] = { "atime", "ctime", "mtime", "crtime" };

	for (unsigned i = 0; i < sizeof all / sizeof *all; i++)
		if (on_disk(name, all[i]) != file_time(date, 0))
			return false;
	return true;
}

static uint64_t modified(const char *path)
{
	struct files_look_out out = { 0 };

	CHECK(fs_describe(path, true, &out) == FILES_OK);
	return out.modified;
}

/* ---- what is made ---- */

static void make_all(void)
{
	CHECK(fs_put("/file", "text") == FILES_OK && fs_mkdir("/folder") == FILES_OK);
	CHECK(fs_symlink("target", "/fast") == FILES_OK);
	CHECK(modified("/file") == file_time(fake->date, 0) && modified("/folder") == file_time(fake->date, 0));
}

TEST(FSRV2401, "what is made between 2038 and 2446 has that time for debugfs, four times, and e2fsck agrees")
{
	for (unsigned i = 0; i < DATES; i++) {
		disk_make(KIB, "-t ext4 -I 256");
		fake->date = dates[i];
		CHECK(life(make_all, true));
		CHECK(are_on_disk("/file", dates[i]) && are_on_disk("/folder", dates[i]));
		CHECK(are_on_disk("/fast", dates[i]) && disk_check("-fn") == 0);
	}
}

/* ---- what is changed ---- */

static void make_early(void)
{
	CHECK(fs_put("/file", "text") == FILES_OK && fs_put("/other", "text") == FILES_OK);
	CHECK(fs_put("/cut", "text") == FILES_OK && fs_put("/mode", "text") == FILES_OK);
	CHECK(fs_mkdir("/folder") == FILES_OK);
}

static void change_all(void)
{
	L4_Word_t f;

	CHECK(fs_open("/file", FILES_WRITE, &f) == FILES_OK && fs_write(f, 0, "TE", 2) == 2);
	CHECK(fs_truncate("/cut") == FILES_OK && fs_put("/folder/x", "x") == FILES_OK);
	CHECK(fs_link("/other", "/name") == FILES_OK && fs_chmod(0, "/mode") == FILES_OK);
}

TEST(FSRV2402, "a write, a new size, a new or second name and a new mode up to 2446 have that time")
{
	for (unsigned i = 0; i < DATES; i++) {
		uint64_t now = file_time(dates[i], 0), early = file_time(BETWEEN, 0);

		disk_make(KIB, "-t ext4 -I 256");
		disk_debugfs("ssv mkfs_time @1");
		fake->date = BETWEEN;
		CHECK(life(make_early, true));
		fake->date = dates[i];
		CHECK(life(change_all, true));
		CHECK(on_disk("/file", "mtime") == now && on_disk("/file", "ctime") == now);
		CHECK(on_disk("/cut", "mtime") == now && on_disk("/folder", "mtime") == now);
		CHECK(on_disk("/other", "ctime") == now && on_disk("/other", "mtime") == early);
		CHECK(on_disk("/mode", "ctime") == now && on_disk("/mode", "mtime") == early);
		CHECK(on_disk("/file", "crtime") == early && disk_check("-fn") == 0);
	}
}

/* ---- what is set and read ---- */

static const uint64_t *wanted;			/* shared by the lives */
static bool fit;				/* the inodes have all of them */

static uint64_t kept(uint64_t time)
{
	int64_t seconds = file_time_seconds(time);

	return fit ? time : file_time(seconds > INT32_MAX ? INT32_MAX : seconds, 0);
}

static void set_times(void)
{
	struct files_look_out out = { 0 };

	CHECK(fs_put("/x", "text") == FILES_OK && fs_set_times("/x", wanted[0], wanted[1]) == FILES_OK);
	CHECK(fs_describe("/x", false, &out) == FILES_OK);
	CHECK(out.accessed == kept(wanted[0]) && out.modified == kept(wanted[1]));
	CHECK(fs_set_times("/x", 1u << FILE_TIME_NS_BITS | FILE_TIME_NS_PER_S, 0) == FILES_E_ARGUMENT);
	CHECK(fs_describe("/x", false, &out) == FILES_OK && out.accessed == kept(wanted[0]));
}

static void sets(const char *options, bool all)
{
	static const int64_t seconds[] = { FILE_TIME_FIRST, -1, 0, INT32_MAX, INT32_MAX + 1ll, FILE_TIME_LAST };
	uint64_t times[2];

	fit = all;
	wanted = times;
	disk_make(KIB, options);
	for (unsigned i = 0; i < sizeof seconds / sizeof *seconds; i++) {
		times[0] = file_time(seconds[i], NS);
		times[1] = file_time(seconds[i], FILE_TIME_NS_PER_S - 1);
		CHECK(life(set_times, true));
		CHECK(on_disk("/x", "atime") == kept(times[0]) && on_disk("/x", "mtime") == kept(times[1]));
		CHECK(disk_check("-fn") == 0);
	}
}

TEST(FSRV2403, "times that are set are read to the nanosecond, 1901 to 2446; inodes of 128 bytes end at 2038")
{
	sets("-t ext4 -I 256", true);
	sets("-t ext4 -I 512", true);
	sets("-t ext4 -I 128 2>/dev/null", false);
}

/* Times that others have put there. */
static void read_times(void)
{
	struct files_look_out out = { 0 };

	CHECK(fs_describe("/x", false, &out) == FILES_OK);
	CHECK(out.accessed == wanted[0] && out.modified == wanted[1]);
}

static void write_again(void)
{
	L4_Word_t f;

	CHECK(fs_open("/x", FILES_WRITE, &f) == FILES_OK && fs_write(f, 0, "X", 1) == 1);
}

/* Its inode has no fields behind 128 bytes, or not all, and then an extended attribute. */
static void keeps_attribute(unsigned extra, uint64_t now)
{
	char command[LINE];

	disk_make(KIB, "-t ext4 -I 256");
	CHECK(life(make_early, true));
	snprintf(command, sizeof command, "sif /file extra_isize %u", extra);
	disk_debugfs(command);
	disk_debugfs("ea_set /file user.a value-of-a");
	disk_debugfs("ln /file /x");
	disk_debugfs("sif /file links_count 2");
	CHECK(disk_check("-fy") <= 1);
	fake->date = file_time_seconds(now);
	CHECK(life(write_again, true));
	CHECK(strstr(disk_debugfs("ea_get /file user.a"), "value-of-a") != NULL);
	CHECK(disk_check("-fn") == 0 && strstr(disk_debugfs("cat /x"), "Xext") != NULL);
}

TEST(FSRV2404, "times of others are read; fields that an inode lacks are not written over its attributes")
{
	uint64_t times[2] = { file_time(2230000000, NS), file_time(-5, 0) };
	char command[LINE];

	wanted = times;
	disk_make(KIB, "-t ext4 -I 256");
	disk_debugfs("write /dev/null x");
	disk_debugfs("sif /x atime @2230000000");
	snprintf(command, sizeof command, "sif /x atime_extra %u", (unsigned)NS << EPOCH_BITS | 1);
	disk_debugfs(command);
	disk_debugfs("sif /x mtime @-5");
	CHECK(life(read_times, true));
	for (unsigned extra = 0; extra <= 28; extra += 4)
		keeps_attribute(extra, file_time(2230000000, 0));
}

static void remove_late(void)
{
	CHECK(fs_put("/gone", "text") == FILES_OK && fs_unlink("/gone") == FILES_OK);
	CHECK(fs_mkdir("/none") == FILES_OK && fs_rmdir("/none") == FILES_OK);
}

/* One of the two inodes is used again. */
static void write_later(void)
{
	CHECK(fs_put("/x", "text") == FILES_OK);
}

TEST(FSRV2405, "what is removed just after 2106 is for e2fsck no list of inodes")
{
	disk_make(KIB, "-t ext4 -I 256");
	fake->date = UINT32_MAX + 20ll;
	CHECK(life(remove_late, true));
	fake->date += WEEKS;		/* then the times of the superblock are no inodes */
	CHECK(life(write_later, true));
	CHECK(disk_check("-fn") == 0);
}
