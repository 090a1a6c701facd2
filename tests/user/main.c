/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - runs all tests of this folder and prints "N passed, N failed".
 */
#include "test.h"
#include <stdio.h>
#include <string.h>

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

int main(int argc, char **argv)
{
	unsigned passed = 0, bad = 0;

	for (struct test *t = tests; t; t = t->next) {
		if (!chosen(t, argc, argv))
			continue;
		failed = false;
		t->run();
		if (failed)
			printf("not ok %s %s\n", t->id, t->sentence);
		bad += failed;
		passed += !failed;
	}
	printf("%u passed, %u failed\n", passed, bad);
	return bad != 0;
}
