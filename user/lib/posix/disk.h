/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * disk.h - files and directories below /disk and /tmp, which servers have. Paths are those of path.h.
 */
#ifndef POSIX_DISK_H
#define POSIX_DISK_H

#include <stdbool.h>
#include <stdint.h>
#include "call.h"

struct stat;
struct statfs;

/* Each returns a result or a negative error number. link: of a symbolic link itself. */
long px_disk_open(const char *path, long flags);
long px_disk_stat(const char *path, bool link, struct stat *st);
long px_disk_space(const char *path, struct statfs *s);
long px_disk_chdir(const char *path);

/* truncate, whose arguments differ by the size of a word. */
long px_set_size_path(const char *path, int64_t size);

px_call px_sync, px_unlink, px_unlinkat, px_rmdir, px_mkdir, px_mkdirat, px_rename;

#endif
