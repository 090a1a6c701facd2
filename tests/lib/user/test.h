/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test.h - tests of the pure parts of user level, as a host program.
 *
 * A test is an id, a sentence and a body; it fails at its first CHECK that does not hold.
 */
#ifndef TESTS_USER_TEST_H
#define TESTS_USER_TEST_H

#include <stdbool.h>

struct test { const char *id, *sentence; void (*run)(void); struct test *next; };

extern struct test *tests;		/* in the order in which they were added */

void test_add(struct test *t);
void test_begin(void);			/* none has failed */
void test_fail(const char *file, int line, const char *what);
bool test_failed(void);

/* Of the arguments of main: without any all tests, else those whose id begins with one of them. */
bool test_chosen(const struct test *t, int n, char **prefix);

#define TEST(name, text) \
	static void run_##name(void); \
	static struct test test_##name = { #name, text, run_##name, 0 }; \
	__attribute__((constructor)) static void add_##name(void) { test_add(&test_##name); } \
	static void run_##name(void)

#define CHECK(condition) \
	do { \
		if (!(condition)) { \
			test_fail(__FILE__, __LINE__, #condition); \
			return; \
		} \
	} while (0)

#endif
