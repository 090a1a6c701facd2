/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * name.h - calls that take the path of a file, of whichever file system it is.
 */
#ifndef POSIX_NAME_H
#define POSIX_NAME_H

#include "call.h"

struct statfs;

px_call px_open, px_openat, px_stat, px_lstat, px_fstatat, px_access, px_faccessat, px_chdir, px_getcwd;

/* Those calls whose arguments differ by the size of a word: statfs, fstatfs. */
long px_space(const char *path, struct statfs *s);
long px_space_of(long fd, struct statfs *s);

#endif
