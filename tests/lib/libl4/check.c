/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * check.c - runs all tests in the order of their ids: TAP, then "N passed, N failed".
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "check.h"

enum { SECONDS_MAX = 30, EXIT_FAILED = 1 };

static struct test *tests;

void test_register(struct test *t)
{
	struct test **at = &tests;

	while (*at && strcmp((*at)->id, t->id) < 0)
		at = &(*at)->next;
	if (*at && strcmp((*at)->id, t->id) == 0) {
		fprintf(stderr, "two tests have the id %s; give one another number\n", t->id);
		exit(2);
	}
	t->next = *at;
	*at = t;
}

static void give_up(void)
{
	fflush(stdout);
	_exit(EXIT_FAILED);
}

void test_fail(const char *file, int line, const char *what)
{
	printf("# %s:%d: failed: %s\n", file, line, what);
	give_up();
	abort();
}

void test_differs(const char *file, int line, const char *what, unsigned long got, unsigned long want)
{
	printf("# %s:%d: failed: %s is %#lx (%ld), not %#lx (%ld)\n", file, line, what, got, (long)got,
	       want, (long)want);
	give_up();
	abort();
}

static int passes(const struct test *t)
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
		alarm(SECONDS_MAX);
		t->run();
		_exit(0);
	}
	waitpid(child, &status, 0);
	if (WIFSIGNALED(status))
		printf("# ended by signal %d\n", WTERMSIG(status));
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

int main(void)
{
	int passed = 0, failed = 0, ok;

	for (const struct test *t = tests; t; t = t->next) {
		ok = passes(t);
		passed += ok;
		failed += !ok;
		printf("%s %d - %s: %s\n", ok ? "ok" : "not ok", passed + failed, t->id, t->sentence);
	}
	printf("1..%d\n%d passed, %d failed\n", passed + failed, passed, failed);
	return failed != 0;
}
