/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - runs each test of this folder in a process of its own, as the library keeps its state in static
 * variables, and prints "N passed, N failed".
 */
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>
#include "../user/test.h"
#include "kernel.h"

static void run(const struct test *t)
{
	alarm(60);
	kernel_begin();
	servers_begin();
	t->run();
	if (!test_failed())
		servers_end();
	fflush(stdout);
	_exit(test_failed());
}

int main(int argc, char **argv)
{
	unsigned passed = 0, bad = 0;

	for (struct test *t = tests; t; t = t->next) {
		int status = 1;
		pid_t child;

		if (!test_chosen(t, argc, argv))
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
