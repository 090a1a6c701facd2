/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * htree_change.h - makes the htree (htree.h) of a directory, as Linux does, and has it grow. Errors are those
 * of errors.h; after one the operation is undone.
 *
 * The order of writes (cache.h). What is new, blocks of names and nodes, comes first, then the inode and what
 * maps these blocks, then the root, the nodes below it, and the blocks of names that have lost some. So at
 * each moment the htree on the disk leads to each name that was there before. A directory of one block that
 * gets an htree has its names in that block until the root takes its place.
 */
#ifndef FILES_HTREE_CHANGE_H
#define FILES_HTREE_CHANGE_H

#include "dir_block.h"
#include "name_index.h"

/* Returns true if the directory, which has no room, gets an htree: it has one block. */
bool htree_is_wanted(const struct name_index *x);

/* Makes it: block 0 becomes its root, and block 1 has the names. */
errcode_t htree_begin(struct name_index *x);

/*
 * Makes room for a name: its block of names is split, or, if there is no room to lead to another one, a node.
 * So it may need several calls. EXT2_ET_NO_MEMORY: the htree has no room.
 */
errcode_t htree_split(struct name_index *x, const struct dir_name *n);

#endif
