/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * image.h - names, files and directories of the boot image.
 */
#ifndef POSIX_IMAGE_H
#define POSIX_IMAGE_H

#include <proto/root.h>

struct px_file;
struct statfs;

/* Get the name in the boot image of a path relative to the directory `at` or (NULL) the current one. */
long px_path(const struct px_file *at, const char *path, char name[ROOT_NAME_BYTES]);

/* Sets kind and size of a file by its name. Returns 0 or an error. */
long px_image_find(struct px_file *f);

/* Returns a descriptor for the file of that name, or an error. */
long px_image_open(struct px_file *f, long flags);

/* Fill *s for the boot image. Returns 0. */
long px_image_space(struct statfs *s);

#endif
