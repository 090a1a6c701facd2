/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dir_sum.h - a block of a directory and its checksum, which libext2fs verifies at each read and computes
 * anew at each write. Here a block is verified once while it is in the cache and no other code changes it,
 * and a change of some names costs what these cost (sum.h).
 */
#ifndef FILES_DIR_SUM_H
#define FILES_DIR_SUM_H

#include <ext2fs/ext2fs.h>

/* As ext2fs_read_dir_block4: copies the block to `bytes`, in the machine's order of bytes. */
errcode_t dir_sum_read(ext2_ino_t directory, uint64_t block, char *bytes);

/* As ext2fs_write_dir_block4. */
errcode_t dir_sum_write(ext2_ino_t directory, uint64_t block, char *bytes);

#endif
