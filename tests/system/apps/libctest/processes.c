/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * processes.c - other programs: posix_spawn, wait, system, popen. This program is the other one too, with the
 * arguments that `child` takes.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "libctest.h"

static char *no_environment[] = { NULL };

/* A wait until the beginning of 1970 is none. */
static int show_date(void)
{
	const struct timespec past = { 0, 0 };
	time_t now = time(NULL);
	char line[80];

	if (clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &past, NULL) != 0
	    || !strftime(line, sizeof line, "%Y-%m-%d %H:%M", gmtime(&now)))
		return 1;
	puts(line);
	return 0;
}

static void *end_main(void *thread)
{
	return pthread_kill(*(pthread_t *)thread, SIGTERM) == 0 ? thread : NULL;
}

/* By a signal that is blocked while another thread sends it. */
static void end_by_unblocking(void)
{
	pthread_t self = pthread_self(), thread;
	sigset_t one;

	sigemptyset(&one);
	sigaddset(&one, SIGTERM);
	sigprocmask(SIG_BLOCK, &one, NULL);
	pthread_create(&thread, NULL, end_main, &self);
	pthread_join(thread, NULL);
	write(1, "still here\n", 11);
	sigprocmask(SIG_UNBLOCK, &one, NULL);
}

/* What a child does. Returns its status. */
int child(int argc, char **argv)
{
	const struct itimerval soon = { { 0, 0 }, { 0, 10000 } };
	char line[80];
	int c;

	if (strcmp(argv[1], "--exit") == 0)
		exit(argc > 2 ? atoi(argv[2]) : 7);
	if (strcmp(argv[1], "--shell") == 0)
		return WEXITSTATUS(system(argv[2]));
	if (strcmp(argv[1], "--abort") == 0)
		abort();
	if (strcmp(argv[1], "--term") == 0)
		raise(SIGTERM);
	if (strcmp(argv[1], "--unblock") == 0)
		end_by_unblocking();
	if (strcmp(argv[1], "--alarm") == 0 && setitimer(ITIMER_REAL, &soon, NULL) == 0)
		for (;;)
			continue;
	if (strcmp(argv[1], "--ignore-abort") == 0) {
		signal(SIGABRT, SIG_IGN);
		abort();
	}
	if (strcmp(argv[1], "--pause") == 0)
		pause();
	if (strcmp(argv[1], "--copy") == 0)
		while ((c = getchar()) != EOF)
			putchar(c);
	if (strcmp(argv[1], "--error") == 0)
		fprintf(stderr, "this is an error\n");
	if (strcmp(argv[1], "--rest") == 0)
		fputs("a line without an end", stderr);
	if (strcmp(argv[1], "--say") == 0)
		for (int i = 2; i < argc; i++)
			printf("<%s>", argv[i]);
	if (strcmp(argv[1], "--many") == 0)
		for (unsigned i = 0; i < 100000; i++)
			printf("line %u\n", i);
	if (strcmp(argv[1], "--terminal") == 0)
		printf("%d %d %d\n", isatty(0), isatty(1), isatty(2));
	if (strcmp(argv[1], "--date") == 0)
		return show_date();
	if (strcmp(argv[1], "--pipes") == 0)
		return compare_pipes();
	if (strcmp(argv[1], "--random") == 0)
		puts(getentropy(line, 40) == 0 ? "random numbers" : strerror(errno));
	if (strcmp(argv[1], "--urandom") == 0)
		puts(reads_random() ? "random numbers" : strerror(errno));
	if (strcmp(argv[1], "--wait") == 0 && argc > 2)
		return wait_by(argv[2]);
	if (strcmp(argv[1], "--drop") == 0)
		return drop_rights();
	if (strcmp(argv[1], "--boot") == 0)
		return show_boot();
	if (strcmp(argv[1], "--tmp") == 0)
		return write_tmp();
	if (strcmp(argv[1], "--ask") == 0)
		return fgets(line, sizeof line, stdin) ? printf("it is %s", line) < 0 : 1;
	return 0;
}

pid_t start_child(const int fd[3], const char *a, const char *b, const char *c)
{
	char *argv[] = { "libctest", (char *)a, (char *)b, (char *)c, NULL };
	posix_spawn_file_actions_t actions;
	pid_t pid = -1;

	posix_spawn_file_actions_init(&actions);
	for (int i = 0; i < 3; i++)
		if (fd && fd[i] >= 0)
			posix_spawn_file_actions_adddup2(&actions, fd[i], i);
	errno = posix_spawn(&pid, "/bin/libctest", &actions, NULL, argv, no_environment);
	posix_spawn_file_actions_destroy(&actions);
	return errno ? -1 : pid;
}

int end_of_child(pid_t pid)
{
	int status = -1;

	return waitpid(pid, &status, 0) == pid ? status : -1;
}

static void test_ends_of_children(void)
{
	int status = end_of_child(start_child(NULL, "--exit", "42", NULL));
	pid_t pid;

	check(WIFEXITED(status) && WEXITSTATUS(status) == 42, "posix_spawn and waitpid: the exit status");
	status = end_of_child(start_child(NULL, "--exit", "-1", NULL));
	check(WIFEXITED(status) && WEXITSTATUS(status) == 255, "exit status -1 is 255");
	status = end_of_child(start_child(NULL, "--abort", NULL, NULL));
	check(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT, "abort: SIGABRT");
	status = end_of_child(start_child(NULL, "--term", NULL, NULL));
	check(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM, "raise: SIGTERM");
	status = end_of_child(start_child(NULL, "--ignore-abort", NULL, NULL));
	check(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT, "abort ends also a program that ignores it");
	status = end_of_child(start_child(NULL, "--alarm", NULL, NULL));
	check(WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM, "SIGALRM ends a program that computes");
	pid = start_child(NULL, "--pause", NULL, NULL);
	check(pid > 0 && waitpid(pid, &status, WNOHANG) == 0 && kill(pid, 0) == 0, "WNOHANG: it runs");
	check(kill(pid, SIGKILL) == 0 && wait(&status) == pid && WIFSIGNALED(status)
	      && WTERMSIG(status) == SIGKILL, "kill of a child, wait");
	check(kill(pid, 0) == -1 && errno == ESRCH, "kill of a child that is waited for: ESRCH");
	check(waitpid(pid, &status, 0) == -1 && errno == ECHILD, "waitpid without children: ECHILD");
	check(posix_spawn(&pid, "/bin/none", NULL, NULL, no_environment, no_environment) == ENOENT,
	      "posix_spawn of nothing: ENOENT");
	check(posix_spawnp(&pid, "hello", NULL, NULL, (char *[]){ "hello", NULL }, no_environment) == 0
	      && end_of_child(pid) == 0, "posix_spawnp of a program with the small library");
	check(getppid() > 0 && getpid() > getppid(), "getpid, getppid");
}

static volatile sig_atomic_t ends;

static void note_end(int signal)
{
	ends = ends + (signal == SIGCHLD);
}

/* A child ends with SIGCHLD. */
static void test_sigchld(void)
{
	struct sigaction a = { .sa_handler = note_end };
	const struct timespec most = { 10, 0 };
	sigset_t one, before;
	pid_t pid;

	sigemptyset(&one);
	sigaddset(&one, SIGCHLD);
	sigprocmask(SIG_BLOCK, &one, &before);
	pid = start_child(NULL, "--exit", "3", NULL);
	check(sigtimedwait(&one, NULL, &most) == SIGCHLD && end_of_child(pid) == 3 << 8,
	      "sigtimedwait takes SIGCHLD, which has no handler");
	sigaction(SIGCHLD, &a, NULL);
	pid = start_child(NULL, "--exit", "4", NULL);
	errno = 0;
	check(sigsuspend(&before) == -1 && errno == EINTR && ends == 1 && end_of_child(pid) == 4 << 8,
	      "the handler of SIGCHLD");
	sigprocmask(SIG_SETMASK, &before, NULL);
	a.sa_flags = SA_RESTART;
	sigaction(SIGCHLD, &a, NULL);
	pid = start_child(NULL, "--exit", "5", NULL);
	check(end_of_child(pid) == 5 << 8 && ends == 2, "SA_RESTART: waitpid continues");
	signal(SIGCHLD, SIG_DFL);
}

/* A signal that waits ends the program when it is unblocked, not before. */
static void test_unblocked_end(void)
{
	char text[20];
	int out[2], status;

	pipe(out);
	status = end_of_child(start_child((int[]){ -1, out[1], -1 }, "--unblock", NULL, NULL));
	close(out[1]);
	check(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM && read(out[0], text, sizeof text) == 11,
	      "a signal ends the program when it is unblocked");
	close(out[0]);
}

static void test_children_in_pipes(void)
{
	int in[2], out[2], null = open("/dev/null", O_RDWR), init = open("init", O_RDONLY);
	char text[200];
	pid_t pid;
	long n;

	pipe(in);
	pipe(out);
	pid = start_child((int[]){ in[0], out[1], -1 }, "--copy", NULL, NULL);
	close(in[0]);
	close(out[1]);
	check(write(in[1], "through a child\n", 16) == 16 && close(in[1]) == 0, "a pipe to a child");
	n = read(out[0], text, sizeof text);
	check(n == 16 && memcmp(text, "through a child\n", 16) == 0, "a pipe from a child");
	check(read(out[0], text, 1) == 0 && end_of_child(pid) == 0, "the child's end is the end of the pipe");
	close(out[0]);
	pipe(out);
	pid = start_child((int[]){ init, null, out[1] }, "--copy", NULL, NULL);
	check(end_of_child(pid) == 0, "a file as input, /dev/null as output");
	pid = start_child((int[]){ null, null, out[1] }, "--error", NULL, NULL);
	n = read(out[0], text, sizeof text);
	check(end_of_child(pid) == 0 && n == 17 && memcmp(text, "this is an error\n", 17) == 0,
	      "a pipe for errors");
	pid = start_child((int[]){ -1, out[1], -1 }, "--say", "a b", "\"q\\");
	check(end_of_child(pid) == 0 && read(out[0], text, sizeof text) == 10
	      && memcmp(text, "<a b><\"q\\>", 10) == 0, "arguments with blanks and quotation marks");
	close(out[1]);
	close(out[0]);
	pipe(out);
	pid = start_child((int[]){ null, out[1], -1 }, "--many", NULL, NULL);
	close(out[1]);
	read(out[0], text, sizeof text);
	close(out[0]);
	n = end_of_child(pid);
	check(WIFSIGNALED(n) && WTERMSIG(n) == SIGPIPE, "a child that writes to a closed pipe: SIGPIPE");
	close(null);
	close(init);
}

/* What is opened, copied and closed for the child only. */
static void test_file_actions(void)
{
	char *argv[] = { "libctest", "--copy", NULL }, text[80], first[80];
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t group;
	int out[2], init = open("init", O_RDONLY), same;
	pid_t pid = -1;

	pipe(out);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 0, "init", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, out[1], 30);
	posix_spawn_file_actions_adddup2(&actions, 30, 1);
	posix_spawn_file_actions_addclose(&actions, 30);
	check(posix_spawn(&pid, "libctest", &actions, NULL, argv, no_environment) == 0, "file actions");
	close(out[1]);
	same = read(init, first, sizeof first) == sizeof first && read(out[0], text, sizeof text) == sizeof text
	    && memcmp(text, first, sizeof text) == 0;
	check(same && fcntl(30, F_GETFD) == -1, "of the child, not of this program");
	while (read(out[0], text, sizeof text) > 0)
		continue;
	check(end_of_child(pid) == 0, "and the whole file was copied");
	posix_spawn_file_actions_addopen(&actions, 0, "none", O_RDONLY, 0);
	check(posix_spawn(&pid, "libctest", &actions, NULL, argv, no_environment) == ENOENT,
	      "a file that is not there");
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_init(&group);
	posix_spawnattr_setflags(&group, POSIX_SPAWN_SETPGROUP);
	check(posix_spawn(&pid, "libctest", NULL, &group, argv, no_environment) == ENOTSUP,
	      "process groups: ENOTSUP");
	close(out[0]);
	close(init);
}

/* More than there are places, in turn; and many at once, each with a pipe of its own. */
static void test_many_children(void)
{
	enum { IN_TURN = 150, AT_ONCE = 12 };
	pid_t pid[AT_ONCE];
	int out[AT_ONCE][2];
	char text[20], number[8];
	bool right = true;

	for (int i = 0; i < IN_TURN; i++) {
		snprintf(number, sizeof number, "%d", i % 100);
		right = right && end_of_child(start_child(NULL, "--exit", number, NULL)) == i % 100 << 8;
	}
	check(right, "more children in turn than there can be at once");
	for (int i = 0; i < AT_ONCE; i++) {
		snprintf(number, sizeof number, "%d", i);
		right = right && pipe(out[i]) == 0;
		pid[i] = start_child((int[]){ -1, out[i][1], -1 }, "--say", number, NULL);
		close(out[i][1]);
	}
	for (int i = AT_ONCE; i-- > 0; ) {
		long n = read(out[i][0], text, sizeof text - 1);

		text[n > 0 ? n : 0] = 0;
		right = right && atoi(text + 1) == i && end_of_child(pid[i]) == 0 && close(out[i][0]) == 0;
	}
	check(right, "many children at once, each with a pipe");
}

static void test_shell(void)
{
	char line[80] = "";
	FILE *f;

	check(system(NULL) != 0, "there is a command interpreter");
	check(WEXITSTATUS(system("libctest --exit 3")) == 3, "system: the exit status");
	check(WEXITSTATUS(system("nosuchprogram")) == 127, "system: no such program");
	f = popen("libctest --say one 'two three'", "r");
	check(f && fgets(line, sizeof line, f) && strcmp(line, "<one><two three>") == 0, "popen for reading");
	check(f && pclose(f) == 0, "pclose");
	f = popen("cat init | grep 'task shell' | wc", "r");
	check(f && fgets(line, sizeof line, f) && strcmp(line, "1 2 11\n") == 0 && pclose(f) == 0,
	      "popen of a pipe");
	f = popen("wc | cat", "w");
	check(f && fprintf(f, "one two three\n") == 14 && pclose(f) == 0, "popen for writing");
	f = popen("libctest --exit 9", "r");
	check(f && !fgets(line, sizeof line, f) && WEXITSTATUS(pclose(f)) == 9, "pclose returns the status");
}

/* The pipe's end is descriptor 0 already, which the child is to have. */
static void test_closed_input(void)
{
	int input = dup(0);
	FILE *f;

	close(0);
	f = popen("libctest --ask", "w");
	check(f && fprintf(f, "a line\n") == 7 && pclose(f) == 0, "popen for writing with descriptor 0 closed");
	dup2(input, 0);
	close(input);
}

void test_processes(void)
{
	test_ends_of_children();
	test_sigchld();
	test_unblocked_end();
	test_children_in_pipes();
	test_file_actions();
	test_many_children();
	test_shell();
	test_closed_input();
}
