/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * posix.c - rows that are the same program on both systems: files, by the calls of POSIX.
 */
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "rows.h"

enum { FILE_BYTES = 256 * 1024, PATH = 64 };

static char bytes[READ_BYTES];

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

void work_files(const char *folder)
{
	char path[PATH];
	int fd;

	snprintf(path, sizeof path, "%s/file", folder);
	fd = make_file(path);
	ROW(ROW_FILE_READ, read_block(fd));
	ROW(ROW_OPEN_CLOSE, open_close(path));
	close(fd);
}
