/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * call.h - the system calls of musl (docs/user/libc.md): functions of six words that return a result or a
 * negative error number. The header of a file's name has those of the file.
 *
 * The threads of the program are musl's. The library has up to four of its own, which have no thread-local
 * storage: they read the input (input.c), serve the streams of child tasks and wait for their end (child.c),
 * and wait for timers (timer.c).
 */
#ifndef POSIX_CALL_H
#define POSIX_CALL_H

struct px_args { long a[6]; };
typedef long px_call(const struct px_args *p);

/* Returns 0: a call that has no effect, or whose result is always 0. */
px_call px_nothing;

#endif
