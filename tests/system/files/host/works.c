/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * works.c - requests that read are done in pieces, whatever folders the disk has: each piece reads some
 * blocks at the most, and the next one comes further, also if no index of a folder is left by then.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pecan/files.h>
#include <servers/files/cache/cache.h>
#include <servers/files/names/name_index.h>
#include <servers/files/names/names.h>
#include <servers/files/names/parked.h>
#include <servers/files/names/work.h>
#include <servers/files/volume/volume.h>
#include "fake.h"

enum {
	DISK_KIB = 16384, SETS = 16, FOLDERS = 6, NAMES = 3999, STEP = 400, PATH = 300,
	LARGE = 2400, LONG = 225, FIRST_INODE = 13,
	PIECE_BLOCKS = 500,		/* that one piece reads, at the most */
	PIECES = 400, TASKS = 40, FEW_HASHES = 4000,
};

static struct progress progress;
static bool evicts;			/* others have taken the place of all indexes between two pieces */
static unsigned pieces;

/* ---- disks ---- */

/* Six folders of as many files that mke2fs has copied, with inodes that are equal modulo 16. */
static void make_foreign(const char *options)
{
	const char *built = getenv("O");
	char command[1024], tree[256];

	snprintf(tree, sizeof tree, "%s/files-host.tree", built ? built : "build");
	snprintf(command, sizeof command, "rm -rf %s && mkdir -p %s/0 && cd %s && for i in 0 1 2 3 4 5; do "
		 "mkdir -p $i && (cd $i && seq -f name-%%g 1 %d | xargs touch); done", tree, tree, tree, NAMES);
	CHECK(system(command) == 0);
	snprintf(command, sizeof command, "%s -N 24600 -d %s", options, tree);
	disk_make(DISK_KIB, command);
	snprintf(command, sizeof command, "rm -rf %s", tree);
	CHECK(system(command) == 0);
}

/* One folder of 800 KiB without an htree. */
static void make_large(void)
{
	char path[PATH];

	CHECK(fs_mkdir("/large") == FILES_OK);
	for (unsigned i = 0; i < LARGE; i++) {
		snprintf(path, sizeof path, "/large/%0*u", LONG, i);
		CHECK(fs_symlink(".", path) == FILES_OK);
	}
}

/* ---- a client that repeats its request ---- */

static void begin_piece(uint64_t *before)
{
	*before = cache_reads();
	work_begin(&progress);
}

/* Returns true if it is to be repeated. */
static bool end_piece(uint64_t before, bool more)
{
	CHECK(cache_reads() - before <= PIECE_BLOCKS);
	work_begin(NULL);
	if (evicts)
		index_drop_all();
	return more && ++pieces < PIECES;
}

static enum files_status look(const char *path)
{
	enum files_status s;
	uint64_t before;

	memset(&progress, 0, sizeof progress);
	pieces = 1;
	do {
		progress.used = 0;
		begin_piece(&before);
		s = fs_look(path, false);
	} while (end_piece(before, s == FILES_E_MORE));
	return s;
}

/* ---- look-ups ---- */

static void look_everywhere(void)
{
	unsigned most = 0;
	char path[PATH];

	for (unsigned i = 1; i <= NAMES + 1; i += i == 1 ? NAMES - 1 : 1)
		for (unsigned d = 0; d < FOLDERS; d++) {
			snprintf(path, sizeof path, "%u", d);
			CHECK(fs_inode(path) % SETS == fs_inode("0") % SETS);
			snprintf(path, sizeof path, "/%u/name-%u", d, i);
			CHECK(look(path) == (i <= NAMES ? FILES_OK : FILES_E_ABSENT));
			most = pieces > most ? pieces : most;
		}
	CHECK(most > 1);
}

static void look_evicted(void)
{
	evicts = true;
	look_everywhere();
}

/* The indexes of all six stay, so each folder is looked through once. */
static void look_again(void)
{
	char path[PATH];

	look_everywhere();
	for (unsigned i = 1; i <= NAMES; i += STEP)
		for (unsigned d = 0; d < FOLDERS; d++) {
			snprintf(path, sizeof path, "/%u/name-%u", d, i);
			CHECK(look(path) == FILES_OK && pieces == 1);
		}
}

TEST(FSRV2301, "a look-up in large folders of others is done in pieces, with and without their indexes")
{
	make_foreign("-t ext4");
	CHECK(life(look_again, false) && life(look_evicted, false));
	make_foreign("-t ext2 -I 128");
	CHECK(life(look_again, false) && life(look_evicted, false));
}

static void look_by_links(void)
{
	CHECK(fs_symlink("../1/../2/../3/../4/../5/name-3999", "/0/link") == FILES_OK);
	evicts = true;
	CHECK(look("/5/../4/../0/link") == FILES_OK);
	CHECK(pieces > 1);
	CHECK(look("/0/link/x") == FILES_E_NO_DIRECTORY);
}

TEST(FSRV2302, "a path through two such folders is done in pieces, and comes to its end without any index")
{
	make_foreign("-t ext4");
	CHECK(life(look_by_links, false));
}

static void look_large(void)
{
	char path[PATH];

	for (unsigned i = 0; i < 2; i++) {
		evicts = i;
		snprintf(path, sizeof path, "/large/%0*u", LONG, LARGE - 1);
		CHECK(look(path) == FILES_OK && look("/large/none") == FILES_E_ABSENT);
	}
}

TEST(FSRV2303, "so it is in a folder of 800 KiB")
{
	disk_make(DISK_KIB, "-t ext4 -O ^dir_index");
	CHECK(life(make_large, true) && life(look_large, false));
	disk_make(DISK_KIB, "-t ext2 -I 128 -O ^dir_index");
	CHECK(life(make_large, true) && life(look_large, false));
}

/* ---- lists ---- */

static unsigned char listed[NAMES + 1];

static uint64_t note_entries(const char *at, long bytes)
{
	uint64_t next = 0;

	for (long used = 0; used < bytes; ) {
		const struct files_entry *e = (const struct files_entry *)(at + used);
		unsigned n;

		if (sscanf(e->name, "name-%u", &n) == 1 && n <= NAMES)
			listed[n]++;
		next = e->next;
		used += e->bytes;
	}
	return next;
}

static void list_one(const char *path)
{
	static char to[1 << 16];
	uint64_t position = 0, before;
	L4_Word_t f;
	long got;

	memset(listed, 0, sizeof listed);
	CHECK(fs_open(path, 0, &f) == FILES_OK);
	do {
		memset(&progress, 0, sizeof progress);
		pieces = 0;
		do {
			progress.used = 0;
			begin_piece(&before);
			got = fs_list(f, position, to);
		} while (end_piece(before, got == -FILES_E_MORE));
		CHECK(got >= 0);
		position = got > 0 ? note_entries(to, got) : position;
	} while (got > 0);
	for (unsigned i = 1; i <= NAMES; i++)
		CHECK(listed[i] == 1);
	CHECK(fs_close(f) == FILES_OK);
}

static void list_all(void)
{
	list_one("/0");
	evicts = true;
	list_one("/5");
}

/* Of all names but the last one. */
static void empty(void)
{
	enum files_status s;
	char path[PATH];

	for (unsigned i = 0; i + 1 < LARGE; i++) {
		snprintf(path, sizeof path, "/large/%0*u", LONG, i);
		do
			s = fs_unlink(path);
		while (s == FILES_E_MORE);
		CHECK(s == FILES_OK);
	}
}

static void list_emptied(void)
{
	static char to[1 << 16];
	uint64_t before;
	L4_Word_t f;
	long got;

	evicts = true;
	CHECK(fs_open("/large", 0, &f) == FILES_OK);
	got = fs_list(f, 0, to);
	CHECK(got > 0 && got < PATH + 3 * (long)sizeof(struct files_entry) + PATH);
	before = cache_reads();
	CHECK(fs_list(f, note_entries(to, got), to) == 0 && cache_reads() - before <= 2);
	CHECK(fs_close(f) == FILES_OK);
}

TEST(FSRV2304, "a large folder is listed in pieces, each name once; where it is empty as well")
{
	make_foreign("-t ext4");
	CHECK(life(list_all, false));
	disk_make(DISK_KIB, "-t ext4 -O ^dir_index");
	CHECK(life(make_large, true) && life(empty, true) && life(list_emptied, false));
}

/* ---- what is kept with a request ---- */

static struct parked request(L4_Word_t thread, L4_Word_t word)
{
	return (struct parked){ .thread = { thread }, .n = 2, .words = { 1, word } };
}

static bool is_kept(L4_Word_t thread, L4_Word_t word)
{
	struct parked p = request(thread, word);

	parked_resume(&p);
	return p.progress.listed == thread;
}

static void keep(L4_Word_t thread, L4_Word_t task)
{
	struct parked p = request(thread, 0);

	p.progress.listed = thread;
	parked_keep(&p, task);
}

/* One task has many requests, others have one each. */
static void keep_many(void)
{
	for (L4_Word_t i = 1; i < TASKS; i++)
		keep(i, i < PARKED / 2 ? i : TASKS);
	for (L4_Word_t i = 1; i < PARKED / 2; i++)
		CHECK(is_kept(i, 0) && !is_kept(i, 0));
	CHECK(!is_kept(PARKED / 2, 0) && is_kept(TASKS - 1, 0));
	keep(1, 1);
	CHECK(!is_kept(1, 1) && !is_kept(1, 0) && !parked_any());
}

TEST(FSRV2305, "what a request has found is kept until it is repeated; of the task with most the oldest goes")
{
	disk_make(DISK_KIB, "-t ext4");
	CHECK(life(keep_many, false));
}

/* A part of a look-up, then another client changes the folder's path. */
static void move_between(void)
{
	struct parked p = request(1, 0);
	uint64_t before;

	begin_piece(&before);
	CHECK(fs_look("/0/name-3999", false) == FILES_E_MORE && progress.path.walks);
	work_begin(NULL);
	p.progress = progress;
	parked_keep(&p, 1);
	CHECK(fs_rename("/0", "/moved") == FILES_OK);
	parked_resume(&p);
	CHECK(!p.progress.path.walks);
	index_drop_all();
	CHECK(look("/0/name-3999") == FILES_E_ABSENT && look("/moved/name-3999") == FILES_OK);
}

TEST(FSRV2306, "a look-up whose folder gets another path meanwhile begins again")
{
	make_foreign("-t ext4");
	CHECK(life(move_between, false));
}

static void put_one_hash(void)
{
	struct name_index *x = index_new(FIRST_INODE);
	struct index_place p;
	unsigned n = 0, at = 0, found = 0;

	while (n < FEW_HASHES && index_put(x, 1, (struct index_place){ n / 50, n % 50 * 12 }))
		n++;
	CHECK(x->full && n > 0 && n < FEW_HASHES);
	while (index_next(x, 1, &at, &p))
		found++;
	CHECK(found == n);
	index_drop_all();
}

TEST(FSRV2307, "names that were made to have one hash fill their index early, which bounds the search")
{
	put_one_hash();
}
