/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * harness.c - runs all tests, or those whose id begins with one of the arguments.
 *
 *	PROGRAM [-v] [-n] [ID...]	-v: name each test as it ends; -n: in this process (for gdb)
 *
 * One line for each test that fails, then "N passed, N failed"; the exit status is 0 if none failed.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "hang.h"
#include "harness.h"

enum { EXIT_FAILED = 1 };

static struct test *tests;
static const struct test *running;

/* Kept in order of id. */
void test_register(struct test *t)
{
	struct test **at = &tests;
	int order = 0;

	while (*at && (order = strcmp((*at)->id, t->id)) < 0)
		at = &(*at)->next;
	if (*at && order == 0) {
		fprintf(stderr, "two tests have the id %s; give one another number\n", t->id);
		_exit(2);
	}
	t->next = *at;
	*at = t;
}

void test_fail(const char *file, int line, const char *format, ...)
{
	va_list args;

	printf("FAIL %s (%s): %s:%d: ", running->id, running->sentence, file, line);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	printf("\n");
	fflush(stdout);
	_exit(EXIT_FAILED);
}

/* True if the test passed. */
static bool judge(const struct test *t, int status)
{
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return true;
	if (WIFSIGNALED(status))
		printf("FAIL %s (%s): ended by signal %d\n", t->id, t->sentence, WTERMSIG(status));
	else if (WEXITSTATUS(status) != EXIT_FAILED)
		printf("FAIL %s (%s): ended with status %d\n", t->id, t->sentence, WEXITSTATUS(status));
	return false;
}

static bool run_forked(const struct test *t, void (*run)(const struct test *))
{
	int status;
	pid_t child;

	fflush(stdout);
	child = fork();
	if (child < 0) {
		perror("fork");
		exit(2);
	}
	if (child == 0) {
		running = t;
		alarm(HANG_SECONDS);
		run(t);
		fflush(stdout);
		_exit(0);
	}
	waitpid(child, &status, 0);
	return judge(t, status);
}

static bool run_here(const struct test *t, void (*run)(const struct test *))
{
	running = t;
	run(t);
	return true;
}

static bool selected(const struct test *t, char **ids)
{
	if (!*ids)
		return true;
	for (; *ids; ids++)
		if (strncmp(t->id, *ids, strlen(*ids)) == 0)
			return true;
	return false;
}

int tests_main(int argc, char **argv, void (*run)(const struct test *))
{
	unsigned passed = 0, failed = 0;
	bool verbose = false, here = false;
	int option;

	while ((option = getopt(argc, argv, "vn")) != -1) {
		verbose |= option == 'v';
		here |= option == 'n';
		if (option == '?')
			return 2;
	}
	for (struct test *t = tests; t; t = t->next) {
		bool ok;

		if (!selected(t, argv + optind))
			continue;
		ok = here ? run_here(t, run) : run_forked(t, run);
		passed += ok;
		failed += !ok;
		if (verbose && ok)
			printf("ok   %s %s\n", t->id, t->sentence);
	}
	printf("%u passed, %u failed\n", passed, failed);
	fflush(stdout);
	_exit(failed > 0 || passed == 0);	/* this process has run nothing that could leak */
}
