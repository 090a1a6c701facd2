/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * extents.h - where the bytes of a file are, by the tree of its extents, for those that change nothing in it.
 * libext2fs reads, sums up and searches each block of the tree again for each block of the file.
 */
#ifndef FILES_EXTENTS_H
#define FILES_EXTENTS_H

#include <stdbool.h>
#include <ext2fs/ext2fs.h>

struct attempt;

/* n blocks of a file from `first` on, and as many of the disk; block 0: a hole, or not written yet. */
struct run { blk64_t first, block, n; };

/* Returns true if the inode has such a tree; else libext2fs has to look. */
bool extents_has(const struct ext2_inode *inode);

/* *run: of the block of_file and of those behind it. Each block of the tree is summed up once. */
errcode_t extents_find(struct attempt *a, ext2_ino_t number, const struct ext2_inode *inode, blk64_t of_file,
		       struct run *run);

#endif
