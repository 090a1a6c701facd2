/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * process.c - fork, exec, exit and wait.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

#define SELF "/proc/self/exe"

enum { FORKS = 10000, ALIVE = 100, DEPTH = 30, WORDS = 500, WORD = 200, WORDS_STATUS = 77 };

static void nothing(void *unused) { (void)unused; }

static void many_forks(void)
{
	for (int i = 0; i < FORKS; i++) {
		pid_t pid = fork();

		if (pid == 0)
			_exit(i % 50);
		if (pid < 0 || WEXITSTATUS(ended(pid)) != i % 50)
			fail("number %d", i);
	}
}

static void wait_for_end(void *fd)
{
	char byte;

	CHECK(read(*(int *)fd, &byte, 1) == 0);
}

static void many_alive(void)
{
	pid_t pid[ALIVE];
	int ends[2];

	CHECK(pipe(ends) == 0);
	for (int i = 0; i < ALIVE; i++) {
		pid[i] = fork();
		CHECK(pid[i] >= 0);
		if (pid[i] == 0) {
			close(ends[1]);
			wait_for_end(&ends[0]);
			_exit(0);
		}
	}
	close(ends[1]);
	for (int i = ALIVE - 1; i >= 0; i--)
		join(pid[i]);
	CHECK(wait(NULL) == -1 && errno == ECHILD);
}

static void forks_below(void *depth)
{
	if ((long)depth < DEPTH)
		join(child(forks_below, (void *)((long)depth + 1)));
}

static void deep_forks(void) { forks_below(NULL); }

static void status(void)
{
	pid_t pid = fork();
	int n;

	if (pid == 0)
		_exit(42);
	CHECK(waitpid(pid, &n, 0) == pid && WIFEXITED(n) && WEXITSTATUS(n) == 42);
	pid = fork();
	if (pid == 0)
		for (;;)
			pause();
	CHECK(waitpid(pid, &n, WNOHANG) == 0 && kill(pid, SIGKILL) == 0);
	CHECK(waitpid(pid, &n, 0) == pid && WIFSIGNALED(n) && WTERMSIG(n) == SIGKILL);
	CHECK(kill(pid, 0) == -1 && errno == ESRCH);
}

static void leaves_orphan(void *pipe_end)
{
	if (fork() == 0) {
		pid_t now;

		sleep_ns(20 * MS);
		now = getppid();
		_exit(write(*(int *)pipe_end, &now, sizeof now) != sizeof now);
	}
}

static void orphans(void)
{
	pid_t new_parent;
	int ends[2];

	CHECK(pipe(ends) == 0 && prctl(PR_SET_CHILD_SUBREAPER, 1) == 0);
	join(child(leaves_orphan, &ends[1]));
	CHECK(read(ends[0], &new_parent, sizeof new_parent) == sizeof new_parent && new_parent == getpid());
	CHECK(wait(NULL) > 0);
}

/* ---- exec ---- */

static int execute(const char *path, const char *const *words, const char *const *variables)
{
	pid_t pid = vfork();

	if (pid == 0) {
		execve(path, (char *const *)words, (char *const *)variables);
		_exit(errno);
	}
	return WEXITSTATUS(ended(pid));
}

/* -words: argv[1 + i] must be WORD letters, the variable CHECK the number of words. */
int after_exec(int argc, char **argv)
{
	if (strcmp(argv[1], "-words") == 0) {
		const char *wanted = getenv("CHECK");

		for (int i = 2; i < argc; i++)
			if (strlen(argv[i]) != WORD || argv[i][0] != 'a' + i % 26 || argv[i][WORD - 1] != 'a' + i % 26)
				return 1;
		return wanted && atoi(wanted) == argc ? WORDS_STATUS : 2;
	}
	if (strcmp(argv[1], "-closed") == 0)
		return fcntl(atoi(argv[2]), F_GETFD) == -1 && fcntl(atoi(argv[3]), F_GETFD) == 0 ? WORDS_STATUS : 1;
	return 3;
}

static void arguments(void)
{
	static char text[WORDS][WORD + 1];
	const char *words[WORDS + 3] = { "check", "-words" };
	const char *variables[] = { "A=b", "CHECK=502", NULL };

	for (int i = 2; i < WORDS + 2; i++) {
		memset(text[i - 2], 'a' + i % 26, WORD);
		words[i] = text[i - 2];
	}
	CHECK(execute(SELF, words, variables) == WORDS_STATUS);
}

static void many_execs(void)
{
	const char *words[] = { "check", "-words", NULL }, *variables[] = { "CHECK=2", NULL };

	for (int i = 0; i < 300; i++)
		CHECK(execute(SELF, words, variables) == WORDS_STATUS);
}

static void closed_on_exec(void)
{
	int gone = open("/dev/null", O_RDONLY | O_CLOEXEC), stays = open("/dev/null", O_RDONLY);
	char one[20], other[20];
	const char *words[] = { "check", "-closed", one, other, NULL };

	snprintf(one, sizeof one, "%d", gone);
	snprintf(other, sizeof other, "%d", stays);
	CHECK(execute(SELF, words, words + 4) == WORDS_STATUS);
}

static void scripts(void)
{
	static const char text[] = "#!/bin/busybox sh\n[ \"$1\" = word ] && exit 55\n";
	const char *words[] = { "name", "word", NULL };
	int fd = open("/tmp/script", O_WRONLY | O_CREAT | O_TRUNC, 0700);

	CHECK(write(fd, text, sizeof text - 1) == sizeof text - 1 && close(fd) == 0);
	CHECK(execute("/tmp/script", words, words + 2) == 55);
}

static void bad_programs(void)
{
	const char *words[] = { "x", NULL };
	int fd = open("/tmp/junk", O_WRONLY | O_CREAT | O_TRUNC, 0700);

	CHECK(write(fd, "\177ELFjunk", 8) == 8 && close(fd) == 0);
	CHECK(execute("/tmp/junk", words, words + 1) == ENOEXEC);
	CHECK(chmod("/tmp/junk", 0600) == 0 && execute("/tmp/junk", words, words + 1) == EACCES);
	CHECK(execute("/tmp/none", words, words + 1) == ENOENT && execute("/tmp", words, words + 1) == EACCES);
}

static void *exec_here(void *unused)
{
	static const char *const words[] = { "check", "-words", NULL }, *const variables[] = { "CHECK=2", NULL };

	(void)unused;
	execve(SELF, (char *const *)words, (char *const *)variables);
	return NULL;
}

static volatile long spins;

static void *for_ever(void *unused)
{
	while (spins >= 0)
		spins = 1;
	return unused;
}

static void exec_of_threads(void *unused)
{
	pthread_t t;

	(void)unused;
	for (int i = 0; i < 3; i++)
		CHECK(pthread_create(&t, NULL, for_ever, NULL) == 0);
	CHECK(pthread_create(&t, NULL, exec_here, NULL) == 0);
	pause();
}

static void exec_in_thread(void)
{
	CHECK(WEXITSTATUS(ended(child(exec_of_threads, NULL))) == WORDS_STATUS);
}

static int vforked;

static void shared_by_vfork(void)
{
	pid_t pid = vfork();

	if (pid == 0) {
		vforked = 5;
		_exit(0);
	}
	CHECK(vforked == 5);
	join(pid);
}

static void as_user(void *unused)
{
	(void)unused;
	CHECK(setuid(1000) == 0 && getuid() == 1000 && setuid(0) == -1 && errno == EPERM);
	CHECK(kill(getppid(), 0) == -1 && errno == EPERM);
	CHECK(open("/tmp/secret", O_RDONLY) == -1 && errno == EACCES);
}

static void users(void)
{
	close(open("/tmp/secret", O_WRONLY | O_CREAT, 0600));
	join(child(as_user, NULL));
}

static void usage(void)
{
	struct rusage u;
	int n;
	pid_t pid = fork();

	if (pid == 0) {
		compute(50 * MS);
		_exit(0);
	}
	CHECK(wait4(pid, &n, 0, &u) == pid && n == 0);
	CHECK(u.ru_utime.tv_usec + u.ru_stime.tv_usec > 10000 && u.ru_maxrss > 0);
	join(child(nothing, NULL));
}

const struct test process_tests[] = {
	{ "many_forks", many_forks }, { "many_alive", many_alive }, { "deep_forks", deep_forks },
	{ "status", status }, { "orphans", orphans }, { "arguments", arguments }, { "many_execs", many_execs },
	{ "closed_on_exec", closed_on_exec }, { "scripts", scripts }, { "bad_programs", bad_programs },
	{ "exec_in_thread", exec_in_thread }, { "shared_by_vfork", shared_by_vfork }, { "users", users },
	{ "usage", usage }, { NULL, NULL },
};
