/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * harness.h - tests with an identity and a sentence, in programs of the host; for C and C++.
 *
 *	TEST(HIPC0007, "a receive with zero timeout returns at once when no thread sends")
 *	{
 *		CHECK_EQ(error, 3);
 *	}
 *
 * A test registers itself. Each runs in a process of its own, forked from one that has run none: it cannot
 * affect another one, and may crash. The first check that fails ends that process, or the one that it has
 * forked.
 */
#ifndef HARNESS_H
#define HARNESS_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct test {
	const char *id, *sentence;
	void (*run)(void);
	struct test *next;
};

/*
 * A search repeats a body at many preemption points, with many control words or seeds. With words of 64 bits
 * it takes all of them, with words of 32 bits one in SPARSE (a prime, so that all bits of a number change):
 * what is calculated depends on the word, and each body runs with both; where an interruption comes does not.
 */
enum { SPARSE = sizeof(uintptr_t) == 8 ? 1 : 7 };

void test_register(struct test *t);

/*
 * Runs the tests, or those whose id begins with one of the arguments, each by run(t); returns the status of
 * the program.
 */
int tests_main(int argc, char **argv, void (*run)(const struct test *t));

/* The running test has failed: print where and why, and end it. */
void test_fail(const char *file, int line, const char *format, ...)
	__attribute__((noreturn, format(printf, 3, 4)));

#ifdef __cplusplus
}
#endif

#define TEST(name, text) \
	static void run_##name(void); \
	static struct test test_##name = { #name, text, run_##name, 0 }; \
	__attribute__((constructor)) static void add_##name(void) { test_register(&test_##name); } \
	static void run_##name(void)

/* One of several that differ by the arguments of a call, their body: a row of a table of tests. */
#define TEST_ROW(name, text, call)	TEST(name, text) { call; }

#define CHECK(cond) \
	do { \
		if (!(cond)) \
			test_fail(__FILE__, __LINE__, "%s", #cond); \
	} while (0)

#define CHECK_EQ(got, want) \
	do { \
		unsigned long long got_ = (unsigned long long)(got), want_ = (unsigned long long)(want); \
		if (got_ != want_) \
			test_fail(__FILE__, __LINE__, "%s is %llu (0x%llx), not %llu (0x%llx)", #got, \
				  got_, got_, want_, want_); \
	} while (0)

#endif
