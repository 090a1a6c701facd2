/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * filetest.h - the parts of filetest.
 */
#ifndef FILETEST_H
#define FILETEST_H

/* killed.c: calls in as many periods of time, chosen by numbers from the seed. Returns a status. */
int killed(unsigned periods, unsigned seed);

/* reads.c: read a file, 4 KiB at a time. Returns a status. */
int read_all(const char *path);

#endif
