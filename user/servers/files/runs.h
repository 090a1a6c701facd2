/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * runs.h - how much of a file is freed in one operation: so much that the list of pending.h has room for it,
 * that the blocks which are changed have room in the cache, and that other requests do not wait long.
 */
#ifndef FILES_RUNS_H
#define FILES_RUNS_H

#include <ext2fs/ext2fs.h>

/* RUNS_OF_MAP: of a file without extents, which is freed in one operation, so much is thought of. */
enum { RUNS_MAX = 16, BLOCKS_MAX = 512, RUNS_OF_MAP = 200 };

/*
 * *start: of the file's blocks from `from` on, those from *start on are to be freed first. It is `from` if
 * these are all, and in a file that has no extents. *n: about so many runs are there, RUNS_MAX at most; in a
 * file that has no extents RUNS_OF_MAP.
 */
errcode_t runs_last(ext2_ino_t number, struct ext2_inode *inode, blk64_t from, blk64_t *start, unsigned *n);

/*
 * Free what runs_last has found. In a damaged file system, whose extents are in no order, that may not bring
 * the next step nearer to `from`: an error, as such steps would have no end.
 */
errcode_t runs_free(ext2_ino_t number, struct ext2_inode *inode, blk64_t from, blk64_t start);

#endif
