/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * special.h - special files: /dev/null and others (<pecan/special.h>).
 */
#ifndef POSIX_SPECIAL_H
#define POSIX_SPECIAL_H

#include <stdbool.h>

struct px_file;

/* Returns true, and sets the kind, if the file has the name of a special one. */
bool px_special_find(struct px_file *f);

/* Returns a descriptor for one that was found, or an error. */
long px_special_open(struct px_file *f, long flags);

#endif
