/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - filetest: an ordinary C program, which shows what it gets of files of the disk
 * (docs/user/files.md); it includes no header of Pecan.
 *
 *   filetest               tests of the calls
 *   filetest hold ROUNDS   keeps a file open and writes it, while a test ends the file server
 *   filetest count ROUNDS  adds to the number in a file, which it locks: two of them at a time
 *   filetest replaced      writes a file until that fails, while a test replaces it and ends the file server
 *   filetest lost          writes a file, of which the disk does not flush the first bytes
 *   filetest where NAME [DIRECTORY]
 *                          the current directory, and is the file there? of a program that is started in
 *                          the directory
 *   filetest others        what other programs see of locks
 *   filetest locked PATH   is there a lock of another program?
 *   filetest change PATH, filetest cut PATH
 *                          changes or shortens a file of which another program has a copy
 *   filetest spawn PATH    starts a program with /disk/in as its input and /disk/out as its output
 *   filetest work ROUNDS   files that are synced, written, renamed and removed, for power cuts
 *   filetest killed PERIODS SEED
 *                          calls of all kinds, while `killer` ends the server or the driver (killed.c)
 *   filetest measure       what calls cost
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "filetest.h"

#define LATE	0x37fffffffLL		/* the last second that ext4 has, in 2446 */

enum { BLOCK = 4096, BIG = 200000, MANY = 100, TIMES = 1000, PAUSE_US = 20000 };

static unsigned passed, failed;

static void check(bool holds, const char *what)
{
	passed += holds;
	failed += !holds;
	if (!holds)
		printf("filetest: not ok: %s (errno %d)\n", what, errno);
}

static bool fails(long result, int error)
{
	return result < 0 && errno == error;
}

static void write_text(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	check(f && fputs(text, f) >= 0 && fclose(f) == 0, "stdio writes a file");
}

static bool has_text(const char *path, const char *text)
{
	char line[BLOCK] = "";
	FILE *f = fopen(path, "r");
	size_t n = f ? fread(line, 1, sizeof line - 1, f) : 0;

	if (f)
		fclose(f);
	return f && n == strlen(text) && strcmp(line, text) == 0;
}

static void test_open(void)
{
	int fd;

	check(fails(open("/disk/t/absent", O_RDONLY), ENOENT), "a file that is not there: ENOENT");
	write_text("/disk/t/x", "hello\n");
	check(has_text("/disk/t/x", "hello\n"), "what was written is read");
	check(fails(open("/disk/t/x", O_WRONLY | O_CREAT | O_EXCL, 0644), EEXIST), "O_EXCL: EEXIST");
	check(fails(open("/disk/t", O_WRONLY), EISDIR), "a directory cannot be written: EISDIR");
	check(fails(open("/disk/t/x", O_RDONLY | O_DIRECTORY), ENOTDIR), "O_DIRECTORY: ENOTDIR");
	check(fails(open("/disk/t/x/y", O_RDONLY), ENOTDIR), "a path through a file: ENOTDIR");
	fd = open("/disk/t/x", O_RDONLY);
	check(fd >= 0 && fails(write(fd, "x", 1), EBADF), "a file open for reading cannot be written: EBADF");
	close(fd);
	fd = open("/disk/t/x", O_WRONLY | O_TRUNC);
	close(fd);
	check(has_text("/disk/t/x", ""), "O_TRUNC makes a file empty");
	check(fails(open("/new", O_WRONLY | O_CREAT, 0644), EROFS), "the boot image cannot be written: EROFS");
}

static void test_offsets(void)
{
	char text[16] = "";
	int fd = open("/disk/t/o", O_RDWR | O_CREAT | O_TRUNC, 0644), other;

	check(write(fd, "0123456789", 10) == 10 && lseek(fd, 0, SEEK_CUR) == 10, "a write moves the offset");
	check(lseek(fd, -3, SEEK_END) == 7 && read(fd, text, sizeof text) == 3 && strcmp(text, "789") == 0,
	      "SEEK_END, and a read up to the end");
	check(pwrite(fd, "ab", 2, 4) == 2 && pread(fd, text, 5, 3) == 5 && memcmp(text, "3ab67", 5) == 0,
	      "pwrite and pread at an offset");
	other = dup(fd);
	check(lseek(other, 1, SEEK_SET) == 1 && read(fd, text, 1) == 1 && text[0] == '1',
	      "dup shares the offset");
	close(other);
	check(lseek(fd, 3 * BLOCK, SEEK_SET) == 3 * BLOCK && write(fd, "end", 3) == 3
	      && pread(fd, text, 4, 2 * BLOCK) == 4 && memcmp(text, "\0\0\0\0", 4) == 0, "a hole reads as zero");
	check(ftruncate(fd, 5) == 0 && lseek(fd, 0, SEEK_END) == 5, "ftruncate shortens");
	check(ftruncate(fd, 20) == 0 && pread(fd, text, 16, 4) == 16 && memcmp(text, "a\0\0\0", 4) == 0,
	      "ftruncate lengthens with zeros");
	check(fsync(fd) == 0 && close(fd) == 0, "fsync");
	write_text("/disk/t/a", "one\n");
	fd = open("/disk/t/a", O_WRONLY | O_APPEND);
	check(lseek(fd, 0, SEEK_SET) == 0 && write(fd, "two\n", 4) == 4, "O_APPEND writes");
	check(close(fd) == 0 && has_text("/disk/t/a", "one\ntwo\n"), "at the end");
}

static void test_big(void)
{
	static char out[BIG], in[BIG];
	int fd = open("/disk/t/big", O_RDWR | O_CREAT, 0644);
	struct stat st;
	void *at;

	for (unsigned i = 0; i < BIG; i++)
		out[i] = (char)(i * 7 + i / 251);
	check(write(fd, out, BIG) == BIG && pread(fd, in, BIG, 0) == BIG && memcmp(in, out, BIG) == 0,
	      "200,000 bytes at once");
	check(fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size == BIG, "fstat");
	at = mmap(NULL, BIG, PROT_READ, MAP_PRIVATE, fd, 0);
	check(at != MAP_FAILED && memcmp(at, out, BIG) == 0, "mmap for reading");
	close(fd);
}

static void test_names(void)
{
	struct stat st;
	char name[300];
	int fd;

	check(mkdir("/disk/t/d", 0755) == 0 && stat("/disk/t/d", &st) == 0 && S_ISDIR(st.st_mode), "mkdir");
	check(fails(mkdir("/disk/t/d", 0755), EEXIST), "mkdir of what is there: EEXIST");
	write_text("/disk/t/d/f", "f");
	check(fails(rmdir("/disk/t/d"), ENOTEMPTY), "rmdir of what is not empty: ENOTEMPTY");
	check(fails(unlink("/disk/t/d"), EISDIR), "unlink of a directory: EISDIR");
	check(rename("/disk/t/d/f", "/disk/t/g") == 0 && has_text("/disk/t/g", "f"),
	      "rename to another directory");
	write_text("/disk/t/h", "h");
	check(rename("/disk/t/h", "/disk/t/g") == 0 && has_text("/disk/t/g", "h"), "rename replaces a file");
	check(fails(rename("/disk/t/d", "/disk/t/d/e"), EINVAL),
	      "rename of a directory into itself: EINVAL");
	check(fails(rename("/init", "/disk/t/i"), EROFS), "rename from the boot image: EROFS");
	check(rename("/disk/t/d", "/disk/t/e") == 0 && rmdir("/disk/t/e") == 0,
	      "rename and rmdir of a directory");
	check(chdir("/disk/t") == 0 && fails(open("", O_RDONLY), ENOENT) && chdir("/") == 0,
	      "an empty path: ENOENT");
	check(fails(rmdir("/disk/t/e"), ENOENT), "rmdir of what is not there: ENOENT");
	memset(name, 'n', sizeof name - 1);
	name[sizeof name - 1] = 0;
	memcpy(name, "/disk/t/", 8);
	check(fails(open(name, O_WRONLY | O_CREAT, 0644), ENAMETOOLONG)
	      || fails(open(name, O_WRONLY | O_CREAT, 0644), EROFS), "a path that is too long is refused");
	fd = open("/disk/t/g", O_RDWR);
	check(unlink("/disk/t/g") == 0 && pread(fd, name, 1, 0) == 1 && name[0] == 'h' && close(fd) == 0,
	      "an open file can be read when its name is removed");
}

static long lock(int fd, int command, short type, long from, long bytes)
{
	struct flock l = { .l_type = type, .l_whence = SEEK_SET, .l_start = from, .l_len = bytes };

	return fcntl(fd, command, &l) < 0 ? -1 : l.l_type;
}

/* Is there a lock of another program? */
static int locked(const char *path)
{
	int fd = open(path, O_RDONLY);

	return lock(fd, F_GETLK, F_WRLCK, 0, 0) != F_WRLCK;
}

/* Does another program succeed with that? */
static bool other_does(char *what, char *path)
{
	char *argv[] = { "filetest", what, path, NULL }, *environment[] = { NULL };
	int status = -1;
	pid_t child;

	return posix_spawn(&child, "/bin/filetest", NULL, NULL, argv, environment) == 0
	       && waitpid(child, &status, 0) == child && status == 0;
}

/* As another program: a byte of the first page is another one. */
static int change(const char *path)
{
	return pwrite(open(path, O_WRONLY), "X", 1, 5) != 1;
}

/* A page that was read so often that it needs no message, and another program. */
static void test_copies(void)
{
	int fd = open("/disk/t/copied", O_RDWR | O_CREAT, 0644);
	char page[BLOCK] = "text of a page";

	check(pwrite(fd, page, BLOCK, 0) == BLOCK, "a page");
	for (int i = 0; i < 10; i++)
		check(pread(fd, page, BLOCK, 0) == BLOCK && page[5] == 'o', "a page again and again");
	check(other_does("change", "/disk/t/copied") && pread(fd, page, BLOCK, 0) == BLOCK && page[5] == 'X',
	      "a page that another program has changed");
	for (int i = 0; i < 20; i++)
		check(pread(fd, page, BLOCK, 0) == BLOCK && page[5] == 'X', "it, again and again");
	check(other_does("cut", "/disk/t/copied") && pread(fd, page, BLOCK, 0) == 100, "a file that one has cut");
	close(fd);
}

static void test_locks(void)
{
	int fd = open("/disk/t/locked", O_RDWR | O_CREAT, 0644), other = open("/disk/t/locked", O_RDONLY);

	check(lock(fd, F_SETLK, F_WRLCK, 10, 5) >= 0 && lock(fd, F_SETLKW, F_RDLCK, 12, 0) >= 0,
	      "F_SETLK, F_SETLKW");
	check(lock(other, F_GETLK, F_WRLCK, 0, 0) == F_UNLCK, "F_GETLK: no lock of this program is in the way");
	check(fails(lock(other, F_SETLK, F_WRLCK, 0, 1), EBADF), "a write lock of a file open for reading");
	check(fails(lock(fd, F_SETLK, F_WRLCK, -1, 1), EINVAL), "a lock before the file: EINVAL");
	check(lock(fd, F_SETLK, F_UNLCK, 0, 0) >= 0, "all is unlocked");
	close(other);
	close(fd);
	check(fails(truncate("/disk/t", 0), EISDIR) && fails(truncate("/disk/t/absent", 0), ENOENT)
	      && fails(truncate("/disk/t/locked", -1), EINVAL), "truncate: EISDIR, ENOENT, EINVAL");
}

static void test_links(void)
{
	char text[32] = "";
	struct stat st;

	check(symlink("x", "/disk/t/link") == 0 && has_text("/disk/t/link", ""), "a symbolic link is followed");
	check(readlink("/disk/t/link", text, sizeof text) == 1 && text[0] == 'x', "readlink");
	check(lstat("/disk/t/link", &st) == 0 && S_ISLNK(st.st_mode) && stat("/disk/t/link", &st) == 0
	      && S_ISREG(st.st_mode), "lstat and stat of a link");
	check(fails(readlink("/disk/t/x", text, sizeof text), EINVAL), "readlink of a file: EINVAL");
	check(symlink("loop", "/disk/t/loop") == 0 && fails(open("/disk/t/loop", O_RDONLY), ELOOP),
	      "a loop: ELOOP");
	check(unlink("/disk/t/link") == 0 && access("/disk/t/x", F_OK) == 0, "a link is removed, not its file");
	check(fails(symlink("x", "/link"), EROFS), "a link in the boot image: EROFS");
}

static int where(char *name, const char *directory)
{
	char *argv[] = { "filetest", "where", name, NULL }, *environment[] = { NULL }, text[BLOCK];
	int status = 0;
	pid_t child;

	if (!directory) {
		printf("filetest: in %s: %s is %s\n", getcwd(text, sizeof text), name,
		       access(name, F_OK) == 0 ? "there" : "absent");
		return 0;
	}
	check(chdir(directory) == 0, "chdir");
	check(posix_spawn(&child, "/bin/filetest", NULL, NULL, argv, environment) == 0
	      && waitpid(child, &status, 0) == child, "a child");
	return failed != 0;
}

static void test_names_of_file(void)
{
	struct stat st;

	check(link("/disk/t/a", "/disk/t/hard") == 0 && has_text("/disk/t/hard", "one\ntwo\n")
	      && stat("/disk/t/a", &st) == 0 && st.st_nlink == 2, "link: another name of a file");
	check(fails(link("/disk/t/a", "/disk/t/hard"), EEXIST) && fails(link("/disk/t", "/disk/t/dir"), EPERM)
	      && fails(link("/init", "/disk/t/init"), EROFS) && fails(link("/disk/t/a", "/a"), EXDEV),
	      "link: EEXIST, EPERM, EROFS, EXDEV");
	check(rename("/disk/t/a", "/disk/t/hard") == 0 && access("/disk/t/a", F_OK) == 0,
	      "rename of one name of a file to another one changes nothing");
	check(unlink("/disk/t/a") == 0 && stat("/disk/t/hard", &st) == 0 && st.st_nlink == 1
	      && has_text("/disk/t/hard", "one\ntwo\n"), "a name is removed, not the file");
}

static void test_attributes(void)
{
	struct timespec t[2] = { { -1000000, 0 }, { LATE, 5 } };
	int fd = open("/disk/t/x", O_RDONLY);
	struct stat st;

	check(chmod("/disk/t/x", 0751) == 0 && fstat(fd, &st) == 0 && st.st_mode == (S_IFREG | 0751), "chmod");
	check(fchmod(fd, 0600) == 0 && stat("/disk/t/x", &st) == 0 && st.st_mode == (S_IFREG | 0600), "fchmod");
	check(utimensat(AT_FDCWD, "/disk/t/x", t, 0) == 0 && stat("/disk/t/x", &st) == 0
	      && st.st_atime == -1000000 && st.st_mtime == LATE && st.st_mtim.tv_nsec == 5, "utimensat");
	t[0].tv_nsec = UTIME_OMIT;
	t[1].tv_nsec = UTIME_NOW;
	check(futimens(fd, t) == 0 && fstat(fd, &st) == 0 && st.st_atime == -1000000 && st.st_mtime != LATE,
	      "futimens: UTIME_OMIT, UTIME_NOW");
	t[1].tv_nsec = 1000000000;
	check(fails(futimens(fd, t), EINVAL) && fails(chmod("/init", 0600), EROFS)
	      && fails(chmod("/disk/t/absent", 0600), ENOENT), "EINVAL, EROFS, ENOENT");
	close(fd);
}

/* What another program sees of the locks, and changes; it needs the right to start one. */
static int test_others(void)
{
	int fd, other;

	mkdir("/disk/t", 0755);
	test_copies();
	fd = open("/disk/t/locked", O_RDWR | O_CREAT, 0644);
	other = open("/disk/t/locked", O_RDONLY);
	check(lock(fd, F_SETLK, F_WRLCK, 0, 1) >= 0 && other_does("locked", "/disk/t/locked"),
	      "another program sees the lock");
	check(truncate("/disk/t/locked", 7) == 0 && lseek(fd, 0, SEEK_END) == 7
	      && other_does("locked", "/disk/t/locked"), "truncate leaves the locks");
	close(other);
	check(!other_does("locked", "/disk/t/locked"), "close of another descriptor ends the locks");
	close(fd);
	printf("filetest: others: %u passed, %u failed\n", passed, failed);
	return failed != 0;
}

static void test_directories(void)
{
	char path[64], text[64];
	unsigned found = 0;
	struct dirent *e;
	struct statfs s;
	DIR *d;

	mkdir("/disk/t/many", 0755);
	for (unsigned i = 0; i < MANY; i++) {
		snprintf(path, sizeof path, "/disk/t/many/a-file-with-a-name-%u", i);
		close(open(path, O_WRONLY | O_CREAT, 0644));
	}
	d = opendir("/disk/t/many");
	while (d && (e = readdir(d)))
		found += strncmp(e->d_name, "a-file", 6) == 0 && e->d_type == DT_REG;
	check(found == MANY && closedir(d) == 0, "readdir finds each of 100 names once");
	check(chdir("/disk/t/many") == 0 && getcwd(text, sizeof text) && strcmp(text, "/disk/t/many") == 0,
	      "chdir");
	check(access("a-file-with-a-name-7", R_OK | W_OK) == 0, "a relative path");
	check(access("../x", F_OK) == 0 && access("../../../init", F_OK) == 0, "a path with ..");
	check(chdir("/") == 0 && access("init", F_OK) == 0, "chdir back to the boot image");
	check(statfs("/disk", &s) == 0 && s.f_bfree > 0 && s.f_bfree < s.f_blocks, "statfs");
	for (unsigned i = 0; i < MANY; i++) {
		snprintf(path, sizeof path, "/disk/t/many/a-file-with-a-name-%u", i);
		found -= unlink(path) == 0;
	}
	check(found == 0 && rmdir("/disk/t/many") == 0, "all are removed");
}

/* Bytes of a file that is open all the time, in different places, read back at once and at the end. */
static int hold(unsigned rounds)
{
	static char out[BLOCK], in[BLOCK];
	int fd = open("/disk/held", O_RDWR | O_CREAT | O_TRUNC, 0644);
	unsigned wrong = 0;

	puts("filetest: holds");
	for (unsigned i = 0; i < rounds; i++) {
		memset(out, (int)i, sizeof out);
		wrong += pwrite(fd, out, sizeof out, (off_t)i * BLOCK) != BLOCK;
		wrong += pread(fd, in, sizeof in, (off_t)i * BLOCK) != BLOCK || memcmp(in, out, BLOCK) != 0;
	}
	for (unsigned i = 0; i < rounds; i++) {
		memset(out, (int)i, sizeof out);
		wrong += pread(fd, in, sizeof in, (off_t)i * BLOCK) != BLOCK || memcmp(in, out, BLOCK) != 0;
	}
	close(fd);
	printf("filetest: %u blocks, %u wrong\n", rounds, wrong);
	return wrong != 0;
}

/* A file that is removed while it is open, and stays so until the program is ended. */
static int removed(unsigned blocks)
{
	static char block[BLOCK];
	int fd = open("/disk/removed", O_RDWR | O_CREAT | O_TRUNC, 0644);
	unsigned written = 0;

	for (unsigned i = 0; i < blocks; i++)
		written += write(fd, block, sizeof block) == BLOCK;
	printf("filetest: %u blocks, removed: %d\n", written, unlink("/disk/removed"));
	while (sleep(1) == 0)
		continue;
	return 1;
}

/* Requests without end, so that the server is never idle. */
static int poll_names(void)
{
	struct stat st;

	puts("filetest: polls");
	while (stat("/disk/lost+found", &st) == 0)
		continue;
	return 1;
}

/* Each round reads a number, adds 1, and writes it: with locks no round of another program is lost. */
static int count(unsigned rounds)
{
	int fd = open("/disk/count", O_RDWR | O_CREAT, 0644);
	unsigned failures = 0, number;

	for (unsigned i = 0; i < rounds; i++) {
		failures += lock(fd, F_SETLKW, F_WRLCK, 0, sizeof number) < 0;
		if (pread(fd, &number, sizeof number, 0) != sizeof number)
			number = 0;
		number++;
		failures += pwrite(fd, &number, sizeof number, 0) != sizeof number;
		failures += lock(fd, F_SETLK, F_UNLCK, 0, 0) < 0;
	}
	close(fd);
	printf("filetest: %u rounds, %u failed\n", rounds, failures);
	return failures != 0;
}

static int spawn(char *path)
{
	char *argv[] = { path, NULL }, *environment[] = { NULL };
	posix_spawn_file_actions_t actions;
	int e, status = -1;
	pid_t child;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 0, "/disk/in", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&actions, 1, "/disk/out", O_WRONLY | O_CREAT | O_TRUNC, 0644);
	e = posix_spawn(&child, path, &actions, NULL, argv, environment);
	if (e == 0)
		waitpid(child, &status, 0);
	printf("filetest: %s, status %d\n", e ? strerror(e) : "started", status);
	return 0;
}

/* The name leads to another file meanwhile, and the server is another one: it cannot be opened again. */
static int replaced(void)
{
	int fd = open("/disk/replaced", O_RDWR | O_CREAT | O_TRUNC, 0644), tries = 0;

	puts("filetest: writes");
	while (tries++ < TIMES && pwrite(fd, "old\n", 4, 0) == 4)
		usleep(PAUSE_US);
	printf("filetest: ended by %s\n", errno == ENOENT ? "ENOENT" : "another error");
	close(fd);
	return 0;
}

/* The text of a file that is synced: its number, some hundred times. */
static void write_number(const char *path, unsigned number)
{
	FILE *f = fopen(path, "w");

	for (unsigned i = 0; f && i < 200 + number * 13 % 700; i++)
		fprintf(f, "%u %u\n", number, i);
	if (!f || fflush(f) != 0 || fsync(fileno(f)) != 0 || fclose(f) != 0)
		printf("filetest: %s: errno %d\n", path, errno);
}

/* The same by a file that gets the name, and loses the one with which it was made. */
static void write_moved(const char *path, unsigned number)
{
	write_number("/disk/moved/new", number);
	if (link("/disk/moved/new", path) != 0 || unlink("/disk/moved/new") != 0)
		printf("filetest: %s: errno %d\n", path, errno);
}

/* /disk/kept/N is made and synced in round N, and not touched again; /disk/NAME change all the time. */
static int work(unsigned rounds)
{
	char path[64], other[64];

	mkdir("/disk/kept", 0755);
	mkdir("/disk/moved", 0755);
	for (unsigned i = 0; i < rounds; i++) {
		snprintf(path, sizeof path, "/disk/a%u", i % 5);
		snprintf(other, sizeof other, "/disk/moved/b%u", i % 7);
		write_text(path, "some text\n");
		if (i % 4 == 0)			/* which the server syncs */
			rename(path, other);
		if (i % 3 == 0)
			unlink(i % 4 ? path : other);
		snprintf(path, sizeof path, "/disk/kept/%u", i);
		if (i % 4 == 2)			/* the name of the file is another one when it is there */
			write_moved(path, i);
		else
			write_number(path, i);
		snprintf(path, sizeof path, "/disk/d%u", i % 4);
		if (mkdir(path, 0755) != 0)
			rmdir(path);
	}
	printf("filetest: %u rounds\n", rounds);
	return 0;
}

/* The server has flushed the disk in vain: fsync fails once for each file that was open then. */
static int lost(void)
{
	int fd = open("/disk/lost", O_RDWR | O_CREAT, 0644), other = open("/disk/lost", O_RDONLY), later;

	check(write(fd, "text", 4) == 4, "a write before the failure");
	sleep(1);
	later = open("/disk/lost", O_RDONLY);
	check(fails(fsync(fd), EIO) && fsync(fd) == 0, "fsync of the file that was written: EIO once");
	check(fails(fdatasync(other), EIO) && fsync(other) == 0, "of the same file, open elsewhere: EIO once");
	check(fsync(later) == 0, "fsync of a file that was opened later");
	printf("filetest: lost: %u passed, %u failed\n", passed, failed);
	return failed != 0;
}

static long long now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000 + t.tv_nsec;
}

/* Nanoseconds of calls: instructions, if QEMU counts them (-icount shift=0). */
static int measure(void)
{
	static char bytes[BLOCK];
	int fd = open("/disk/measured", O_RDWR | O_CREAT, 0644);
	struct stat st;
	long long start, reads, writes, opens;

	write(fd, bytes, sizeof bytes);
	start = now();
	for (unsigned i = 0; i < TIMES; i++)
		pread(fd, bytes, sizeof bytes, 0);
	reads = now() - start;
	start = now();
	for (unsigned i = 0; i < TIMES; i++)
		pwrite(fd, bytes, sizeof bytes, 0);
	writes = now() - start;
	close(fd);
	start = now();
	for (unsigned i = 0; i < TIMES; i++) {
		fd = open("/disk/measured", O_RDONLY);
		fstat(fd, &st);
		close(fd);
	}
	opens = now() - start;
	printf("filetest: read %lld, write %lld, open+fstat+close %lld\n", reads / TIMES, writes / TIMES,
	       opens / TIMES);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "measure") == 0)
		return measure();
	if (argc > 2 && strcmp(argv[1], "where") == 0)
		return where(argv[2], argv[3]);
	if (argc == 2 && strcmp(argv[1], "lost") == 0)
		return lost();
	if (argc == 2 && strcmp(argv[1], "others") == 0)
		return test_others();
	if (argc == 3 && strcmp(argv[1], "locked") == 0)
		return locked(argv[2]);
	if (argc == 3 && strcmp(argv[1], "change") == 0)
		return change(argv[2]);
	if (argc == 3 && strcmp(argv[1], "cut") == 0)
		return truncate(argv[2], 100);
	if (argc == 3 && strcmp(argv[1], "spawn") == 0)
		return spawn(argv[2]);
	if (argc == 3 && strcmp(argv[1], "count") == 0)
		return count((unsigned)atoi(argv[2]));
	if (argc == 2 && strcmp(argv[1], "replaced") == 0)
		return replaced();
	if (argc == 3 && strcmp(argv[1], "work") == 0)
		return work((unsigned)atoi(argv[2]));
	if (argc == 4 && strcmp(argv[1], "killed") == 0)
		return killed((unsigned)atoi(argv[2]), (unsigned)atoi(argv[3]));
	if (argc == 3 && strcmp(argv[1], "hold") == 0)
		return hold((unsigned)atoi(argv[2]));
	if (argc == 3 && strcmp(argv[1], "removed") == 0)
		return removed((unsigned)atoi(argv[2]));
	if (argc == 3 && strcmp(argv[1], "read") == 0)
		return read_all(argv[2]);
	if (argc == 2 && strcmp(argv[1], "poll") == 0)
		return poll_names();
	check(mkdir("/disk/t", 0755) == 0, "a directory for the tests");
	test_open();
	test_offsets();
	test_big();
	test_names();
	test_locks();
	test_links();
	test_names_of_file();
	test_attributes();
	test_directories();
	printf("filetest: %u passed, %u failed\n", passed, failed);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
