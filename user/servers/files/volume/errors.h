/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * errors.h - errors of operations: 0, those of libext2fs, or these, for which it has no number. tree_status
 * translates them into the protocol's.
 */
#ifndef FILES_ERRORS_H
#define FILES_ERRORS_H

enum { TREE_NOT_EMPTY = 1, TREE_KIND, TREE_NAME, TREE_ARGUMENT, TREE_LARGE, TREE_DIRECTORY, TREE_MORE,
       TREE_DENIED,
       /* Of a flag of the inode: flags.h. */
       TREE_IMMUTABLE, TREE_APPEND_ONLY, TREE_ENCRYPTED, TREE_COMPRESSED, TREE_INLINE, TREE_VERITY,
       TREE_CASEFOLD, TREE_OWN };

#endif
