/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * image.h - names, files and directories of the boot image.
 */
#ifndef POSIX_IMAGE_H
#define POSIX_IMAGE_H

#include <proto/root.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "call.h"

struct px_file;
struct stat;
struct statfs;

px_call px_stat, px_lstat, px_fstatat, px_access, px_faccessat, px_chdir, px_fchdir, px_getcwd, px_getdents;

/* Get the name in the boot image of a path relative to the directory `at` or (NULL) the current one. */
long px_path(const struct px_file *at, const char *path, char name[ROOT_NAME_BYTES]);

/* Returns true, and sets the kind, if the file has the name of a special file (<pecan/special.h>). */
bool px_is_special(struct px_file *f);

/* Sets kind and size of a file by its name. Returns 0 or an error. */
long px_image_find(struct px_file *f);

/* Copy at most `bytes` bytes from `offset` on of a file. Returns their number, or -EIO. */
long px_image_read(const char *name, void *to, size_t bytes, uint64_t offset);

/* Fill *s for the boot image. Returns 0, or an error if there is a path, and nothing there. */
long px_image_space(const char *path, struct statfs *s);

/* Fill *st for a file that is not of a disk. */
void px_describe(struct stat *st, const struct px_file *f);

#endif
