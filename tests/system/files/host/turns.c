/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * turns.c - requests that change names, whose answer was lost with the server: they are repeated with their
 * number, and done once.
 */
#include <stdio.h>

#include "fake.h"

enum { DISK_KIB = 4096 };

static void end(void)
{
}

enum { EXCLUSIVE = FILES_WRITE | FILES_CREATE | FILES_EXCLUSIVE, TASKS = 31 };

static enum files_status make_exclusively(void)
{
	L4_Word_t handle;
	enum files_status s = fs_open("/made", EXCLUSIVE, &handle);

	if (s == FILES_OK)
		fs_close(handle);
	return s;
}

/* Request i of all kinds, and one that undoes it. */
static enum files_status change_name(unsigned i)
{
	switch (i) {
	case 0: return fs_unlink("/removed");
	case 1: return fs_mkdir("/folder");
	case 2: return fs_rmdir("/empty");
	case 3: return fs_rename("/from", "/to");
	case 4: return fs_symlink("to", "/symbolic");
	case 5: return fs_link("/old", "/name");
	default: return make_exclusively();
	}
}

static enum files_status undo(unsigned i)
{
	switch (i) {
	case 0: return fs_put("/removed", "another");
	case 1: return fs_rmdir("/folder");
	case 2: return fs_mkdir("/empty");
	case 3: return fs_rename("/to", "/from");
	case 4: return fs_unlink("/symbolic");
	case 5: return fs_unlink("/name");
	default: return fs_unlink("/made");
	}
}

enum { KINDS = 7 };

static unsigned kind;

static void make_names(void)
{
	CHECK(fs_put("/removed", "") == FILES_OK && fs_mkdir("/empty") == FILES_OK);
	CHECK(fs_put("/from", "") == FILES_OK && fs_put("/old", "") == FILES_OK);
}

static void change_once(void)
{
	fs_number(kind + 1);
	CHECK(change_name(kind) == FILES_OK);
	fs_number(0);
}

/* Of a request that was done the result is what it was; one with another number has the result of now. */
static void change_again(void)
{
	fs_number(kind + 1);
	CHECK(change_name(kind) == FILES_OK);
	fs_number(KINDS + 1);
	CHECK(change_name(kind) == (kind == 0 || kind == 2 || kind == 3 ? FILES_E_ABSENT : FILES_E_EXISTS));
	fs_number(0);
}

TEST(FSRV1401, "a change of names that was done is not done again by the next server, if it has its number")
{
	disk_make(DISK_KIB, "-t ext4");
	CHECK(life(make_names, true));
	for (kind = 0; kind < KINDS; kind++)
		CHECK(life(change_once, false) && life(change_again, false));
	CHECK(life(end, true) && disk_check("-fn") == 0);
}

/* What another task has undone meanwhile stays undone, but for a file that has to be open then. */
static void undo_by_another(void)
{
	CHECK(fs_attach(OTHER) == FILES_OK);
	CHECK(undo(kind) == FILES_OK);
	fs_use_client(CLIENT);
	fs_number(kind + 1);
	CHECK(change_name(kind) == FILES_OK);
	fs_number(0);
	if (kind < KINDS - 1)
		CHECK(change_name(kind) == FILES_OK);
}

TEST(FSRV1402, "a change of names that another task has undone is not done again, if it has its number")
{
	disk_make(DISK_KIB, "-t ext4");
	CHECK(life(make_names, true));
	for (kind = 0; kind < KINDS; kind++)
		CHECK(life(change_once, false) && life(undo_by_another, false));
	CHECK(life(end, true) && disk_check("-fn") == 0);
}

static void by_many(void)
{
	char name[16];

	fs_number(1);
	for (unsigned task = 1; task <= TASKS; task++) {
		fs_use_client(task);
		snprintf(name, sizeof name, "/m%u", task);
		CHECK(fs_mkdir(name) == FILES_OK);
	}
}

static void by_many_again(void)
{
	char name[16];

	for (unsigned task = 1; task <= TASKS; task++) {
		fs_use_client(task);
		snprintf(name, sizeof name, "/m%u", task);
		fs_number(1);
		CHECK(fs_mkdir(name) == FILES_OK);
		fs_number(2);
		CHECK(fs_mkdir(name) == FILES_E_EXISTS);
	}
}

static void make_without_number(void)
{
	fs_number(0);
	CHECK(fs_mkdir("/again") == FILES_OK && fs_mkdir("/again") == FILES_E_EXISTS);
}

TEST(FSRV1403, "each of 31 tasks has its last change kept; a request without a number is never taken for one")
{
	disk_make(DISK_KIB, "-t ext4");
	CHECK(life(by_many, false) && life(by_many_again, false));
	CHECK(life(make_without_number, true));
}
