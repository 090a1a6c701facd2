/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * places.c - places of the server, when tasks that the system description does not name take all that they
 * get: those of a section are left.
 */
#include <pecan/file_clients.h>
#include "fake.h"

enum { FIRST = 10, TASKS = 30, OPEN_NAMED = 8, LOCKS_NAMED = 4, END = 0x7fffffff };

static unsigned open_all(void)
{
	L4_Word_t f;
	unsigned n = 0;

	while (fs_open("/x", FILES_WRITE, &f) == FILES_OK)
		n++;
	return n;
}

static void take_clients(void)
{
	unsigned n = 0;

	fs_ended(CLIENT);
	for (L4_Word_t task = FIRST; task < FIRST + TASKS; task++)
		n += fs_attach(task) == FILES_OK;
	CHECK(n == CLIENTS - 1);
	CHECK(fs_attach(FIRST + TASKS) == FILES_E_LIMIT && fs_attach(NAMED) == FILES_OK);
	fs_ended(NAMED);
	CHECK(fs_attach(FIRST + TASKS) == FILES_E_LIMIT);
	fs_ended(FIRST);
	CHECK(fs_attach(FIRST + TASKS) == FILES_OK);
}

TEST(FSRV0221, "with all places of clients taken by tasks without a section one with a section has its own")
{
	disk_make(4096, "-t ext4");
	CHECK(life(take_clients, true));
}

static void take_files(void)
{
	unsigned n = 0;

	CHECK(fs_put("/x", "x") == FILES_OK);
	for (L4_Word_t task = FIRST; task < FIRST + 10; task++) {
		CHECK(fs_attach(task) == FILES_OK);
		n += open_all();
	}
	CHECK(n == OPEN_FILES - OPEN_NAMED && fs_attach(NAMED) == FILES_OK);
	CHECK(open_all() == OPEN_NAMED);
}

TEST(FSRV0222, "with all open files taken by tasks without a section one with a section has 8")
{
	disk_make(4096, "-t ext4");
	CHECK(life(take_files, true));
}

/* As many as the task gets, of different ranges. */
static unsigned lock_all(unsigned task)
{
	unsigned n = 0;
	L4_Word_t f;

	if (fs_attach(task) != FILES_OK || fs_open("/x", FILES_WRITE, &f) != FILES_OK)
		return 0;
	while (n < 100 && fs_lock(f, FILES_LOCK_WRITE, task * 1000 + 2 * n, task * 1000 + 2 * n) == FILES_OK)
		n++;
	return n;
}

static void take_locks(void)
{
	unsigned n = 0;

	CHECK(fs_put("/x", "x") == FILES_OK);
	for (L4_Word_t task = FIRST; task < FIRST + 10; task++)
		n += lock_all(task);
	CHECK(n == 128 - LOCKS_NAMED);
}

static void lock_named(void)
{
	L4_Word_t f;

	CHECK(lock_all(NAMED) == LOCKS_NAMED);
	CHECK(fs_open("/x", FILES_WRITE, &f) == FILES_OK && fs_lock(f, FILES_UNLOCK, 0, END) == FILES_OK);
	CHECK(lock_all(FIRST + 20) == 0 && lock_all(NAMED) == LOCKS_NAMED);
}

TEST(FSRV0223, "with all locks taken by tasks without a section one with a section has 4, after a restart")
{
	disk_make(4096, "-t ext4");
	CHECK(life(take_locks, true));
	CHECK(life(lock_named, true));
}
