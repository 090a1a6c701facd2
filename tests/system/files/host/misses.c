/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * misses.c - requests that do not wait for the disk: they end at the first block that is not in the cache,
 * and are done again when it has been read.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include <servers/files/cache/cache.h>
#include <servers/files/cache/transfer.h>
#include <servers/files/names/name_index.h>
#include <servers/files/names/parked.h>
#include <servers/files/volume/io.h>
#include <servers/files/volume/volume.h>
#include "fake.h"

enum { DISK_KIB = 8192, BLOCK = 1024, BIG = 65536, PIECE = 4096, NAMES = 400, MOST = 400, LONG = 80,
       PATH = 256, AT = 5, THREADS = 3, FAR = 2048, ODD = 32 };

static char bytes[BIG], seen[BIG];
static L4_Word_t file;

static void write_files(void)
{
	char path[PATH], name[LONG + 1];
	L4_Word_t f;

	CHECK(fs_open("/big", FILES_WRITE | FILES_CREATE, &f) == FILES_OK);
	CHECK(fs_write(f, 0, bytes, BIG) == BIG && fs_close(f) == FILES_OK);
	CHECK(fs_put("/small", "text") == FILES_OK && fs_mkdir("/d") == FILES_OK);
	for (unsigned i = 0; i < NAMES; i++) {
		snprintf(name, sizeof name, "%0*u", LONG, i);
		snprintf(path, sizeof path, "/d/%s", name);
		CHECK(fs_put(path, name) == FILES_OK);
	}
	memset(name, 'l', LONG);
	name[LONG] = 0;
	CHECK(fs_symlink(name, "/link") == FILES_OK);
}

static void begin(void)
{
	for (unsigned i = 0; i < BIG; i++)
		bytes[i] = (char)(i / 7);
	disk_make(DISK_KIB, "-t ext4");
	CHECK(life(write_files, true));
}

/* ---- a request that is not done at once ---- */

enum kind { OPEN, LOOK, READ, LIST, READ_LINK };

static long do_one(enum kind kind, const char *path)
{
	switch (kind) {
	case OPEN:	return -(long)fs_open(path, 0, &file);
	case LOOK:	return -(long)fs_look(path, false);
	case READ:	return fs_read(file, 0, seen, BIG);
	case LIST:	return fs_list(file, 0, seen);
	default:	return -(long)fs_read_link(path);
	}
}

/* Returns false if it lacks a block. */
static bool try(enum kind kind, const char *path, long *result)
{
	struct attempt a = { .times = 0 };

	fake_caller.attempt = attempt_begin(&a);
	*result = do_one(kind, path);
	fake_caller.attempt = NULL;
	CHECK(!a.missed || cache_any_under_way());
	return !a.missed;
}

/* Until it has all blocks; *times: how often it was done. The disk answers one request after each. */
static long finish(enum kind kind, const char *path, unsigned *times)
{
	unsigned before = fake->requests;
	long result;

	for (*times = 1; !try(kind, path, &result) && *times < MOST; ++*times) {
		CHECK(fake->requests == before);	/* it has not waited */
		disk_let_answer(1);
		cache_take_answers();
		before = fake->requests;
	}
	return result;
}

static void read_all(void)
{
	char path[PATH];
	unsigned times;

	CHECK(finish(OPEN, "/big", &times) == 0 && times > 1);
	CHECK(finish(READ, NULL, &times) == BIG && times > 1 && memcmp(seen, bytes, BIG) == 0);
	CHECK(finish(READ, NULL, &times) == BIG && times == 1);
	CHECK(fs_close(file) == FILES_OK);
	snprintf(path, sizeof path, "/d/%0*u", LONG, NAMES - 1);
	CHECK(finish(LOOK, path, &times) == 0 && times > 1);
	CHECK(finish(OPEN, "/d", &times) == 0);
	CHECK(finish(LIST, NULL, &times) > BIG / 2);
	CHECK(fs_close(file) == FILES_OK);
	CHECK(finish(READ_LINK, "/link", &times) == 0 && times > 1);
	CHECK(finish(LOOK, "/none", &times) == -FILES_E_ABSENT);
}

TEST(FSRV1601, "requests that read end when they lack a block, and have the same results when all were read")
{
	begin();
	CHECK(life(read_all, false));
}

static void read_beside(void)
{
	unsigned times;
	L4_Word_t big;
	long n;

	CHECK(finish(OPEN, "/big", &times) == 0);
	big = file;
	CHECK(fs_has("/small", "text"));
	CHECK(!try(READ, NULL, &n));
	CHECK(fs_has("/small", "text"));
	CHECK(try(LOOK, "/small", &n) && n == 0);
	CHECK(!try(READ, NULL, &n));		/* the disk has not answered */
	file = big;
	CHECK(fs_read(file, 0, seen, BIG) == BIG && memcmp(seen, bytes, BIG) == 0);
}

TEST(FSRV1602, "others are done while the disk does not send what a request lacks; one that waits has it")
{
	begin();
	CHECK(life(read_beside, false));
}

static void write_beside(void)
{
	unsigned times;
	long n;

	CHECK(finish(OPEN, "/big", &times) == 0);
	CHECK(fs_close(file) == FILES_OK && fs_open("/big", FILES_WRITE, &file) == FILES_OK);
	CHECK(!try(READ, NULL, &n));
	memset(bytes + BLOCK, 'x', 2 * BLOCK + AT);
	CHECK(fs_write(file, BLOCK, bytes + BLOCK, 2 * BLOCK + AT) == 2 * BLOCK + AT);
	CHECK(finish(READ, NULL, &times) == BIG && memcmp(seen, bytes, BIG) == 0);
}

TEST(FSRV1603, "blocks that are written while they are being read have what was written")
{
	begin();
	CHECK(life(write_beside, true));
	CHECK(disk_check("-fn") == 0);
}

/* How many requests the disk has for the file, read in pieces of 4 KiB. */
static unsigned requests_of(unsigned first, unsigned step)
{
	unsigned before = fake->requests;

	for (unsigned i = 0, at = first; i < BIG / PIECE; i++, at = (at + step) % BIG)
		CHECK(fs_read(file, at, seen, PIECE) == PIECE && memcmp(seen, bytes + at, PIECE) == 0);
	return fake->requests - before;
}

static void read_in_order(void)
{
	unsigned times;

	CHECK(finish(OPEN, "/big", &times) == 0);
	CHECK(requests_of(0, PIECE) <= 4);
}

static void read_in_no_order(void)
{
	unsigned times;

	CHECK(finish(OPEN, "/big", &times) == 0);
	CHECK(requests_of(0, 5 * PIECE) >= BIG / PIECE);
}

TEST(FSRV1607, "reads in the order of the file are read ahead, others are not")
{
	begin();
	CHECK(life(read_in_order, false));
	CHECK(life(read_in_no_order, false));
}

/* ---- whose attempt it is ---- */

/* The cache has none of these blocks. */
static void change_with_attempt(void)
{
	struct attempt a = { .times = 0 };
	long n;

	CHECK(!try(LOOK, "/d/none", &n));
	fake_caller.attempt = attempt_begin(&a);
	CHECK(fs_open("/big", FILES_WRITE, &file) == FILES_OK);
	CHECK(fs_unlink("/link") == FILES_OK && fs_mkdir("/d/d") == FILES_OK);
	CHECK(fs_write(file, AT, bytes, PIECE) == PIECE && fs_resize(file, BLOCK + AT) == FILES_OK);
	CHECK(!a.missed);
}

TEST(FSRV1611, "requests that change something wait for the disk, whatever others have lacked")
{
	begin();
	CHECK(life(change_with_attempt, true));
	CHECK(disk_check("-fn") == 0);
}

static void enter_twice(void)
{
	struct attempt a = { .times = 0 };

	io_enter(&a);
	io_leave();
	io_enter(&a);
	CHECK(fs_look("/small", false) != FILES_OK);
}

static void write_with_attempt(void)
{
	struct attempt a = { .times = 0 };

	CHECK(fs_put("/other", "text") == FILES_OK);
	io_enter(&a);
	fs_chmod(0, "/other");
}

static bool is_aborted(int status) { return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT; }

TEST(FSRV1612, "the server ends if a request finds another one's attempt in libext2fs, or writes with it")
{
	begin();
	CHECK(is_aborted(life_status(enter_twice, false)));
	CHECK(is_aborted(life_status(write_with_attempt, false)));
}

/* ---- parked requests ---- */

/* As the server does it: a request of that thread is tried, and parked if it lacks a block. */
static bool serve(struct parked *p, long *result)
{
	struct attempt *a = parked_has_place() ? attempt_begin(&p->attempt) : NULL;

	fake_caller.attempt = a;
	*result = do_one(READ, NULL);
	fake_caller.attempt = NULL;
	if (attempt_has_missed(a))
		parked_put(p);
	return !attempt_has_missed(a);
}

static void refuse(void)
{
	struct parked p = { .thread = { 1 } };
	unsigned times;
	uint64_t block;
	long n;

	CHECK(finish(OPEN, "/big", &times) == 0);
	block = fs_first_block("big");
	fake->bad_from = block * BLOCK / SECTOR;
	fake->bad_to = fake->bad_from + 1;
	for (times = 1; !serve(&p, &n) && times < MOST; times++) {
		CHECK(parked_any() && !parked_next(&p));
		disk_let_answer(DISK_RING);
		cache_take_answers();
		CHECK(parked_next(&p) && !parked_any());
	}
	CHECK(n == -FILES_E_DEVICE && times <= 3);
	fake->bad_to = 0;
	CHECK(fs_read(file, 0, seen, BIG) == BIG && memcmp(seen, bytes, BIG) == 0);
}

TEST(FSRV1604, "a request whose block the disk refuses is done once more, and fails then")
{
	begin();
	CHECK(life(refuse, false));
	fake->bad_to = 0;
}

/* A request that lacks another block each time. Returns how often it did. */
static unsigned lack(uint64_t first)
{
	struct attempt m = { .times = 0 }, *a;

	for (;;) {
		a = attempt_begin(&m);
		CHECK(attempt_can_go_on(&m));
		cache_read(a, first + m.times);
		if (!attempt_has_missed(a))
			break;
		CHECK(m.block == first + m.times - 1 && !attempt_can_go_on(&m));
		disk_let_answer(DISK_RING);
		cache_take_answers();
	}
	return m.times;
}

static void lack_many(void)
{
	CHECK(lack(DISK_KIB / 2) == ATTEMPTS);
}

TEST(FSRV1609, "a request that has lacked a block 64 times waits for the disk itself")
{
	begin();
	CHECK(life(lack_many, false));
}

static void park_many(void)
{
	struct parked p = { .thread = { 1 } };
	unsigned times;
	long n;

	CHECK(finish(OPEN, "/big", &times) == 0);
	for (unsigned i = 0; i < PARKED; i++) {
		p = (struct parked){ .thread = { 1 + i % THREADS } };
		CHECK(!serve(&p, &n));
	}
	CHECK(!parked_has_place());
	for (unsigned i = 0; i < THREADS; i++) {
		CHECK(parked_any());
		parked_resume(&(struct parked){ .thread = { .raw = 1 + i } });
	}
	CHECK(!parked_any() && parked_has_place());
	CHECK(fs_read(file, 0, seen, BIG) == BIG && memcmp(seen, bytes, BIG) == 0);
}

TEST(FSRV1605, "there are so many places for requests; those of a thread that sends again are free")
{
	begin();
	CHECK(life(park_many, false));
}

/* ---- a driver that is gone ---- */

static void lose_driver(void)
{
	L4_ThreadId_t from;
	unsigned times;
	long n;

	CHECK(finish(OPEN, "/big", &times) == 0);
	CHECK(!try(READ, NULL, &n));
	cache_wait(L4_Never, &from);
	CHECK(L4_IsNilThread(from) && !cache_any_under_way());
	CHECK(fs_read(file, 0, seen, BIG) == BIG && memcmp(seen, bytes, BIG) == 0);
}

TEST(FSRV1606, "blocks that were under way when no driver was found are read again")
{
	begin();
	CHECK(life(lose_driver, false));
}

/* ---- a block that is being read ---- */

static void fetch(uint64_t first, unsigned n)
{
	uint64_t block[CACHE_FETCH];

	for (unsigned i = 0; i < n; i++)
		block[i] = first + i;
	cache_fetch(&(struct attempt){ .times = 0 }, block, n);
}

static void write_under_way(void)
{
	memset(bytes, 'n', BLOCK);
	fetch(FAR, 1);
	CHECK(cache_any_under_way());
	CHECK(cache_put_blocks(FAR, 1, bytes) == 0 && cache_commit(false) == 0);
	CHECK(cache_read(NULL, FAR)[0] == 'n');
	disk_let_answer(1);
	cache_take_answers();
	CHECK(cache_read(NULL, FAR)[0] == 'n' && cache_write_out(true) == 0);
	CHECK(disk_bytes[FAR * BLOCK] == 'n' && disk_bytes[FAR * BLOCK + BLOCK - 1] == 'n');
}

TEST(FSRV1610, "a block that is written while it is read has the bytes that were written")
{
	begin();
	CHECK(life(write_under_way, false));
}

/* ---- more blocks than there are buffers ---- */

/* Each block of the last fetch is written as soon as it has been read. */
static void write_what_was_read(uint64_t first, bool *written)
{
	for (unsigned i = 0; i < CACHE_FETCH; i++)
		if (!written[i] && cache_peek(first + i)) {
			CHECK(cache_put_blocks(first + i, 1, bytes) == 0);
			written[i] = true;
		}
}

static void fill_with_busy(void)
{
	bool written[CACHE_FETCH] = { false };
	uint64_t next = FAR + ODD, last = FAR + ODD;

	fetch(FAR, ODD);
	for (; next - FAR < (DISK_BLOCKS - 1) * TRANSFER_PIECE / BLOCK; next += CACHE_FETCH) {
		last = next;
		fetch(next, CACHE_FETCH);
	}
	while (cache_any_under_way()) {
		disk_let_answer(1);
		cache_take_answers();
		write_what_was_read(last, written);
	}
	for (unsigned i = 0; i < CACHE_FETCH; i++)
		CHECK(!written[i] || memcmp(cache_read(NULL, last + i), bytes, BLOCK) == 0);
	cache_rollback();
}

TEST(FSRV1608, "no buffer is read into twice at a time when more blocks are wanted than there are buffers")
{
	begin();
	CHECK(life(fill_with_busy, false));
}
