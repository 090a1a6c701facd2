/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tests.c - see test.h: the tests of a program, and whether the one that runs has failed.
 */
#include <stdio.h>
#include <string.h>
#include "test.h"

struct test *tests;

static struct test **tail = &tests;
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

void test_begin(void)
{
	failed = false;
}

bool test_chosen(const struct test *t, int n, char **prefix)
{
	for (int i = 1; i < n; i++)
		if (strncmp(t->id, prefix[i], strlen(prefix[i])) == 0)
			return true;
	return n < 2;
}
