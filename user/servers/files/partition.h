/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * partition.h - where the file system is: the first one of ext2, ext3 or ext4 on the whole disk or in a GPT
 * partition.
 */
#ifndef FILES_PARTITION_H
#define FILES_PARTITION_H

#include <stdint.h>
#include <ext2fs/ext2_fs.h>

struct partition { uint64_t first, blocks; unsigned block_bytes; };	/* first: a sector */

extern struct partition partition;

/* Fills partition and *super. Returns NULL, or why there is none. */
const char *partition_find(struct ext2_super_block *super);

#endif
