/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * state.h - copies the state that libext2fs has in its own memory, bitmaps and group descriptors, to blocks
 * of the cache. Returns 0 or an error of libext2fs.
 */
#ifndef FILES_STATE_H
#define FILES_STATE_H

#include <ext2fs/ext2fs.h>

/*
 * Call it when the file system was opened: it gets its bitmaps (bits.h). Sets the superblock's numbers of
 * free blocks and inodes to the sums over the groups: on the disk they are right only if the file system is
 * clean.
 */
errcode_t state_begin(ext2_filsys fs);

/* Copies all changes, except those of the superblock, to blocks of the cache. */
errcode_t state_put(ext2_filsys fs);

#endif
