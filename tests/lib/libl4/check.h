/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * check.h - tests with an id and a sentence, run as an ordinary program; for C and C++.
 *
 *	TEST(LMSG0003, "an appended word moves the typed words up")
 *	{
 *		CHECK_EQ(L4_UntypedWords(msg.tag), 1);
 *	}
 *
 * Each test runs in a child process; the first check that fails ends it.
 */
#ifndef CHECK_H
#define CHECK_H

#if defined(__cplusplus)
extern "C" {
#endif

struct test {
	const char *id, *sentence;
	void (*run)(void);
	struct test *next;
};

void test_register(struct test *t);
void test_fail(const char *file, int line, const char *what) __attribute__((noreturn));
void test_differs(const char *file, int line, const char *what, unsigned long got, unsigned long want)
	__attribute__((noreturn));

#if defined(__cplusplus)
}
#endif

#define TEST(name, text)						\
	static void name(void);						\
	static struct test name##_test = { #name, text, name, 0 };	\
	__attribute__((constructor)) static void name##_add(void)	\
	{								\
		test_register(&name##_test);				\
	}								\
	static void name(void)

#define CHECK(condition)						\
	do {								\
		if (!(condition))					\
			test_fail(__FILE__, __LINE__, #condition);	\
	} while (0)

#define CHECK_EQ(got, want)						\
	do {								\
		unsigned long got_ = (unsigned long)(got);		\
		unsigned long want_ = (unsigned long)(want);		\
									\
		if (got_ != want_)					\
			test_differs(__FILE__, __LINE__, #got, got_, want_); \
	} while (0)

#endif
