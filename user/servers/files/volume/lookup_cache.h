/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lookup_cache.h - results of lookups in files without extents: the block of the disk with a block of a
 * file. libext2fs reads what maps it each time.
 *
 * All are dropped when a block is freed, and when the file system is opened again. The get function returns
 * true if the cache has the result.
 */
#ifndef FILES_LOOKUP_CACHE_H
#define FILES_LOOKUP_CACHE_H

#include <stdbool.h>
#include <ext2fs/ext2fs.h>

bool lookup_cache_get_block(ext2_ino_t inode, blk64_t of_file, blk64_t *block);
void lookup_cache_put_block(ext2_ino_t inode, blk64_t of_file, blk64_t block);
void lookup_cache_drop_blocks(void);

#endif
