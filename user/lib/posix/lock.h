/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lock.h - locks of ranges of files.
 */
#ifndef POSIX_LOCK_H
#define POSIX_LOCK_H

struct files_file;
struct flock;
struct px_file;

/* F_GETLK, F_SETLK and F_SETLKW: `command`, of a file of the disk. Returns 0 or an error. */
long px_lock_file(const struct px_file *f, struct files_file *file, long command, struct flock *l);

#endif
