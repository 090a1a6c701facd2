/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * htree.h - ext4's index of a directory on the disk: by the hash of a name, the blocks that may have it. It
 * is read here; ext2fs_link changes it.
 */
#ifndef FILES_HTREE_H
#define FILES_HTREE_H

#include "dir_block.h"
#include "name_index.h"

/*
 * The way to a block; node: block of the directory, count: its entries, at: the one that is followed. steps:
 * how many blocks came before it.
 */
struct htree {
	const struct name_index *x;
	uint32_t hash;
	unsigned levels, steps;
	struct htree_level { unsigned node, count, at; } level[EXT4_HTREE_LEVEL];
};

/*
 * Finds the first block of the directory that may have the name. Uses a buffer of a block's size. An error:
 * the htree is damaged, or of a form that is not supported.
 */
errcode_t htree_first(struct htree *t, const struct name_index *x, const struct dir_name *n, char *buffer,
		      unsigned *block);

/* Finds the next one. *block 0: there is none. */
errcode_t htree_next(struct htree *t, char *buffer, unsigned *block);

#endif
