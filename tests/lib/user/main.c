/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - runs all tests of this folder and prints "N passed, N failed".
 */
#include "test.h"
#include <stdio.h>

int main(int argc, char **argv)
{
	unsigned passed = 0, bad = 0;

	for (struct test *t = tests; t; t = t->next) {
		if (!test_chosen(t, argc, argv))
			continue;
		test_begin();
		t->run();
		if (test_failed())
			printf("not ok %s %s\n", t->id, t->sentence);
		bad += test_failed();
		passed += !test_failed();
	}
	printf("%u passed, %u failed\n", passed, bad);
	return bad != 0;
}
