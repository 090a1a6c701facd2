/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * check.h - what the tests of a Linux have in common. A test is a function in a process of its own.
 */
#ifndef CHECK_CHECK_H
#define CHECK_CHECK_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum { PAGE = 4096, MS = 1000000 };	/* nanoseconds */

struct test {
	const char *name;
	void (*run)(void);
};

/* The groups; each ends with an entry without a name. */
extern const struct test memory_tests[], fault_tests[], signal_tests[], vector_tests[], process_tests[],
	thread_tests[], trace_tests[], file_tests[], time_tests[], bad_tests[];

/* The test has failed, in this process or any of its children that join() waits for; the text says why. */
_Noreturn void fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

#define CHECK(condition)							\
	do {									\
		if (!(condition))						\
			fail("%s:%d: %s", __FILE_NAME__, __LINE__, #condition);	\
	} while (0)

/* Fresh memory: of this process, shared with its children. */
void *fresh(size_t bytes);
void *shared(size_t bytes);

/* Runs the function in a child, which then exits with 0. */
pid_t child(void (*run)(void *), void *argument);

/* Waits for the child; its status. fail() if it has failed. */
int ended(pid_t pid);

/* Waits for the child, which must exit with 0. */
void join(pid_t pid);

/* sleep_ns blocks, compute does not. */
void sleep_ns(long ns);
void compute(long ns);

/* What a handler of signals is given for the first signal that f(argument) causes; signal 0: none. */
struct fault {
	int signal, code;
	char *address;
};
struct fault fault_of(void (*f)(void *), void *argument);

void handle(int number, void (*handler)(int, siginfo_t *, void *), int flags);

/* Accesses for fault_of. */
void read_byte(void *at);
void write_byte(void *at);

/* The path of a new file in memory, with so many bytes: byte i is i / PAGE + 1. Returns it open. */
int page_file(const char *path, int pages);

/* An argument of main that says what the program does instead of tests, after exec. */
int after_exec(int argc, char **argv);

#endif
