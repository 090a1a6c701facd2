/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * truncate.h - frees a file's last blocks in steps, each one operation: a step fits into the list of
 * pending.h, the blocks that it changes fit into the cache, and other requests do not wait long for it.
 */
#ifndef FILES_TRUNCATE_H
#define FILES_TRUNCATE_H

#include <ext2fs/ext2fs.h>

/*
 * A step frees at most so many extents and blocks. TRUNCATE_OF_MAP: estimate for a file with indirect
 * blocks.
 */
enum { TRUNCATE_EXTENTS = 16, TRUNCATE_BLOCKS = 512, TRUNCATE_OF_MAP = 200 };

/*
 * Finds the next step to free a file's blocks from `from` on: those from *start on, which is `from` in the
 * last step, and always in a file with indirect blocks. *n: the number of extents of the step, or
 * TRUNCATE_OF_MAP.
 */
errcode_t truncate_find(ext2_ino_t number, struct ext2_inode *inode, blk64_t from, blk64_t *start,
			unsigned *n);

/*
 * Executes the step that truncate_find has found. Returns EXT2_ET_EXTENT_NOT_FOUND if the next step would
 * not be nearer to `from`, because a damaged file system has extents in no order: the steps would have no
 * end.
 */
errcode_t truncate_free(ext2_ino_t number, struct ext2_inode *inode, blk64_t from, blk64_t start);

#endif
