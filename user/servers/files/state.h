/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * state.h - copies the state that libext2fs has in its own memory, bitmaps and group descriptors, to blocks
 * of the cache. Returns 0 or an error of libext2fs.
 */
#ifndef FILES_STATE_H
#define FILES_STATE_H

#include <ext2fs/ext2fs.h>

/*
 * Call it when the file system was opened and its bitmaps were read. Sets the superblock's numbers of free
 * blocks and inodes to the sums over the groups: on the disk they are right only if the file system is clean.
 */
errcode_t state_begin(ext2_filsys fs);

/*
 * Call them when bits of the bitmaps have changed: only what was named is copied. Blocks that libext2fs takes
 * and frees one by one are named by volume.c.
 */
void state_blocks_changed(ext2_filsys fs, blk64_t first, blk64_t n);
void state_inode_changed(ext2_filsys fs, ext2_ino_t number);

/* Copies all changes, except those of the superblock, to blocks of the cache. */
errcode_t state_put(ext2_filsys fs);

#endif
