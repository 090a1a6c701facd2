/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * power.h - cuts of the power. What a life writes is recorded; then the disk gets what it may have after a
 * cut: all up to a flush, and of what was written after it, up to the cut, a part, block by block.
 */
#ifndef TESTS_FILES_HOST_POWER_H
#define TESTS_FILES_HOST_POWER_H

#include <stdbool.h>

enum { POWER_KIB = 4096, POWER_BLOCK = 1024 };

/* A disk with blocks of 1 KiB, of which nothing is recorded yet. */
void power_make(const char *options);

/* In a life: records what is written from now on. */
void power_record(void);

/* The number of writes and flushes that are recorded. */
unsigned power_count(void);

/* The power is cut before request `cut`. all: all that was written before is on the disk. */
void power_cut(unsigned cut, bool all);

/* By rand: from 0 to before n. */
unsigned chance(unsigned n);

#endif
