/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * path.h - paths below /disk and /tmp, which servers have (<pecan/files.h>), the current directory, and the
 * servers' errors.
 */
#ifndef POSIX_PATH_H
#define POSIX_PATH_H

#include <pecan/files.h>
#include <stdbool.h>

struct px_file;

enum { PX_PATH = FILES_WHOLE_BYTES };

/*
 * Returns true if the path, relative to the directory `at` or (NULL) the current one, is of the disk or
 * /tmp. Then *path becomes the path there, else an argument for px_path. whole: memory for it.
 */
bool px_on_disk(const struct px_file *at, const char **path, char whole[PX_PATH]);

/* The error of a call that changes a name for which px_on_disk is false: -EROFS, -ENOENT or -ENAMETOOLONG. */
long px_not_on_disk(const char *path, const char whole[PX_PATH]);

/* The negative error number; 0 for FILES_OK. */
long px_disk_error(enum files_status s);

/* Returns the current directory, a whole path; "" is the root. Change it: returns false if it is too long. */
const char *px_current(void);
bool px_change_to(const char *whole);

#endif
