/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * marks.c - copies of pages that clients keep: a mark stands as long as the page is what the file has.
 */
#include <stdlib.h>
#include <string.h>
#include <l4/message.h>
#include <l4/pecan.h>
#include <pecan/file_clients.h>
#include <pecan/marks.h>
#include <pecan/memory.h>
#include "fake.h"

enum { PAGE = MARKS_PAGE, PAGES = 6, TAIL = 100, THIRD = 3, TABLES = 64 };

static char bytes[PAGES * PAGE];
static const L4_Word_t *tables[TABLES];	/* by the task that has got it */
static const void *taken_back;		/* page */

void pecan_take_back(const void *page)
{
	taken_back = page;
}

static enum files_status get_table(void)
{
	struct files_marks_out out;
	enum files_status s = serve_files_marks(&fake_caller, &out);
	L4_Fpage_t f;

	if (s != FILES_OK)
		return s;
	f = L4_MapItemSndFpage(out.table);
	CHECK(L4_Rights(f) == L4_Readable && L4_Size(f) == PAGE);
	CHECK(out.table.raw[0] == L4_MapItemNoRevoke(f, 0).raw[0]);
	tables[fake_caller.thread.raw] = (const L4_Word_t *)L4_Address(f);
	return s;
}

static enum files_status copy(L4_Word_t handle, uint64_t offset, L4_Word_t *mark)
{
	struct files_copy_out out = { 0 };
	enum files_status s = serve_files_copy(&fake_caller, &(struct files_copy_in){ handle, offset }, &out);

	*mark = out.mark;
	return s;
}

/* The client's mark of a page of an inode. */
static L4_Word_t mark_of(L4_Word_t task, uint32_t inode, unsigned page)
{
	return tables[task] ? tables[task][marks_place(inode, page)] : 0;
}

static L4_Word_t open_file(const char *name)
{
	L4_Word_t handle = 0;

	CHECK(fs_open(name, FILES_WRITE | FILES_CREATE, &handle) == FILES_OK);
	return handle;
}

/* A file of PAGES pages and a bit, of which the first client has copies of all pages. */
static L4_Word_t copied(uint32_t *inode)
{
	L4_Word_t handle = open_file("/x"), mark;

	CHECK(fs_write(handle, 0, bytes, sizeof bytes) == sizeof bytes);
	CHECK(fs_write(handle, sizeof bytes, bytes, TAIL) == TAIL);
	CHECK(get_table() == FILES_OK);
	*inode = fs_inode("/x");
	for (unsigned i = 0; i < PAGES; i++)
		CHECK(copy(handle, i * PAGE, &mark) == FILES_OK && mark && mark == mark_of(CLIENT, *inode, i));
	return handle;
}

/* The marks that stand, as bits. */
static unsigned standing(uint32_t inode)
{
	unsigned found = 0;

	for (unsigned i = 0; i < PAGES; i++)
		found |= (mark_of(CLIENT, inode, i) != 0) << i;
	return found;
}

static void write_around(void)
{
	uint32_t inode;
	L4_Word_t handle = copied(&inode), other = open_file("/y");

	CHECK(fs_write(other, 0, bytes, sizeof bytes) == sizeof bytes && standing(inode) == 077);
	CHECK(fs_write(handle, sizeof bytes + TAIL, "end", 3) == 3 && standing(inode) == 077);
	CHECK(fs_write(handle, PAGE, "x", 1) == 1 && standing(inode) == 075);
	CHECK(fs_write(handle, 4 * PAGE - 1, "xy", 2) == 2 && standing(inode) == 045);
	fs_client(OTHER);
	handle = open_file("/x");
	CHECK(fs_write(handle, 0, "x", 1) == 1 && standing(inode) == 044);
	CHECK(fs_unlink("/y") == FILES_OK && fs_sync(true) == FILES_OK && standing(inode) == 044);
	CHECK(fs_resize(handle, 2 * sizeof bytes) == FILES_OK && standing(inode) == 044);
}

TEST(FSRV1501, "a mark stands until any client writes a byte of its page")
{
	disk_make(4096, "-t ext4");
	CHECK(life(write_around, true));
}

static void cut_by_handle(void)
{
	uint32_t inode;
	L4_Word_t handle = copied(&inode);

	CHECK(fs_resize(handle, sizeof bytes + 1) == FILES_OK && standing(inode) == 0);
}

static void cut_by_path(void)
{
	uint32_t inode;

	copied(&inode);
	CHECK(fs_truncate("/x") == FILES_OK && standing(inode) == 0);
}

static void removed(void)
{
	uint32_t inode;

	fs_close(copied(&inode));
	CHECK(fs_unlink("/x") == FILES_OK && fs_sync(true) == FILES_OK && standing(inode) == 0);
}

static void cut_by_open(void)
{
	uint32_t inode;
	L4_Word_t handle;

	copied(&inode);
	CHECK(fs_open("/x", FILES_WRITE | FILES_TRUNCATE, &handle) == FILES_OK && standing(inode) == 0);
}

TEST(FSRV1508, "no mark of a file stands when it is removed")
{
	disk_make(4096, "-t ext4");
	CHECK(life(removed, true));
}

TEST(FSRV1502, "no mark of a file stands when it has become shorter, however that was")
{
	void (*const cuts[])(void) = { cut_by_handle, cut_by_path, cut_by_open };

	for (unsigned i = 0; i < sizeof cuts / sizeof *cuts; i++) {
		disk_make(4096, "-t ext4");
		CHECK(life(cuts[i], true));
	}
}

static void refused(void)
{
	uint32_t inode;
	L4_Word_t handle = open_file("/x"), folder, mark = 0;

	CHECK(fs_write(handle, 0, bytes, 2 * PAGE - 1) == 2 * PAGE - 1);
	CHECK(copy(handle, 0, &mark) == FILES_OK && mark == 0);
	CHECK(get_table() == FILES_OK);
	CHECK(copy(handle, 0, &mark) == FILES_OK && mark != 0);
	CHECK(copy(handle, PAGE, &mark) == FILES_OK && mark == 0);
	CHECK(copy(handle, 1, &mark) == FILES_E_ARGUMENT && mark == 0);
	CHECK(copy(handle, FILES_OFFSET_MAX - PAGE + 1, &mark) == FILES_OK && mark == 0);
	CHECK(fs_open("/", 0, &folder) == FILES_OK && copy(folder, 0, &mark) == FILES_E_DIRECTORY);
	inode = fs_inode("/x");
	fs_client(OTHER);
	CHECK(get_table() == FILES_OK && copy(handle, 0, &mark) == FILES_E_HANDLE && mark == 0);
	CHECK(mark_of(CLIENT, inode, 0) != 0 && mark_of(OTHER, inode, 0) == 0);
	fs_use_client(CLIENT);
	CHECK(fs_close(handle) == FILES_OK && copy(handle, 0, &mark) == FILES_E_HANDLE && mark == 0);
}

TEST(FSRV1503, "a page gets a mark if all of it is in a file that its client, which has a table, has open")
{
	disk_make(4096, "-t ext4");
	CHECK(life(refused, true));
}

static void other_tables(void)
{
	uint32_t inode;
	const L4_Word_t *first;
	L4_Word_t mark, handle = copied(&inode);

	first = tables[CLIENT];
	fs_client(OTHER);
	CHECK(get_table() == FILES_OK && tables[OTHER] != first && taken_back == NULL);
	CHECK(standing(inode) == 077);
	fs_ended(CLIENT);
	client_drop_ended();
	fs_client(THIRD);
	CHECK(get_table() == FILES_OK && tables[THIRD] == first && taken_back == first);
	for (unsigned i = 0; i < FILES_PLACES; i++)
		CHECK(first[i] == 0);
	handle = open_file("/x");
	CHECK(copy(handle, 0, &mark) == FILES_OK && mark_of(THIRD, inode, 0) == mark);
	fs_attach(THIRD);
	CHECK(get_table() == FILES_OK && mark_of(THIRD, inode, 0) == 0);
}

TEST(FSRV1504, "each client has a table of its own, and that of an ended one is empty before another gets it")
{
	disk_make(4096, "-t ext4");
	CHECK(life(other_tables, true));
}

static void most_tables(void)
{
	fs_ended(CLIENT);
	client_drop_ended();
	for (L4_Word_t task = NAMED + 1; task < NAMED + 1 + CLIENTS; task++)
		if (fs_attach(task) == FILES_OK)
			CHECK(get_table() == FILES_OK);
}

TEST(FSRV1505, "each client that is attached can have a table")
{
	disk_make(4096, "-t ext4");
	CHECK(life(most_tables, true));
}

/* ---- a disk that fails ---- */

enum { SECTORS = 2 };		/* of a block */

static uint64_t second_of_y;	/* block; the first one is a hole */

static void make_two(void)
{
	CHECK(fs_write(open_file("/x"), 0, bytes, 2 * PAGE) == 2 * PAGE);
	CHECK(fs_write(open_file("/y"), SECTORS * SECTOR, "y", 1) == 1);
}

static void refuse_block(uint64_t block)
{
	fake->bad_from = block * SECTORS;
	fake->bad_to = fake->bad_from + SECTORS;
}

/* What makes /x longer is in memory only when an operation on /y, whose inode is beside it, is taken back. */
static void lose_in_memory(void)
{
	unsigned offset;
	L4_Word_t x = open_file("/x"), y = open_file("/y"), mark;

	CHECK(get_table() == FILES_OK);
	refuse_block(fs_inode_block(fs_inode("/x"), &offset));
	CHECK(fs_write(x, 2 * PAGE, bytes, PAGE) == -FILES_E_DEVICE);
	CHECK(copy(x, 2 * PAGE, &mark) == FILES_OK && mark != 0);
	refuse_block(second_of_y);
	CHECK(fs_write(y, 0, bytes, SECTORS * SECTOR + TAIL) == -FILES_E_DEVICE);
	fake->bad_to = 0;
	CHECK(fs_read(x, 2 * PAGE, bytes, PAGE) == 0 && mark_of(CLIENT, fs_inode("/x"), 2) == 0);
	CHECK(fs_sync(false) == FILES_E_DEVICE && fs_sync(false) == FILES_OK);
}

TEST(FSRV1507, "bytes that an operation which is taken back loses with its own have no mark, and are a loss")
{
	disk_make(4096, "-t ext4 -I 128");
	fake->keeps_nothing = true;
	CHECK(life(make_two, true));
	second_of_y = strtoul(strchr(disk_debugfs("bmap /y 1"), '\n'), NULL, 10);
	CHECK(second_of_y > 0 && life(lose_in_memory, true));
	fake->keeps_nothing = false;
}

/* ---- at random ---- */

enum { TASKS = 3, NAMES_OF_FILES = 3, STEPS = 3000, MOST = 3 * PAGE };

static const L4_Word_t tasks[TASKS] = { CLIENT, OTHER, THIRD };
static const char *const names[NAMES_OF_FILES] = { "/a", "/b", "/c" };
static L4_Word_t handles[TASKS][NAMES_OF_FILES];
static uint64_t numbers[TASKS][NAMES_OF_FILES];
static struct { uint64_t number; L4_Word_t mark; char bytes[PAGE]; } copies[TASKS][NAMES_OF_FILES][PAGES];
static unsigned used, step;

static unsigned below(unsigned limit)
{
	return (unsigned)rand() % limit;
}

static uint64_t number_of(const char *name)
{
	struct files_open_in in = { .flags = 0 };
	struct files_open_out out = { 0 };

	strncpy(in.path, name, sizeof in.path - 1);
	CHECK(serve_files_open(&fake_caller, &in, &out) == FILES_OK && fs_close(out.handle) == FILES_OK);
	return out.number;
}

static void open_one(unsigned t, unsigned f)
{
	fs_use_client(tasks[t]);
	handles[t][f] = open_file(names[f]);
	numbers[t][f] = number_of(names[f]);
}

/* What stands must be what is read: of the files as they are, opened anew where names lead to other ones. */
static void check_copies(unsigned t, unsigned f)
{
	static char now[PAGE];
	uint32_t inode = fs_inode(names[f]);

	for (unsigned p = 0; p < PAGES; p++) {
		if (copies[t][f][p].mark == 0 || copies[t][f][p].number != numbers[t][f]
		    || mark_of(tasks[t], inode, p) != copies[t][f][p].mark)
			continue;
		used++;
		CHECK(fs_read(handles[t][f], p * PAGE, now, PAGE) == PAGE);
		CHECK(memcmp(now, copies[t][f][p].bytes, PAGE) == 0);
	}
}

static void remove_and_make(unsigned f)
{
	CHECK(fs_unlink(names[f]) == FILES_OK);
	for (unsigned t = 0; t < TASKS; t++) {
		fs_use_client(tasks[t]);
		fs_close(handles[t][f]);
	}
	fs_sync(true);
	for (unsigned t = 0; t < TASKS; t++)
		open_one(t, f);
}

static void copy_page(unsigned t, unsigned f, unsigned p)
{
	L4_Word_t mark = 0;

	CHECK(copy(handles[t][f], p * PAGE, &mark) == FILES_OK);
	copies[t][f][p].mark = mark;
	copies[t][f][p].number = numbers[t][f];
	memcpy(copies[t][f][p].bytes, fake_block, PAGE);
}

static void random_calls(void)
{
	for (unsigned t = 0; t < TASKS; t++) {
		fs_client(tasks[t]);
		CHECK(get_table() == FILES_OK);
		for (unsigned f = 0; f < NAMES_OF_FILES; f++)
			open_one(t, f);
	}
	for (step = 0; step < STEPS; step++) {
		unsigned t = below(TASKS), f = below(NAMES_OF_FILES), kind = below(32), n = below(MOST) + 1;

		fs_use_client(tasks[t]);
		memset(bytes, (int)step, n);
		if (kind < 20)
			copy_page(t, f, below(PAGES));
		else if (kind < 27)
			CHECK(fs_write(handles[t][f], below(PAGES * PAGE - n), bytes, n) > 0);
		else if (kind < 30)
			CHECK(fs_resize(handles[t][f], below(PAGES * PAGE)) == FILES_OK);
		else if (kind < 31)
			CHECK(fs_sync(true) == FILES_OK);
		else
			remove_and_make(f);
		fs_use_client(tasks[t]);
		check_copies(t, f);
	}
	CHECK(used > STEPS / 8);
}

TEST(FSRV1506, "what has a mark is what is read, after random calls of three clients")
{
	disk_make(4096, "-t ext4");
	CHECK(life(random_calls, true));
}
