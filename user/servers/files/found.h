/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * found.h - what was found on the disk before: the block of the disk with a block of a file, and the inode of
 * a name in a directory. libext2fs reads, checks and unpacks both anew each time.
 *
 * A block stays that of its file until a block is freed, a name that of its inode until that name, or a
 * directory as a whole, is changed; both until the file system is opened again. An inode of 0: there is no
 * such name in the directory.
 */
#ifndef FILES_FOUND_H
#define FILES_FOUND_H

#include <stdbool.h>
#include <stddef.h>
#include <ext2fs/ext2fs.h>

bool found_block(ext2_ino_t inode, blk64_t of_file, blk64_t *block);
void found_put_block(ext2_ino_t inode, blk64_t of_file, blk64_t block);
void found_forget_blocks(void);

bool found_name(ext2_ino_t directory, const char *name, size_t length, ext2_ino_t *inode);
void found_put_name(ext2_ino_t directory, const char *name, size_t length, ext2_ino_t inode);
void found_forget_names(void);

#endif
