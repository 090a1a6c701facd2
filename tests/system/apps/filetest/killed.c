/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * killed.c - calls of all kinds at the beginning of each period of time, in which `killer` ends a server. All
 * succeed, and each byte, size and name is as the calls before have made it: a copy in memory has that.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <pecan/file_ring.h>

#include "filetest.h"

/* PERIOD_US as in killer. A call that takes longer than LONG_NS has waited for another server. */
enum {
	PERIOD_US = 80000, CALLS = 24, FILES = 3, SIZE = 64 << 10, MOST = 6000, NAMES = 12, LONG_NS = 1200000,
	PAGE = 4096, RING = 8, SLOT = SIZE / RING,
	READS = 16, QUICK_READS = 8, QUICK_NS = 12000,	/* by messages they take longer */
};

static struct { int fd; unsigned size; unsigned char bytes[SIZE]; } files[FILES];
static bool is_there[NAMES];
static unsigned char buffer[MOST];
static unsigned calls, wrong, waited, quick, state;

static unsigned below(unsigned limit)
{
	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return state % limit;
}

static void check(bool holds, const char *what)
{
	calls++;
	wrong += !holds;
	if (!holds)
		printf("filetest: wrong: %s (errno %d)\n", what, errno);
}

static long long now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000ll + t.tv_nsec;
}

/* ---- bytes ---- */

static void write_some(unsigned i)
{
	unsigned at = below(files[i].size + 1), bytes = below(MOST) + 1;

	if (bytes > SIZE - at)
		bytes = SIZE - at;
	for (unsigned k = 0; k < bytes; k++)
		files[i].bytes[at + k] = (unsigned char)below(256);
	check(pwrite(files[i].fd, files[i].bytes + at, bytes, at) == (ssize_t)bytes, "pwrite");
	if (files[i].size < at + bytes)
		files[i].size = at + bytes;
}

static void read_some(unsigned i)
{
	unsigned at = below(files[i].size + 1), rest = files[i].size - at, bytes = rest < MOST ? rest : MOST;

	check(pread(files[i].fd, buffer, MOST, at) == (ssize_t)bytes
	      && memcmp(buffer, files[i].bytes + at, bytes) == 0, "pread");
}

static void read_part(unsigned i, unsigned at, unsigned bytes)
{
	check(pread(files[i].fd, buffer, bytes, at) == (ssize_t)bytes
	      && memcmp(buffer, files[i].bytes + at, bytes) == 0, "pread of a page");
}

/* A page again and again, then some bytes of it: those reads need no server. */
static void read_often(unsigned i)
{
	unsigned pages = files[i].size / PAGE, page = pages ? below(pages) * PAGE : 0;
	long long start;

	if (pages == 0)
		return;
	for (unsigned n = 0; n < READS; n++)
		read_part(i, page, PAGE);
	start = now();
	for (unsigned n = 0; n < QUICK_READS; n++)
		read_part(i, page + below(PAGE), 1);
	quick += now() - start < QUICK_NS;
}

static void resize(unsigned i)
{
	unsigned size = below(SIZE + 1);

	if (size > files[i].size)
		memset(files[i].bytes + files[i].size, 0, size - files[i].size);
	files[i].size = size;
	check(ftruncate(files[i].fd, size) == 0, "ftruncate");
}

static void open_again(unsigned i)
{
	char path[32];

	snprintf(path, sizeof path, "/disk/k/f%u", i);
	check(close(files[i].fd) == 0, "close");
	files[i].fd = open(path, O_RDWR);
	check(files[i].fd >= 0, "open");
}

static void look(unsigned i)
{
	struct stat st;

	check(fstat(files[i].fd, &st) == 0 && st.st_size == files[i].size, "fstat");
}

/* ---- several requests by a ring ---- */

static struct file_ring ring;
static struct files_file ring_file[FILES];

/* Of the k-th part of a file, if that has so many bytes: some are read, or written. Parts do not overlap. */
static bool put_request(unsigned i, unsigned k, struct file_request *q)
{
	unsigned at = k * SLOT + below(SLOT / 2), bytes = below(SLOT / 2) + 1;
	char *data = file_ring_data(&ring) + k * PAGE;

	if (at > files[i].size)
		return false;
	*q = (struct file_request){ below(2) ? FILES_RING_READ : FILES_RING_WRITE, &ring_file[i], at, k * PAGE,
				    bytes };
	if (below(CALLS) == 0)
		q->kind = FILES_RING_SYNC;
	for (unsigned n = 0; n < bytes && q->kind == FILES_RING_WRITE; n++)
		data[n] = (char)(files[i].bytes[at + n] = (unsigned char)below(256));
	return true;
}

static void take_answer(unsigned i, const struct file_request *q, const struct file_answer *a, unsigned size)
{
	unsigned at = (unsigned)q->offset, rest = size - at, bytes = (unsigned)q->bytes;
	const char *data = file_ring_data(&ring) + q->at;

	if (q->kind == FILES_RING_READ) {
		bytes = bytes < rest ? bytes : rest;
		check(a->status == FILES_OK && a->bytes == bytes && memcmp(data, files[i].bytes + at, bytes) == 0,
		      "a read by the ring");
	} else if (q->kind == FILES_RING_SYNC) {
		check(a->status == FILES_OK, "a sync by the ring");
	} else {
		check(a->status == FILES_OK && a->bytes == bytes, "a write by the ring");
		if (files[i].size < at + bytes)
			files[i].size = at + bytes;
	}
}

static void use_ring(unsigned i)
{
	struct file_request q[RING], by_number[FILES_RING_PLACES];
	unsigned put = 0, taken = 0, size = files[i].size;
	struct file_answer a;

	for (unsigned k = 0; k < RING; k++)
		if (put_request(i, k, &q[put])) {
			int number = file_ring_submit(&ring, &q[put]);

			check(number >= 0, "a request by the ring");
			if (number < 0)
				return;
			by_number[number] = q[put++];
		}
	for (; taken < put && file_ring_wait(&ring, &a); taken++)
		take_answer(i, &by_number[a.number], &a, size);
	check(taken == put && !file_ring_wait(&ring, &a), "the number of answers by the ring");
}

static bool open_ring(void)
{
	char path[32];

	for (unsigned i = 0; i < FILES; i++) {
		snprintf(path, sizeof path, "/k/f%u", i);
		if (files_use(&ring_file[i], path, FILES_WRITE) != FILES_OK)
			return false;
	}
	return file_ring_open(&ring, RING * PAGE) == FILES_OK;
}

/* ---- names ---- */

static const char *path_of(unsigned name)
{
	static char path[2][32];
	static unsigned next;

	next = !next;
	snprintf(path[next], sizeof path[next], "/disk/k/d/name-%u", name);
	return path[next];
}

static void make_or_remove(unsigned name)
{
	if (is_there[name]) {
		check(unlink(path_of(name)) == 0, "unlink");
	} else {
		int fd = open(path_of(name), O_WRONLY | O_CREAT | O_EXCL, 0644);

		check(fd >= 0, "open with O_CREAT and O_EXCL");
		check(close(fd) == 0, "close");
	}
	is_there[name] = !is_there[name];
}

static void rename_one(unsigned from, unsigned to)
{
	bool done = rename(path_of(from), path_of(to)) == 0;

	check(done == is_there[from] && (done || errno == ENOENT), "rename");
	if (done && from != to) {
		is_there[to] = true;
		is_there[from] = false;
	}
}

static void look_at_name(unsigned name)
{
	struct stat st;
	bool found = stat(path_of(name), &st) == 0;

	check(found == is_there[name] && (found || errno == ENOENT), "stat");
}

static void list(void)
{
	bool seen[NAMES] = { false };
	DIR *d = opendir("/disk/k/d");
	unsigned name;

	check(d != NULL, "opendir");
	for (struct dirent *e; d && (e = readdir(d)); )
		if (sscanf(e->d_name, "name-%u", &name) == 1 && name < NAMES)
			seen[name] = true;
	check(d && closedir(d) == 0 && memcmp(seen, is_there, sizeof seen) == 0, "names of a directory");
}

/* ---- all of it ---- */

static void one_call(void)
{
	unsigned i = below(FILES);

	switch (below(14)) {
	case 0: case 1: case 2: write_some(i); break;
	case 3: read_some(i); break;
	case 4: read_often(i); break;
	case 5: resize(i); break;
	case 6: open_again(i); break;
	case 7: look(i); break;
	case 8: make_or_remove(below(NAMES)); break;
	case 9: rename_one(below(NAMES), below(NAMES)); break;
	case 10: look_at_name(below(NAMES)); break;
	case 11: case 12: use_ring(i); break;
	default: below(2) ? check(fsync(files[i].fd) == 0, "fsync") : list(); break;
	}
}

static bool make_files(void)
{
	char path[32];

	if (mkdir("/disk/k", 0755) != 0 || mkdir("/disk/k/d", 0755) != 0)
		return false;
	for (unsigned i = 0; i < FILES; i++) {
		snprintf(path, sizeof path, "/disk/k/f%u", i);
		files[i].fd = open(path, O_RDWR | O_CREAT | O_EXCL, 0644);
		if (files[i].fd < 0)
			return false;
	}
	return open_ring();
}

/* A number of a file's bytes, for the host to compare (Adler-32). */
static unsigned sum(const unsigned char *bytes, unsigned size)
{
	unsigned a = 1, b = 0;

	for (unsigned i = 0; i < size; i++) {
		a = (a + bytes[i]) % 65521;
		b = (b + a) % 65521;
	}
	return b << 16 | a;
}

int killed(unsigned periods, unsigned seed)
{
	state = 2 * seed + 1;
	if (!make_files()) {
		printf("filetest: /disk/k cannot be made (errno %d)\n", errno);
		return 1;
	}
	for (unsigned n = 0; n < periods; n++) {
		usleep((unsigned)(PERIOD_US - now() / 1000 % PERIOD_US));
		for (unsigned i = 0; i < CALLS; i++) {
			long long start = now();

			one_call();
			waited += now() - start > LONG_NS;
		}
	}
	for (unsigned i = 0; i < FILES; i++)
		printf("filetest: /k/f%u %u %u\n", i, files[i].size, sum(files[i].bytes, files[i].size));
	printf("filetest: killed: %u calls, %u wrong, %u waited, %u quick\n", calls, wrong, waited, quick);
	return wrong != 0;
}
