/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * htree.h - ext4's index of a directory on the disk: by the hash of a name, the blocks that may have it. It
 * is read here, and changed in htree_change.h.
 *
 * A node is a block with entries in the order of their hashes; each leads to the next level, and behind the
 * last level to a block with names, for hashes from its own to that of the next entry. Names of one hash that
 * do not fit into one block are in the next one, too, whose entry has the lowest bit of the hash set.
 */
#ifndef FILES_HTREE_H
#define FILES_HTREE_H

#include "dir_block.h"
#include "name_index.h"

/* In bytes of a node: what the root says of the htree, and the entries, of the root and of others. */
enum { HTREE_INFO = 24, HTREE_ROOT = 32, HTREE_NODE = 8, HTREE_BLOCK_MASK = 0x0fffffff };

/* Levels of nodes that are made; more, which largedir permits, are used, and neither made nor split. */
enum { HTREE_LEVELS = 2 };

/*
 * The way to a block; node: block of the directory, count: its entries, at: the one that is followed. steps:
 * how many blocks came before it. kind: EXT2_HASH_ of ext2fs_dirhash2.
 */
struct htree {
	const struct name_index *x;
	int kind;
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

/*
 * The entries of a node, which is in memory: *count of them, with numbers as on the disk. The hash of the
 * first one is that of the entry that leads to the node, and its place has struct ext2_dx_countlimit.
 */
errcode_t htree_entries(char *node, bool root, struct ext2_dx_entry **entries, unsigned *count);

/* *levels, and what hashes the names (EXT2_HASH_ of ext2fs_dirhash2), by the root. */
errcode_t htree_root(const char *root, unsigned *levels, int *kind);

errcode_t htree_hash(int kind, const char *name, size_t length, uint32_t *hash);

/* Finds the next one. *block 0: there is none. */
errcode_t htree_next(struct htree *t, char *buffer, unsigned *block);

#endif
