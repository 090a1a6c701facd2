/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - runs each test of this folder in a process of its own, as the library keeps its state in static
 * variables, and prints "N passed, N failed".
 */
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "../user/test.h"
#include "kernel.h"

static struct test *tests, **tail = &tests;
static bool failed;

void test_add(struct test *t)
{
	*tail = t;
	tail = &t->next;
}

void test_fail(const char *file, int line, const char *what)
{
	printf("    %s:%d: %s\n", file, line, what);
	failed = true;
}

bool test_failed(void)
{
	return failed;
}

/* With arguments: only tests whose id begins with one of them. */
static bool chosen(const struct test *t, int n, char **prefix)
{
	for (int i = 1; i < n; i++)
		if (strncmp(t->id, prefix[i], strlen(prefix[i])) == 0)
			return true;
	return n < 2;
}

static void run(const struct test *t)
{
	alarm(60);
	kernel_begin();
	servers_begin();
	t->run();
	if (!failed)
		servers_end();
	fflush(stdout);
	_exit(failed);
}

int main(int argc, char **argv)
{
	unsigned passed = 0, bad = 0;

	for (struct test *t = tests; t; t = t->next) {
		int status = 1;
		pid_t child;

		if (!chosen(t, argc, argv))
			continue;
		fflush(stdout);
		child = fork();
		if (child == 0)
			run(t);
		if (child < 0 || waitpid(child, &status, 0) != child || status != 0) {
			printf("not ok %s %s (%#x)\n", t->id, t->sentence, (unsigned)status);
			bad++;
		} else {
			passed++;
		}
	}
	printf("%u passed, %u failed\n", passed, bad);
	return bad != 0;
}
