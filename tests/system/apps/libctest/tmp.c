/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tmp.c - files below /tmp, which are in memory.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>
#include "libctest.h"

enum { SOME = 64, PART = 60000, FAR = 100000, PARTS_MAX = 10000 };

static void test_bytes(void)
{
	char text[SOME] = "";
	struct stat st;
	int fd = open("/tmp/ctest", O_RDWR | O_CREAT | O_EXCL, 0600);

	check(fd >= 0 && write(fd, "hello", 5) == 5 && pwrite(fd, "far", 3, FAR) == 3, "writes below /tmp");
	check(lseek(fd, 0, SEEK_END) == FAR + 3 && pread(fd, text, 6, 0) == 6, "seek and read");
	check(memcmp(text, "hello", 6) == 0 && pread(fd, text, SOME, FAR - 1) == 4, "what is between is zero");
	check(text[0] == 0 && memcmp(text + 1, "far", 3) == 0, "and the end is there");
	check(fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size == FAR + 3, "fstat");
	check(ftruncate(fd, 2) == 0 && fstat(fd, &st) == 0 && st.st_size == 2 && fsync(fd) == 0, "ftruncate");
	check(unlink("/tmp/ctest") == 0 && pread(fd, text, SOME, 0) == 2, "removed, and open");
	check(fstat(fd, &st) == 0 && st.st_nlink == 0 && close(fd) == 0, "without a name");
	check(open("/tmp/ctest", O_RDONLY) == -1 && errno == ENOENT, "it is gone");
}

static void test_directories(void)
{
	unsigned seen = 0;
	struct dirent *e;
	DIR *d;

	check(mkdir("/tmp/cdir", 0755) == 0 && chdir("/tmp/cdir") == 0, "mkdir and chdir");
	check(close(open("one", O_WRONLY | O_CREAT, 0600)) == 0 && rename("one", "../cdir/two") == 0, "rename");
	check(rename("two", "/disk/two") == -1 && errno == EXDEV, "rename to the disk: EXDEV");
	check(rmdir("/tmp/cdir") == -1 && errno == ENOTEMPTY, "rmdir of what is not empty");
	d = opendir(".");
	while (d && (e = readdir(d)))
		seen += strcmp(e->d_name, "two") == 0 && e->d_type == DT_REG;
	check(d && seen == 1 && closedir(d) == 0, "readdir");
	check(unlink("two") == 0 && chdir("/") == 0 && rmdir("/tmp/cdir") == 0, "rmdir");
}

static void test_temporary(void)
{
	char name[] = "/tmp/nameXXXXXX", text[SOME] = "";
	struct statvfs s;
	int fd = mkstemp(name);
	FILE *f = tmpfile();

	check(fd >= 0 && close(fd) == 0 && unlink(name) == 0, "mkstemp");
	check(f && fputs("text", f) >= 0 && fseek(f, 0, SEEK_SET) == 0 && fgets(text, SOME, f), "tmpfile");
	check(strcmp(text, "text") == 0 && (!f || fclose(f) == 0), "its text");
	check(statvfs("/tmp", &s) == 0 && s.f_blocks > s.f_bfree / 2 && s.f_bfree > 0, "statvfs");
}

/* Another task, a child, has its part when this one has written all that it may. */
static void test_limit(void)
{
	static const char bytes[PART];
	int fd = open("/tmp/full", O_WRONLY | O_CREAT, 0600), none[] = { -1, -1, -1 };
	long parts = 0;

	while (parts < PARTS_MAX && write(fd, bytes, PART) > 0)
		parts++;
	check(parts > 2 && parts < PARTS_MAX && errno == ENOSPC, "a task writes so much, then ENOSPC");
	check(end_of_child(start_child(none, "--tmp", NULL, NULL)) == 0, "another one writes");
	check(close(fd) == 0 && unlink("/tmp/full") == 0, "what was written is removed");
}

int write_tmp(void)
{
	static const char bytes[PART];
	int fd = open("/tmp/child", O_RDWR | O_CREAT | O_EXCL, 0600);
	bool well = fd >= 0 && write(fd, bytes, PART) == PART && unlink("/tmp/child") == 0;

	return well ? EXIT_SUCCESS : EXIT_FAILURE;
}

void test_tmp(void)
{
	test_bytes();
	test_directories();
	test_temporary();
	test_limit();
}
