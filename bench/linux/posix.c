/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * posix.c - rows that are the same program on both systems: files, by the calls of POSIX.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "rows.h"

enum {
	PATH = 64,
	LARGE_BYTES = 8 << 20, LARGE_BLOCKS = LARGE_BYTES / READ_BYTES, STEP = 691,	/* odd: all blocks in turn */
	PIECE_BYTES = 64 * 1024, PIECES = LARGE_BYTES / PIECE_BYTES, ROUNDS = 8, SCATTERED = 1000,
	COLD_PIECES = 32, COLD_BYTES = ROUNDS * COLD_PIECES * PIECE_BYTES,
};

static char bytes[READ_BYTES], piece[PIECE_BYTES];

static int make_file(const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);

	for (int i = 0; i < FILE_BYTES / READ_BYTES; i++)
		if (fd < 0 || write(fd, bytes, sizeof bytes) != sizeof bytes)
			work_failed("a file cannot be written");
	if (fsync(fd) != 0)
		work_failed("fsync");
	return fd;
}

static void read_block(int fd)
{
	static unsigned n;

	if (pread(fd, bytes, sizeof bytes, n++ % (FILE_BYTES / READ_BYTES) * READ_BYTES) != sizeof bytes)
		work_failed("pread of a file");
}

static void open_close(const char *path)
{
	struct stat st;
	int fd = open(path, O_RDONLY);

	if (fd < 0 || fstat(fd, &st) != 0 || st.st_size != FILE_BYTES || close(fd) != 0)
		work_failed("open, fstat and close");
}

/* ---- directories ---- */

enum { ENTRIES = 2048, ENTRY_PATH = PATH + 16 };

static char entry[ENTRIES + 1][ENTRY_PATH];	/* paths */
static unsigned entries;			/* in the directory */

static void make_entry(unsigned n)
{
	int fd = open(entry[n], O_RDWR | O_CREAT | O_EXCL, 0600);

	if (fd < 0 || close(fd) != 0)
		work_failed("a file cannot be made");
}

static void remove_entry(unsigned n)
{
	if (unlink(entry[n]) != 0)
		work_failed("unlink");
}

/* Any of them, made in no order. */
static void stat_entry(void)
{
	static unsigned random = 1;
	struct stat st;

	random = random * 1664525 + 1013904223;
	if (stat(entry[(random >> 8) % entries], &st) != 0)
		work_failed("stat");
}

static void fill(unsigned wanted)
{
	for (; entries < wanted; entries++)
		make_entry(entries);
}

/* A file more than `size` is made in each window, and removed behind it. */
#define DIRECTORY(size)							\
	do {								\
		fill(size);						\
		for (int w_ = 0; w_ < WINDOWS; w_++) {			\
			SCOPE_BEGIN(ROW_CREATE_##size);			\
			make_entry(entries);				\
			SCOPE_OP(ROW_CREATE_##size);			\
			SCOPE_END(ROW_CREATE_##size);			\
			remove_entry(entries);				\
		}							\
		ROW(ROW_STAT_##size, stat_entry());			\
	} while (0)

void work_directories(const char *folder)
{
	char path[PATH];

	snprintf(path, sizeof path, "%s/d", folder);
	if (mkdir(path, 0700) != 0)
		work_failed("mkdir");
	for (unsigned i = 0; i <= ENTRIES; i++)
		snprintf(entry[i], sizeof entry[i], "%s/file-%u", path, i);
	DIRECTORY(16);
	DIRECTORY(128);
	DIRECTORY(512);
	DIRECTORY(2048);
}

void work_files(const char *folder)
{
	char path[PATH];
	int fd;

	snprintf(path, sizeof path, "%s/" WORK_FILE, folder);
	fd = make_file(path);
	ROW(ROW_FILE_READ, read_block(fd));
	ROW(ROW_OPEN_CLOSE, open_close(path));
	close(fd);
}

/* ---- writes, and what is not in the cache ---- */

static void write_at(int fd, const char *from, size_t count, off_t at)
{
	if (pwrite(fd, from, count, at) != (ssize_t)count)
		work_failed("pwrite of a file");
}

static void write_block(int fd, unsigned block)
{
	bytes[block % sizeof bytes]++;
	write_at(fd, bytes, sizeof bytes, (off_t)(block % LARGE_BLOCKS) * READ_BYTES);
}

static void write_block_fsync(int fd, unsigned block)
{
	write_block(fd, block);
	if (fsync(fd) != 0)
		work_failed("fsync");
}

static int new_file(const char *folder, const char *name)
{
	char path[PATH];
	int fd;

	snprintf(path, sizeof path, "%s/%s", folder, name);
	fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
	if (fd < 0)
		work_failed("a file cannot be made");
	return fd;
}

static int large_file(const char *folder, const char *name, unsigned pieces)
{
	int fd = new_file(folder, name);

	for (unsigned i = 0; i < pieces; i++)
		write_at(fd, piece, sizeof piece, (off_t)i * PIECE_BYTES);
	if (fsync(fd) != 0)
		work_failed("fsync");
	return fd;
}

/* An empty file grows by pieces of 64 KiB: one window for each file. */
static void grow_file(const char *folder)
{
	for (int w = 0; w < ROUNDS; w++) {
		int fd = new_file(folder, "grows");

		SCOPE_BEGIN(ROW_GROW_64K);
		for (unsigned i = 0; i < PIECES; i++) {
			write_at(fd, piece, sizeof piece, (off_t)i * PIECE_BYTES);
			SCOPE_OP(ROW_GROW_64K);
		}
		SCOPE_END(ROW_GROW_64K);
		close(fd);
		sync();
	}
}

/* Blocks far from each other, and all that leads to the disk: one window for each thousand. */
static void write_back(int fd)
{
	static unsigned n;

	for (int w = 0; w < ROUNDS; w++) {
		sync();
		SCOPE_BEGIN(ROW_WRITE_BACK);
		for (unsigned i = 0; i < SCATTERED; i++, n += STEP) {
			write_block(fd, n);
			SCOPE_OP(ROW_WRITE_BACK);
		}
		sync();
		SCOPE_END(ROW_WRITE_BACK);
	}
}

static void append_block(int fd)
{
	if (write(fd, bytes, sizeof bytes) != sizeof bytes)
		work_failed("write at a file's end");
}

/*
 * Linux has a call that drops the file from its cache. Pecan has none, and keeps what is written only in its
 * cache, which is smaller than the file that was written since.
 */
static void forget(int fd)
{
	int e = posix_fadvise(fd, 0, COLD_BYTES, POSIX_FADV_DONTNEED);

	if (e != 0 && e != ENOSYS)
		work_failed("a file is not forgotten");
}

static void read_piece(int fd, unsigned n)
{
	if (pread(fd, piece, sizeof piece, (off_t)n * PIECE_BYTES) != sizeof piece)
		work_failed("pread of a file");
}

/* All of the file: a window for each COLD_PIECES pieces. */
#define READ_ALL(row, fd)						\
	do {								\
		for (unsigned n_ = 0; n_ < ROUNDS * COLD_PIECES;) {	\
			SCOPE_BEGIN(row);				\
			do {						\
				read_piece(fd, n_);			\
				SCOPE_OP(row);				\
			} while (++n_ % COLD_PIECES != 0);		\
			SCOPE_END(row);					\
		}							\
	} while (0)

static void read_cold(int fd)
{
	forget(fd);
	READ_ALL(ROW_READ_UNCACHED, fd);
	READ_ALL(ROW_READ_AGAIN, fd);
	close(fd);
}

void work_writes(const char *folder)
{
	unsigned n = 0;
	int cold = large_file(folder, "cold", COLD_BYTES / PIECE_BYTES);
	int fd = large_file(folder, "large", PIECES), other = new_file(folder, "appended");

	read_cold(cold);
	ROW(ROW_WRITE_ORDER, write_block(fd, n++));
	ROW(ROW_WRITE_RANDOM, write_block(fd, n += STEP));
	ROW(ROW_WRITE_FSYNC, write_block_fsync(fd, n++));
	ROW(ROW_APPEND_4K, append_block(other));
	write_back(fd);
	grow_file(folder);
	close(other);
	close(fd);
}
