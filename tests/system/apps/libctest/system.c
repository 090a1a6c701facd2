/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * system.c - what a program is and may use: limits, users and groups, file systems, clocks; and functions
 * that have no way to say that a system call is missing.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/sysinfo.h>
#include <sys/times.h>
#include <time.h>
#include <unistd.h>
#include "libctest.h"

enum { DESCRIPTORS = 64, CHILDREN = 64, USER = 1000, LONG = 40000 };

/* Each of these returns a wrong value, not an error, if its system call is missing. */
static void test_hidden(void)
{
	struct tms used;
	clock_t first = times(&used);
	double load = -1;

	check(sysconf(_SC_OPEN_MAX) == DESCRIPTORS && getdtablesize() == DESCRIPTORS,
	      "_SC_OPEN_MAX, getdtablesize");
	check(sysconf(_SC_CHILD_MAX) == CHILDREN, "_SC_CHILD_MAX");
	check(sysconf(_SC_NPROCESSORS_CONF) == 1 && get_nprocs() == 1, "_SC_NPROCESSORS_CONF");
	check(sysconf(_SC_AVPHYS_PAGES) > 0 && get_avphys_pages() < get_phys_pages(), "_SC_AVPHYS_PAGES");
	check(getloadavg(&load, 1) == 1 && load >= 0, "getloadavg");
	check(getpgrp() == getpid() && getppid() > 0, "getpgrp, getppid");
	check(first > 0 && times(NULL) >= first && used.tms_utime > 0, "times");
	check(clock() > 0 && umask(077) == 022 && umask(022) == 077, "clock, umask");
	check(getuid() == 0 && geteuid() == 0 && getgid() == 0 && getegid() == 0, "getuid and the like");
}

static void test_limits(void)
{
	struct rlimit r, few = { 5, DESCRIPTORS };
	int fd[2];

	check(getrlimit(RLIMIT_AS, &r) == 0 && r.rlim_cur == 16 << 20, "RLIMIT_AS is the section's memory");
	check(getrlimit(RLIMIT_CORE, &r) == 0 && r.rlim_max == 0 && setrlimit(RLIMIT_CORE, &r) == 0,
	      "RLIMIT_CORE");
	check(getrlimit(RLIM_NLIMITS, &r) == -1 && errno == EINVAL, "no such limit: EINVAL");
	check(setrlimit(RLIMIT_NOFILE, &few) == 0 && sysconf(_SC_OPEN_MAX) == 5 && pipe(fd) == 0
	      && dup(0) == -1 && errno == EMFILE, "setrlimit of RLIMIT_NOFILE");
	few.rlim_cur = DESCRIPTORS;
	check(close(fd[0]) == 0 && close(fd[1]) == 0 && setrlimit(RLIMIT_NOFILE, &few) == 0, "and up again");
	few.rlim_max++;
	check(setrlimit(RLIMIT_NOFILE, &few) == -1 && errno == EPERM, "more than there are: EPERM");
}

/* As servers do it that need their rights at the beginning only. In a child: there is no way back. */
int drop_rights(void)
{
	const gid_t groups[] = { 10, 11 };
	gid_t got[2];

	if (setgroups(2, groups) != 0 || setgid(USER) != 0 || setuid(USER) != 0)
		return 1;
	if (getuid() != USER || geteuid() != USER || getgid() != USER || getegid() != USER
	    || getgroups(2, got) != 2 || got[1] != 11)
		return 2;
	return setuid(0) == -1 && errno == EPERM && seteuid(0) == -1 && setgid(0) == -1
	       && setgroups(0, NULL) == -1 && errno == EPERM ? 0 : 3;
}

/* In each of the ways in which a program may be idle: a heartbeat finds the loop only. */
int wait_by(const char *how)
{
	struct pollfd p = { .events = POLLIN };
	pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
	int fd[2];
	char byte;

	if (pipe(fd) != 0)
		return 1;
	p.fd = fd[0];
	if (strcmp(how, "poll") == 0)
		return poll(&p, 1, -1);
	if (strcmp(how, "read") == 0)
		return (int)read(fd[0], &byte, 1);
	if (strcmp(how, "sleep") == 0)
		return (int)sleep(100000);
	if (strcmp(how, "lock") == 0)
		return pthread_mutex_lock(&mutex) || pthread_mutex_lock(&mutex);
	for (;;)
		continue;
}

/* Another thread computes all the time: it makes no call, and is not waited for. */
static volatile bool stop;

static void *compute(void *unused)
{
	while (!stop)
		continue;
	return unused;
}

static void test_users(void)
{
	pthread_t thread;

	check(end_of_child(start_child(NULL, "--drop", NULL, NULL)) == 0, "a program gives up user 0");
	pthread_create(&thread, NULL, compute, NULL);
	check(setegid(5) == 0 && getegid() == 5 && setegid(0) == 0 && seteuid(5) == 0 && geteuid() == 5
	      && setuid(6) == -1 && errno == EPERM && seteuid(0) == 0, "seteuid, setegid, and back");
	stop = true;
	pthread_join(thread, NULL);
}

static void test_space(void)
{
	struct statvfs v;

	check(statvfs("/", &v) == 0 && v.f_bsize > 0 && v.f_blocks > 0 && v.f_bfree == 0 && v.f_files > 5
	      && (v.f_flag & ST_RDONLY), "statvfs of the boot image");
	check(statvfs("/tmp", &v) == 0 && v.f_blocks >= v.f_bfree && !(v.f_flag & ST_RDONLY), "statvfs of /tmp");
	check(statvfs("/dev/null", &v) == 0 && statvfs("/none", &v) == -1 && errno == ENOENT,
	      "statvfs of others");
}

static void test_clocks(void)
{
	struct timespec t = { 0, 0 };
	clockid_t own;

	check(clock_gettime(77, &t) == -1 && errno == EINVAL, "clock_gettime of no clock: EINVAL");
	check(clock_getres(77, &t) == -1 && errno == EINVAL, "clock_getres: EINVAL");
	check(clock_nanosleep(77, 0, &t, NULL) == EINVAL, "clock_nanosleep: EINVAL");
	check(clock_nanosleep(CLOCK_PROCESS_CPUTIME_ID, 0, &t, NULL) == ENOTSUP, "no wait for CPU time: ENOTSUP");
	check(clock_getcpuclockid(0, &own) == 0 && clock_gettime(own, &t) == 0, "clock_getcpuclockid");
	check(clock_getcpuclockid(1 << 20, &own) != 0, "clock_getcpuclockid of no process");
	check(pthread_getcpuclockid(pthread_self(), &own) == 0 && clock_gettime(own, &t) == 0,
	      "pthread_getcpuclockid");
}

static char big[LONG];

static void *answer(void *fd)
{
	char text[LONG];
	ssize_t n = recv(*(int *)fd, text, LONG, MSG_WAITALL);

	return n == LONG && memcmp(text, big, LONG) == 0 && send(*(int *)fd, text, LONG, 0) == LONG ? fd : NULL;
}

/* Two threads, and a child whose input and output are one end. */
static void test_pair(void)
{
	char text[LONG];
	pthread_t thread;
	void *right;
	pid_t pid;
	int fd[2];

	for (unsigned i = 0; i < LONG; i++)
		big[i] = (char)(i * 7);
	check(socketpair(AF_UNIX, SOCK_STREAM, 0, fd) == 0, "socketpair");
	pthread_create(&thread, NULL, answer, &fd[1]);
	check(write(fd[0], big, LONG) == LONG && recv(fd[0], text, LONG, MSG_WAITALL) == LONG
	      && memcmp(text, big, LONG) == 0, "both ways through a pair");
	check(pthread_join(thread, &right) == 0 && right, "and at the other end");
	pid = start_child((int[]){ fd[1], fd[1], -1 }, "--copy", NULL, NULL);
	check(close(fd[1]) == 0 && write(fd[0], "to a child\n", 11) == 11 && shutdown(fd[0], SHUT_WR) == 0,
	      "a pair with a child");
	check(recv(fd[0], text, LONG, MSG_WAITALL) == 11 && memcmp(text, "to a child\n", 11) == 0
	      && end_of_child(pid) == 0 && close(fd[0]) == 0, "which answers, and ends it");
}

static char stack[SIGSTKSZ];
static volatile bool on_stack;

static void look(int signal)
{
	char here;

	(void)signal;
	on_stack = &here >= stack && &here < stack + sizeof stack;
}

static void test_stack(void)
{
	struct sigaction a = { .sa_handler = look, .sa_flags = SA_ONSTACK };
	stack_t s = { .ss_sp = stack, .ss_size = sizeof stack }, old;

	sigaction(SIGUSR1, &a, NULL);
	check(sigaltstack(&s, NULL) == 0 && raise(SIGUSR1) == 0 && on_stack, "a handler on an alternate stack");
	a.sa_flags = 0;
	sigaction(SIGUSR1, &a, NULL);
	check(raise(SIGUSR1) == 0 && !on_stack, "one without SA_ONSTACK");
	s.ss_flags = SS_DISABLE;
	check(sigaltstack(&s, &old) == 0 && old.ss_sp == stack && old.ss_flags == 0, "sigaltstack: SS_DISABLE");
	a.sa_flags = SA_ONSTACK;
	sigaction(SIGUSR1, &a, NULL);
	check(raise(SIGUSR1) == 0 && !on_stack && sigaltstack(NULL, &old) == 0 && old.ss_flags == SS_DISABLE,
	      "and the usual one");
	s.ss_flags = 0;
	s.ss_size = 16;
	check(sigaltstack(&s, NULL) == -1 && errno == ENOMEM, "one that is too small: ENOMEM");
	signal(SIGUSR1, SIG_DFL);
}

void test_system(void)
{
	test_hidden();
	test_limits();
	test_users();
	test_space();
	test_clocks();
	test_pair();
	test_stack();
}
