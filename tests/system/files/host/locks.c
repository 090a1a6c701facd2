/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * locks.c - locks of tasks, as fcntl of POSIX has them.
 */
#include <pecan/file_clients.h>
#include "fake.h"

enum { END = 0x7fffffff, MANY = 30 };

static L4_Word_t mine, others;		/* handles */

/* Each of two clients has the file open. */
static void open_both(void)
{
	fs_client(OTHER);
	fs_open("/x", FILES_WRITE | FILES_CREATE, &others);
	fs_client(CLIENT);
	fs_open("/x", FILES_WRITE, &mine);
}

static enum files_status other(L4_Word_t kind, uint64_t from, uint64_t to)
{
	enum files_status s;

	fs_use_client(OTHER);
	s = fs_lock(others, kind, from, to);
	fs_use_client(CLIENT);
	return s;
}

static void lock_ranges(void)
{
	open_both();
	CHECK(fs_lock(mine, FILES_LOCK_READ, 10, 19) == FILES_OK);
	CHECK(other(FILES_LOCK_READ, 0, END) == FILES_OK);
	CHECK(fs_lock(mine, FILES_LOCK_WRITE, 10, 19) == FILES_E_LOCKED);
	CHECK(other(FILES_UNLOCK, 12, 15) == FILES_OK);
	CHECK(fs_lock(mine, FILES_LOCK_WRITE, 12, 15) == FILES_OK);
	CHECK(fs_lock(mine, FILES_LOCK_WRITE, 12, 16) == FILES_E_LOCKED);
	CHECK(other(FILES_LOCK_READ, 15, 15) == FILES_E_LOCKED && other(FILES_LOCK_READ, 16, 16) == FILES_OK);
	CHECK(fs_lock(mine, FILES_LOCK_READ, 12, 15) == FILES_OK);
	CHECK(other(FILES_LOCK_READ, 12, 15) == FILES_OK && other(FILES_UNLOCK, 0, END) == FILES_OK);
	CHECK(fs_lock(mine, FILES_LOCK_WRITE, 0, END) == FILES_OK);
	CHECK(other(FILES_LOCK_READ, END, END) == FILES_E_LOCKED);
}

TEST(FSRV0201, "locks of ranges: readers and writers, upgrades, parts that are unlocked")
{
	disk_make(4096, "-t ext4");
	CHECK(life(lock_ranges, true));
}

static void close_and_end(void)
{
	L4_Word_t second;

	open_both();
	CHECK(fs_lock(mine, FILES_LOCK_WRITE, 0, END) == FILES_OK);
	CHECK(fs_open("/x", 0, &second) == FILES_OK);
	CHECK(other(FILES_LOCK_WRITE, 0, END) == FILES_E_LOCKED);
	CHECK(fs_close(second) == FILES_OK);
	CHECK(other(FILES_LOCK_WRITE, 0, END) == FILES_OK);
	CHECK(fs_lock(mine, FILES_LOCK_READ, 0, 0) == FILES_E_LOCKED);
	fs_ended(OTHER);
	CHECK(fs_lock(mine, FILES_LOCK_READ, 0, 0) == FILES_OK);
}

TEST(FSRV0202, "locks end when the file is closed, by any handle, or when their task ends")
{
	disk_make(4096, "-t ext4");
	CHECK(life(close_and_end, true));
}

static void lock_many(void)
{
	unsigned got = 0;

	open_both();
	for (unsigned i = 0; i < MANY; i++)
		got += fs_lock(mine, FILES_LOCK_WRITE, i * 10, i * 10 + 5) == FILES_OK;
	CHECK(got < MANY && fs_lock(mine, FILES_LOCK_WRITE, MANY * 10, MANY * 10) == FILES_E_LIMIT);
	CHECK(other(FILES_LOCK_WRITE, MANY * 10, MANY * 10) == FILES_OK);
	CHECK(fs_lock(mine, FILES_UNLOCK, 0, END) == FILES_OK);
	CHECK(other(FILES_LOCK_WRITE, 0, END) == FILES_OK);
}

TEST(FSRV0203, "a task has a limited number of locks, and can always unlock all")
{
	disk_make(4096, "-t ext4");
	CHECK(life(lock_many, true));
}

static void lock_and_end(void)
{
	open_both();
	CHECK(fs_lock(mine, FILES_LOCK_WRITE, 5, 9) == FILES_OK);
}

static void remove_and_reuse(void)
{
	uint32_t before;
	L4_Word_t f;

	fs_client(OTHER);
	before = fs_inode("x");
	CHECK(before != 0 && fs_unlink("/x") == FILES_OK && fs_sync(true) == FILES_OK);
	CHECK(fs_open("/y", FILES_WRITE | FILES_CREATE, &f) == FILES_OK);
	CHECK(fs_inode("y") == before);
	CHECK(fs_lock(f, FILES_LOCK_WRITE, 0, END) == FILES_OK);
}

TEST(FSRV0205, "the lock of a file that was removed after a restart is not one of its inode's next file")
{
	disk_make(4096, "-t ext4");
	CHECK(life(lock_and_end, true));
	CHECK(life(remove_and_reuse, true));
}

static void find_locked(void)
{
	open_both();
	CHECK(other(FILES_LOCK_READ, 9, 9) == FILES_E_LOCKED && other(FILES_LOCK_READ, 10, 10) == FILES_OK);
	CHECK(fs_close(mine) == FILES_OK && other(FILES_LOCK_READ, 9, 9) == FILES_OK);
}

TEST(FSRV0204, "a task keeps its locks when the server ends and another one is started")
{
	disk_make(4096, "-t ext4");
	CHECK(life(lock_and_end, false));
	CHECK(life(find_locked, true));
}
