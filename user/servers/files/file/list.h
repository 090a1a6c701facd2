/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * list.h - the entries of a directory.
 */
#ifndef FILES_LIST_H
#define FILES_LIST_H

#include "tree.h"

/*
 * Appends entries of a directory from `position` (0: the first) on to the buffer, as struct files_entry
 * (<pecan/files.h>), as many as fit. Each has the position of the next one. Returns an error as of errors.h.
 */
errcode_t list_read(struct attempt *a, ext2_ino_t directory, uint64_t position, struct tree_buffer *buffer);

#endif
