/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * special.h - special files: /dev/null, zero, full, random and urandom. One table for the shell, its programs
 * and user/lib/posix. No server has them: each program makes their bytes itself.
 */
#ifndef PECAN_SPECIAL_H
#define PECAN_SPECIAL_H

#include <stdbool.h>
#include <stddef.h>

/* Their minor numbers, as on Linux; the major one is PECAN_SPECIAL_MAJOR. */
enum pecan_special {
	PECAN_NOT_SPECIAL = 0,
	PECAN_NULL = 3, PECAN_ZERO = 5, PECAN_FULL = 7, PECAN_RANDOM = 8, PECAN_URANDOM = 9,
};

enum { PECAN_SPECIAL_MAJOR = 1 };

#define PECAN_NO_SOURCE	"there is no source of random numbers"

/* Returns the special file of a whole path (<pecan/files.h>), with or without the first slash. */
enum pecan_special pecan_special(const char *path);

/* Returns the number of bytes read, 0 at the end; -1: PECAN_NO_SOURCE. */
long pecan_special_read(enum pecan_special s, void *to, size_t bytes);

/* Returns false if writes fail for lack of space; otherwise written bytes are dropped. */
static inline bool pecan_special_has_room(enum pecan_special s)
{
	return s != PECAN_FULL;
}

#endif
