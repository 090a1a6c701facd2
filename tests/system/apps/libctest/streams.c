/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * streams.c - descriptors, pipes, poll and select, directories.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>
#include "libctest.h"

enum { LONG = 40000, PAUSE_NS = 20000000, PIECES = 2000, MOST_TIMES = 8 };

static void test_descriptors(void)
{
	char text[8];
	int a = open("init", O_RDONLY), b = dup(a), c;

	check(b > a && read(a, text, 4) == 4 && lseek(b, 0, SEEK_CUR) == 4, "dup has the same offset");
	check(dup2(a, 40) == 40 && close(a) == 0 && read(40, text, 4) == 4, "dup2, and the first one closed");
	check(dup2(40, 40) == 40 && dup2(a, a) == -1 && errno == EBADF, "dup2 onto itself");
	c = fcntl(40, F_DUPFD_CLOEXEC, 50);
	check(c == 50 && fcntl(c, F_GETFD) == FD_CLOEXEC && fcntl(40, F_GETFD) == 0, "F_DUPFD_CLOEXEC");
	check(fcntl(c, F_SETFD, 0) == 0 && fcntl(c, F_GETFD) == 0, "F_SETFD");
	check(fcntl(40, F_GETFL) == O_RDONLY && fcntl(1, F_GETFL) == O_WRONLY, "F_GETFL");
	check(write(40, "x", 1) == -1 && errno == EBADF, "a file of the boot image cannot be written");
	close(b);
	close(40);
	close(c);
	a = open("/dev/null", O_RDWR);
	check(write(a, text, 5) == 5 && read(a, text, 5) == 0 && close(a) == 0, "/dev/null");
}

static char big[LONG];
static int ends[2];

static void *write_big(void *unused)
{
	(void)unused;
	memset(big, 'b', LONG);
	return (void *)write(ends[1], big, LONG);
}

static void test_pipes(void)
{
	char text[600];
	pthread_t thread;
	void *written;
	long sum = 0;
	FILE *f;

	check(pipe(ends) == 0 && write(ends[1], "abc", 3) == 3, "pipe");
	check(read(ends[0], text, 2) == 2 && read(ends[0], text + 2, 9) == 1 && memcmp(text, "abc", 3) == 0,
	      "what is written to it is read");
	pthread_create(&thread, NULL, write_big, NULL);
	while (sum < LONG) {
		long n = read(ends[0], text, sizeof text);

		if (n <= 0)
			break;
		sum += n;
	}
	pthread_join(thread, &written);
	check(sum == LONG && (long)written == LONG, "a writer waits while the pipe is full");
	check(fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0 && fcntl(ends[0], F_GETFL) == (O_RDONLY | O_NONBLOCK)
	      && read(ends[0], text, 1) == -1 && errno == EAGAIN, "O_NONBLOCK");
	check(lseek(ends[0], 0, SEEK_CUR) == -1 && errno == ESPIPE, "lseek: ESPIPE");
	f = fdopen(ends[1], "w");
	check(f && fprintf(f, "%d\n", 42) == 3 && fclose(f) == 0, "fdopen");
	check(read(ends[0], text, 9) == 3 && read(ends[0], text, 9) == 0 && close(ends[0]) == 0,
	      "the end of it, when the writer has closed it");
	signal(SIGPIPE, SIG_IGN);
	pipe(ends);
	close(ends[0]);
	check(write(ends[1], "x", 1) == -1 && errno == EPIPE, "without a reader: EPIPE");
	signal(SIGPIPE, SIG_DFL);
	close(ends[1]);
}

/* Nanoseconds of so many pieces through a pipe; -1: a piece was not transferred whole. */
static long long pipe_time(size_t bytes)
{
	struct timespec before, after;
	bool right = true;

	clock_gettime(CLOCK_MONOTONIC, &before);
	for (unsigned i = 0; i < PIECES; i++)
		right = right && write(ends[1], big, bytes) == (ssize_t)bytes
		     && read(ends[0], big, bytes) == (ssize_t)bytes;
	clock_gettime(CLOCK_MONOTONIC, &after);
	return right ? (after.tv_sec - before.tv_sec) * 1000000000ll + after.tv_nsec - before.tv_nsec : -1;
}

/* Bytes that are copied one by one cost a call many times over. */
int compare_pipes(void)
{
	long long one, most;
	bool cheap;

	pipe(ends);
	one = pipe_time(1);
	most = pipe_time(PIPE_BUF);
	cheap = one > 0 && most > 0 && most < MOST_TIMES * one;
	printf("%s: %lld and %lld ns\n", cheap ? "cheap" : "not ok", one / PIECES, most / PIECES);
	return cheap ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* Several parts are written whole or not at all. */
static void test_parts(void)
{
	struct iovec parts[2] = { { big, 8 }, { big, 8 } };
	char text[10];

	pipe(ends);
	fcntl(ends[1], F_SETFL, O_NONBLOCK);
	while (write(ends[1], big, 1024) == 1024)
		continue;
	check(errno == EAGAIN && read(ends[0], text, sizeof text) == sizeof text
	      && writev(ends[1], parts, 2) == -1 && errno == EAGAIN, "writev is not cut");
	check(read(ends[0], text, sizeof text) == sizeof text && writev(ends[1], parts, 2) == 16, "writev");
	close(ends[0]);
	close(ends[1]);
}

static void *write_later(void *unused)
{
	struct timespec t = { 0, PAUSE_NS };

	(void)unused;
	nanosleep(&t, NULL);
	return (void *)write(ends[1], "x", 1);
}

/* readv does not wait for more than there is: not for the byte that another thread writes later. */
static void test_read_parts(void)
{
	char first[4], second[8];
	struct iovec parts[3] = { { NULL, 0 }, { first, sizeof first }, { second, sizeof second } };
	pthread_t thread;
	ssize_t n;

	pipe(ends);
	check(write(ends[1], "abcd", 4) == 4, "four bytes in a pipe");
	pthread_create(&thread, NULL, write_later, NULL);
	n = readv(ends[0], parts, 3);
	pthread_join(thread, NULL);
	check(n == 4 && memcmp(first, "abcd", 4) == 0, "readv returns what is there");
	check(readv(ends[0], parts, 3) == 1 && first[0] == 'x', "readv waits for nothing more");
	close(ends[0]);
	close(ends[1]);
}

static void *read_for_ever(void *unused)
{
	char byte;

	(void)unused;
	return (void *)read(ends[0], &byte, 1);
}

static void test_waits(void)
{
	struct pollfd p[3];
	struct timeval none = { 0, 1000 };
	pthread_t thread;
	void *result;
	fd_set in;
	char byte;

	pipe(ends);
	p[0] = (struct pollfd){ .fd = ends[0], .events = POLLIN };
	p[1] = (struct pollfd){ .fd = ends[1], .events = POLLOUT };
	p[2] = (struct pollfd){ .fd = 60, .events = POLLIN };
	check(poll(p, 1, 0) == 0 && poll(p, 1, 5) == 0, "poll: nothing to read");
	check(poll(p, 3, -1) == 2 && p[0].revents == 0 && p[1].revents == POLLOUT && p[2].revents == POLLNVAL,
	      "poll: room to write, and a closed descriptor");
	pthread_create(&thread, NULL, write_later, NULL);
	check(poll(p, 1, -1) == 1 && p[0].revents == POLLIN, "poll waits until there is something");
	pthread_join(thread, &result);
	FD_ZERO(&in);
	FD_SET(ends[0], &in);
	check(select(ends[0] + 1, &in, NULL, NULL, NULL) == 1 && FD_ISSET(ends[0], &in), "select");
	read(ends[0], &byte, 1);
	check(select(ends[0] + 1, &in, NULL, NULL, &none) == 0 && !FD_ISSET(ends[0], &in), "select: a timeout");
	pthread_create(&thread, NULL, read_for_ever, NULL);
	check(pthread_cancel(thread) == 0 && pthread_join(thread, &result) == 0 && result == PTHREAD_CANCELED,
	      "a thread that reads a pipe is cancelled");
	close(ends[1]);
	check(poll(p, 1, -1) == 1 && p[0].revents == POLLHUP, "poll: no writer");
	close(ends[0]);
}

static void test_directories(void)
{
	unsigned files = 0, directories = 0, dots = 0;
	struct dirent *d;
	struct stat st;
	char here[40];
	DIR *dir = opendir("/");

	while (dir && (d = readdir(dir))) {
		dots += d->d_name[0] == '.';
		directories += strcmp(d->d_name, "bin") == 0 && d->d_type == DT_DIR;
		files += strcmp(d->d_name, "init") == 0 && d->d_type == DT_REG;
	}
	check(dots == 2 && directories == 1 && files == 1, "readdir of the root");
	if (dir)
		closedir(dir);
	check(stat("bin", &st) == 0 && S_ISDIR(st.st_mode) && stat("/bin/../init", &st) == 0
	      && S_ISREG(st.st_mode) && stat("none", &st) == -1 && errno == ENOENT, "stat");
	check(access("bin/libctest", X_OK) == 0 && access("init", X_OK) == -1 && errno == EACCES, "access");
	check(chdir("bin") == 0 && getcwd(here, sizeof here) && strcmp(here, "/bin") == 0
	      && access("libctest", F_OK) == 0 && access("init", F_OK) == -1, "chdir, getcwd");
	dir = opendir(".");
	for (files = 0; dir && (d = readdir(dir)); )
		files += strcmp(d->d_name, "libctest") == 0;
	check(files == 1, "readdir of the current directory");
	if (dir) {
		int fd = openat(dirfd(dir), "libctest", O_RDONLY);

		check(fd > 2 && close(fd) == 0, "openat");
		closedir(dir);
	}
	check(chdir("..") == 0 && getcwd(here, sizeof here) && strcmp(here, "/") == 0, "chdir to ..");
	check(chdir("init") == -1 && errno == ENOTDIR && chdir("none") == -1 && errno == ENOENT,
	      "chdir: what is no directory");
}

void test_streams(void)
{
	test_descriptors();
	test_pipes();
	test_parts();
	test_read_parts();
	test_waits();
	test_directories();
}
