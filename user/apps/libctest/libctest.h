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

#endif
