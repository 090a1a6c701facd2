/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * repair_parts.h - what the parts of the repair share (repair.h). The blocks and inodes in use are found
 * anew, in the bitmaps of `volume`; what has to be changed is changed in blocks of the cache, as one
 * operation.
 * Errors: REPAIR_DAMAGE for what no power cut leaves, REPAIR_TOO_HARD for what is left to e2fsck, or those of
 * libext2fs.
 */
#ifndef FILES_REPAIR_PARTS_H
#define FILES_REPAIR_PARTS_H

#include <stdbool.h>
#include <stdint.h>
#include <ext2fs/ext2fs.h>

#define REPAIR_DAMAGE	EXT2_ET_FILESYSTEM_CORRUPTED
#define REPAIR_TOO_HARD	EXT2_ET_OP_NOT_SUPPORTED

struct repair_counts { unsigned reads, freed, names, others; };	/* reads: blocks */
extern struct repair_counts repair_counts;
extern char *repair_bytes;		/* a block: for one part at a time */

/* ---- repair_blocks.c: the blocks of one inode ---- */

/*
 * What an inode maps: all blocks, those of the file, and the number behind the last one. written: behind the
 * last one that is not only reserved.
 */
struct repair_blocks { uint64_t all, mapped, end, written; };

/* Marks the blocks of the file system itself. *own: of each group, how many. */
errcode_t repair_mark_own(uint32_t *own);

/*
 * Mends the inode's extents, and marks its blocks as used. A block that is in use already is damage. The
 * inode's number of blocks is set, in memory; *changed: it was another one.
 */
errcode_t repair_mark(ext2_ino_t number, struct ext2_inode *inode, struct repair_blocks *b, bool *changed);

/* Marks them as free again. */
errcode_t repair_unmark(ext2_ino_t number, struct ext2_inode *inode);

/* ---- repair_inodes.c ---- */

/*
 * A directory. at: the name in `name` by which it is in the tree; NONE: it is not. indexed: it has an htree;
 * kind: what hashes the names (htree.h).
 */
struct repair_dir { ext2_ino_t inode, up; unsigned links, subs, at; bool indexed; int kind; };

/*
 * A block of a directory. look: it has a name that has to be removed. from, to: of an htree, the hashes whose
 * names it may have, as in the entries that lead to it and to the next one.
 */
struct repair_dir_block { blk64_t block; uint32_t dir, number, from, to; bool look; };

enum { REPAIR_NONE = UINT32_MAX };

struct repair_tree {
	struct repair_dir *dir;			/* by inode */
	struct repair_dir_block *block;
	unsigned dirs, dirs_max, blocks, blocks_max;
	ext2_icount_t links, names;		/* of what is no directory */
};
extern struct repair_tree repair_tree;

/* Reads all inodes in use: fills dir, block and links. */
errcode_t repair_scan(void);

/* Returns true if it is one of the file system itself, without a name. */
bool repair_is_own(ext2_ino_t number);

/* When names are known: frees what has none, and sets the number of links. */
errcode_t repair_links(void);

/* ---- repair_index.c ---- */

/*
 * Mends the htree of a directory, with its n blocks from `first` on. *keep: so many of them stay: the others
 * have names that the first ones have, too, or that were not there before. d->indexed false: there is no
 * htree yet.
 */
errcode_t repair_index(struct repair_dir *d, struct repair_dir_block *first, unsigned n, unsigned *keep);

/* Returns true if a name of this hash may be in the block. */
bool repair_is_in_range(const struct repair_dir_block *b, uint32_t hash);

/* ---- repair_names.c ---- */

/* Reads all directories, fills names, and removes the names that lead to nothing. */
errcode_t repair_names(void);

/* ---- repair_put.c ---- */

/*
 * Makes an image of the bitmap of a group's blocks, and counts those in use. The image is in
 * repair_bytes.
 */
errcode_t repair_image_blocks(dgrp_t group, uint32_t *used);

/* Puts bitmaps, group descriptors and superblock into blocks. */
errcode_t repair_put(const uint32_t *own);

#endif
