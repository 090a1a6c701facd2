/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * libctest.h - what the files of libctest share.
 */
#ifndef LIBCTEST_H
#define LIBCTEST_H

#include <stdbool.h>

/* Counts a check; prints `what` if it does not hold. */
void check(bool holds, const char *what);

void test_text(void);
void test_memory(void);
void test_files(void);
void test_time(void);
void test_threads(void);
void test_ends(void);
void test_streams(void);
void test_signals(void);
void test_alarms(void);
void test_processes(void);

/* The program is a child of itself, or of a test at the serial line. Returns the exit status. */
int child(int argc, char **argv);

#endif
