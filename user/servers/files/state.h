/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * state.h - what libext2fs keeps in its own memory, bitmaps and descriptors, and the blocks of the cache that
 * it belongs into. Errors are those of libext2fs, 0 is none.
 */
#ifndef FILES_STATE_H
#define FILES_STATE_H

#include <ext2fs/ext2fs.h>

/*
 * For a file system that was opened, with its bitmaps. The superblock's numbers of free blocks and inodes
 * become the sums of those of the groups: on the disk they are right only if the file system is clean.
 */
errcode_t state_begin(ext2_filsys fs);

/* Puts what has changed into blocks, but for the superblock. */
errcode_t state_put(ext2_filsys fs);

#endif
