/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * special.h - files that are in no image and on no disk: /dev/null, zero, full, random and urandom. One table
 * for the shell, its programs and user/lib/posix. No server has them: each program makes their bytes itself.
 */
#ifndef PECAN_SPECIAL_H
#define PECAN_SPECIAL_H

#include <stdbool.h>
#include <stddef.h>

enum pecan_special {
	PECAN_NOT_SPECIAL,
	PECAN_NULL, PECAN_ZERO, PECAN_FULL,
	PECAN_RANDOM,			/* /dev/random and /dev/urandom */
};

/* What a whole path leads to, as <pecan/files.h> has it; the shell's, without the first slash, too. */
enum pecan_special pecan_special(const char *path);

/* Returns how many bytes it has: 0 at the end, and without a source of random numbers. */
size_t pecan_special_read(enum pecan_special s, void *to, size_t bytes);

/* What is written is dropped; false: there is never room for it. */
static inline bool pecan_special_has_room(enum pecan_special s)
{
	return s != PECAN_FULL;
}

#endif
