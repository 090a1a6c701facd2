/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * files.c - pipes, waiting for several files, sockets, terminals, files in memory.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/select.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <termios.h>
#include <unistd.h>

#include "check.h"

enum { MANY = 1 << 20, FILES = 300 };

static int ends[2];

static void write_many(void *unused)
{
	unsigned char bytes[5000];
	size_t n = 0;

	(void)unused;
	while (n < MANY) {
		size_t part = MANY - n < sizeof bytes ? MANY - n : sizeof bytes;

		for (size_t i = 0; i < part; i++)
			bytes[i] = (unsigned char)((n + i) * 7 >> 3);
		CHECK(write(ends[1], bytes, part) == (ssize_t)part);
		n += part;
	}
}

/* More than a pipe holds, in pieces of other sizes than they were written. */
static void stream(void)
{
	static unsigned char bytes[7777];
	size_t n = 0;
	ssize_t got;
	pid_t pid;

	CHECK(pipe(ends) == 0);
	pid = child(write_many, NULL);
	close(ends[1]);
	while ((got = read(ends[0], bytes, sizeof bytes)) > 0) {
		for (ssize_t i = 0; i < got; i++)
			if (bytes[i] != (unsigned char)((n + (size_t)i) * 7 >> 3))
				fail("byte %zu is wrong", n + (size_t)i);
		n += (size_t)got;
	}
	CHECK(got == 0 && n == MANY);
	join(pid);
}

static void pipe_ends(void)
{
	char bytes[PAGE];
	int n = 0;

	memset(bytes, 1, sizeof bytes);
	CHECK(pipe2(ends, O_NONBLOCK) == 0);
	CHECK(read(ends[0], bytes, 1) == -1 && errno == EAGAIN);
	while (write(ends[1], bytes, sizeof bytes) == sizeof bytes)
		n++;
	CHECK(errno == EAGAIN && n == 16);
	close(ends[0]);
	signal(SIGPIPE, SIG_IGN);
	CHECK(write(ends[1], bytes, 1) == -1 && errno == EPIPE);
}

static void write_later(void *unused)
{
	(void)unused;
	sleep_ns(20 * MS);
	CHECK(write(ends[1], "x", 1) == 1);
}

static void polled(void)
{
	struct pollfd p = { .events = POLLIN };
	struct timeval t = { 0, 1000 };
	fd_set set;
	char byte;

	CHECK(pipe(ends) == 0);
	p.fd = ends[0];
	CHECK(poll(&p, 1, 0) == 0 && poll(&p, 1, 5) == 0);
	join(child(write_later, NULL));
	CHECK(poll(&p, 1, -1) == 1 && p.revents == POLLIN && read(ends[0], &byte, 1) == 1);
	child(write_later, NULL);
	CHECK(poll(&p, 1, -1) == 1);
	FD_ZERO(&set);
	FD_SET(ends[0], &set);
	CHECK(select(ends[0] + 1, &set, NULL, NULL, NULL) == 1 && read(ends[0], &byte, 1) == 1);
	FD_SET(ends[0], &set);
	CHECK(select(ends[0] + 1, &set, NULL, NULL, &t) == 0);
	close(ends[1]);
	CHECK(poll(&p, 1, -1) == 1 && p.revents == POLLHUP);
}

static void with_epoll(void)
{
	struct epoll_event e = { .events = EPOLLIN, .data.u32 = 5 }, got[4];
	int set = epoll_create1(0), event = eventfd(0, EFD_NONBLOCK);
	uint64_t one = 1;
	char byte;

	CHECK(pipe(ends) == 0 && epoll_ctl(set, EPOLL_CTL_ADD, ends[0], &e) == 0);
	e = (struct epoll_event){ .events = EPOLLIN | EPOLLET, .data.u32 = 6 };
	CHECK(epoll_ctl(set, EPOLL_CTL_ADD, event, &e) == 0);
	CHECK(epoll_wait(set, got, 4, 5) == 0);
	child(write_later, NULL);
	CHECK(epoll_wait(set, got, 4, -1) == 1 && got[0].data.u32 == 5);
	CHECK(epoll_wait(set, got, 4, -1) == 1);		/* by level: still ready */
	CHECK(read(ends[0], &byte, 1) == 1 && epoll_wait(set, got, 4, 0) == 0);
	CHECK(write(event, &one, 8) == 8 && epoll_wait(set, got, 4, -1) == 1 && got[0].data.u32 == 6);
	CHECK(epoll_wait(set, got, 4, 0) == 0);			/* by edge: no change since */
	CHECK(write(event, &one, 8) == 8 && epoll_wait(set, got, 4, -1) == 1);
	CHECK(read(event, &one, 8) == 8 && one == 2 && read(event, &one, 8) == -1 && errno == EAGAIN);
}

static void special(void)
{
	struct itimerspec t = { { 0, 5 * MS }, { 0, 5 * MS } };
	int timer = timerfd_create(CLOCK_MONOTONIC, 0), signals;
	struct signalfd_siginfo info;
	uint64_t n, sum = 0;
	sigset_t set;

	CHECK(timerfd_settime(timer, 0, &t, NULL) == 0);
	while (sum < 5) {
		CHECK(read(timer, &n, sizeof n) == sizeof n && n > 0);
		sum += n;
	}
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	CHECK(sigprocmask(SIG_BLOCK, &set, NULL) == 0);
	signals = signalfd(-1, &set, 0);
	kill(getpid(), SIGUSR1);
	CHECK(read(signals, &info, sizeof info) == sizeof info && info.ssi_signo == SIGUSR1);
}

static void sockets(void)
{
	char space[CMSG_SPACE(sizeof(int))] = { 0 }, byte = 'q';
	struct iovec v = { &byte, 1 };
	struct msghdr m = {
		.msg_iov = &v, .msg_iovlen = 1, .msg_control = space, .msg_controllen = sizeof space,
	};
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);
	int pair[2], fd = page_file("/tmp/passed", 1), got;

	CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
	c->cmsg_len = CMSG_LEN(sizeof fd);
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	memcpy(CMSG_DATA(c), &fd, sizeof fd);
	CHECK(sendmsg(pair[0], &m, 0) == 1 && close(fd) == 0);
	memset(space, 0, sizeof space);
	CHECK(recvmsg(pair[1], &m, 0) == 1 && byte == 'q');
	memcpy(&got, CMSG_DATA(CMSG_FIRSTHDR(&m)), sizeof got);
	CHECK(pread(got, &byte, 1, 0) == 1 && byte == 1);
	CHECK(shutdown(pair[0], SHUT_WR) == 0 && read(pair[1], &byte, 1) == 0);
}

static volatile int interrupts;

static void interrupted(int unused)
{
	(void)unused;
	interrupts++;
}

static void on_terminal(void *name)
{
	struct sigaction action = { .sa_handler = interrupted };
	char line[20];
	int fd;

	CHECK(setsid() > 0);
	fd = open(name, O_RDWR);
	CHECK(fd >= 0 && sigaction(SIGINT, &action, NULL) == 0);
	CHECK(write(fd, "ready\n", 6) == 6);
	while (interrupts == 0)
		sleep_ns(MS);
	CHECK(read(fd, line, sizeof line) == 5 && memcmp(line, "word\n", 5) == 0);
}

/* A terminal: ^C is a signal, lines are edited. */
static void terminal(void)
{
	int fd = posix_openpt(O_RDWR | O_NOCTTY), n = 0;
	char text[100];
	pid_t pid;

	CHECK(fd >= 0 && grantpt(fd) == 0 && unlockpt(fd) == 0);
	pid = child(on_terminal, ptsname(fd));
	while (n < 7) {
		ssize_t got = read(fd, text + n, sizeof text - (size_t)n);

		CHECK(got > 0);
		n += (int)got;
	}
	CHECK(memcmp(text, "ready\r\n", 7) == 0 && write(fd, "\3", 1) == 1);
	sleep_ns(10 * MS);
	CHECK(write(fd, "worx\177d\n", 7) == 7);
	join(pid);
}

static void in_folder(void)
{
	char path[40], name[40];
	struct stat st;
	struct dirent *e;
	int n = 0;
	DIR *d;

	CHECK(mkdir("/tmp/folder", 0755) == 0);
	for (int i = 0; i < FILES; i++) {
		snprintf(path, sizeof path, "/tmp/folder/%d", i);
		close(page_file(path, 1));
	}
	for (int i = 0; i < FILES; i += 3) {
		snprintf(path, sizeof path, "/tmp/folder/%d", i);
		snprintf(name, sizeof name, "/tmp/folder/new%d", i);
		CHECK(rename(path, name) == 0 && symlink(name, path) == 0 && link(name, "/tmp/folder/again") == 0);
		CHECK(stat(path, &st) == 0 && st.st_size == PAGE && st.st_nlink == 2);
		CHECK(unlink("/tmp/folder/again") == 0);
	}
	d = opendir("/tmp/folder");
	while ((e = readdir(d)))
		n += e->d_name[0] != '.';
	closedir(d);
	CHECK(n == FILES + FILES / 3 && rmdir("/tmp/folder") == -1 && errno == ENOTEMPTY);
	CHECK(system("rm -r /tmp/folder") == 0 && access("/tmp/folder", F_OK) == -1);
}

static void locks_file(void *fd)
{
	struct flock l = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 10, .l_len = 5 };

	CHECK(fcntl(*(int *)fd, F_SETLK, &l) == -1 && (errno == EAGAIN || errno == EACCES));
	l.l_start = 15;
	CHECK(fcntl(*(int *)fd, F_SETLK, &l) == 0);
	l.l_start = 10;
	CHECK(fcntl(*(int *)fd, F_SETLKW, &l) == 0);		/* until the parent unlocks */
}

static void locks(void)
{
	struct flock l = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 0, .l_len = 12 };
	int fd = page_file("/tmp/locked", 1);
	pid_t pid;

	CHECK(fcntl(fd, F_SETLK, &l) == 0);
	pid = child(locks_file, &fd);
	sleep_ns(20 * MS);
	l.l_type = F_UNLCK;
	CHECK(fcntl(fd, F_SETLK, &l) == 0);
	join(pid);
}

static void contents(void)
{
	int fd = page_file("/tmp/contents", 4), more = open("/tmp/contents", O_WRONLY | O_APPEND);
	char bytes[3 * PAGE];

	CHECK(write(more, "end", 3) == 3 && lseek(fd, 0, SEEK_END) == 4 * PAGE + 3);
	CHECK(pwrite(fd, "x", 1, 100 * PAGE) == 1 && pread(fd, bytes, 3 * PAGE, 50 * PAGE) == 3 * PAGE);
	for (int i = 0; i < 3 * PAGE; i++)
		CHECK(bytes[i] == 0);
	CHECK(pread(fd, bytes, 3 * PAGE, PAGE - 1) == 3 * PAGE && bytes[0] == 1 && bytes[1] == 2);
	CHECK(bytes[PAGE] == 2 && bytes[PAGE + 1] == 3 && bytes[3 * PAGE - 1] == 4);
	CHECK(ftruncate(fd, 5) == 0 && pread(fd, bytes, 100, 0) == 5);
}

const struct test file_tests[] = {
	{ "stream", stream }, { "pipe_ends", pipe_ends }, { "poll", polled }, { "epoll", with_epoll },
	{ "special", special }, { "sockets", sockets }, { "terminal", terminal }, { "folder", in_folder },
	{ "locks", locks }, { "contents", contents }, { NULL, NULL },
};
