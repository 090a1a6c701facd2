/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - check [TEST]: what programs rely on in a Linux, test by test: "ok NAME" or "failed NAME: why". The
 * status is 0 if all are ok.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "check.h"

enum { FAILED = 99, REASON = 300, SECONDS = 60 };

static const struct test *const groups[] = {
	memory_tests, fault_tests, signal_tests, vector_tests, process_tests, thread_tests, trace_tests,
	file_tests, time_tests, bad_tests,
};

static char *reason;		/* shared by all processes of a test */
static volatile pid_t current;

void fail(const char *format, ...)
{
	int error = errno, n;
	va_list list;

	va_start(list, format);
	n = vsnprintf(reason, REASON, format, list);
	va_end(list);
	if (n >= 0 && n < REASON)
		snprintf(reason + n, (size_t)(REASON - n), " (errno: %s)", strerror(error));
	_exit(FAILED);
}

static void *map(size_t bytes, int how)
{
	void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, how | MAP_ANONYMOUS, -1, 0);

	CHECK(p != MAP_FAILED);
	return p;
}

void *fresh(size_t bytes) { return map(bytes, MAP_PRIVATE); }
void *shared(size_t bytes) { return map(bytes, MAP_SHARED); }

pid_t child(void (*run)(void *), void *argument)
{
	pid_t pid = fork();

	CHECK(pid >= 0);
	if (pid > 0)
		return pid;
	run(argument);
	_exit(0);
}

int ended(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) != pid)
		CHECK(errno == EINTR);
	if (WIFEXITED(status) && WEXITSTATUS(status) == FAILED)
		_exit(FAILED);
	return status;
}

void join(pid_t pid)
{
	int status = ended(pid);

	if (status != 0)
		fail("a child ended with %#x", (unsigned)status);
}

void sleep_ns(long ns)
{
	struct timespec t = { ns / 1000000000, ns % 1000000000 };

	while (nanosleep(&t, &t) != 0)
		CHECK(errno == EINTR);
}

void compute(long ns)
{
	struct timespec start, t;

	CHECK(clock_gettime(CLOCK_MONOTONIC, &start) == 0);
	do
		CHECK(clock_gettime(CLOCK_MONOTONIC, &t) == 0);
	while ((t.tv_sec - start.tv_sec) * 1000000000 + t.tv_nsec - start.tv_nsec < ns);
}

/* ---- faults ---- */

static sigjmp_buf back;
static struct fault caught;

static void catch(int number, siginfo_t *info, void *unused)
{
	(void)unused;
	caught = (struct fault){ number, info->si_code, info->si_addr };
	siglongjmp(back, 1);
}

void handle(int number, void (*handler)(int, siginfo_t *, void *), int flags)
{
	struct sigaction action = { .sa_sigaction = handler, .sa_flags = SA_SIGINFO | flags };

	CHECK(sigaction(number, &action, NULL) == 0);
}

struct fault fault_of(void (*f)(void *), void *argument)
{
	static const int numbers[] = { SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP };

	for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
		handle(numbers[i], catch, 0);
	caught = (struct fault){ 0 };
	if (sigsetjmp(back, 1) == 0)
		f(argument);
	return caught;
}

void read_byte(void *at) { (void)*(volatile char *)at; }
void write_byte(void *at) { *(volatile char *)at = 1; }

int page_file(const char *path, int pages)
{
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
	char bytes[PAGE];

	CHECK(fd >= 0);
	for (int i = 0; i < pages; i++) {
		memset(bytes, i + 1, PAGE);
		CHECK(write(fd, bytes, PAGE) == PAGE);
	}
	return fd;
}

/* ---- the tests, one by one ---- */

static void too_late(int unused)
{
	(void)unused;
	snprintf(reason, REASON, "not done in %d s", SECONDS);
	kill(-current, SIGKILL);
}

static bool run(const struct test *t)
{
	int status;

	reason[0] = 0;
	fflush(stdout);
	current = fork();
	if (current == 0) {
		setpgid(0, 0);
		t->run();
		_exit(0);
	}
	setpgid(current, current);
	alarm(SECONDS);
	while (waitpid(current, &status, 0) < 0)
		if (errno != EINTR)
			fail("waitpid");
	alarm(0);
	kill(-current, SIGKILL);		/* what is left of it */
	if (status == 0)
		printf("ok %s\n", t->name);
	else if (reason[0])
		printf("failed %s: %s\n", t->name, reason);
	else
		printf("failed %s: the status is %#x\n", t->name, (unsigned)status);
	return status == 0;
}

int main(int argc, char **argv)
{
	struct sigaction late = { .sa_handler = too_late };
	int bad = 0, n = 0;

	reason = mmap(NULL, REASON, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (argc > 1 && argv[1][0] == '-')
		return after_exec(argc, argv);
	sigaction(SIGALRM, &late, NULL);
	for (size_t g = 0; g < sizeof groups / sizeof groups[0]; g++)
		for (const struct test *t = groups[g]; t->name; t++)
			if (argc < 2 || strcmp(argv[1], t->name) == 0) {
				bad += !run(t);
				n++;
			}
	printf("check: %d of %d failed\n", bad, n);
	return bad != 0 || n == 0;
}
