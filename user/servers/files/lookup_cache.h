/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lookup_cache.h - results of lookups: the block of the disk with a block of a file, and the inode of a name
 * in a directory. libext2fs reads, checks and unpacks both again each time.
 *
 * The blocks are dropped when a block is freed, the names when a directory is changed, both when the file
 * system is opened again. Inode 0: the directory does not have the name. The get functions return true if the
 * cache has the result.
 */
#ifndef FILES_LOOKUP_CACHE_H
#define FILES_LOOKUP_CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <ext2fs/ext2fs.h>

bool lookup_cache_get_block(ext2_ino_t inode, blk64_t of_file, blk64_t *block);
void lookup_cache_put_block(ext2_ino_t inode, blk64_t of_file, blk64_t block);
void lookup_cache_drop_blocks(void);

bool lookup_cache_get_name(ext2_ino_t directory, const char *name, size_t length, ext2_ino_t *inode);
void lookup_cache_put_name(ext2_ino_t directory, const char *name, size_t length, ext2_ino_t inode);
void lookup_cache_drop_names(void);

#endif
