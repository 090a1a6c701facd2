/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * partition.h - where the file system is: the first one of ext2, ext3 or ext4 on the whole disk or in a
 * partition (<pecan/disk_table.h>).
 */
#ifndef FILES_PARTITION_H
#define FILES_PARTITION_H

#include <stdint.h>
#include <ext2fs/ext2_fs.h>

/* first: sector; sectors: size of the partition, whose end may lie behind that of the file system. */
struct partition { uint64_t first, sectors, blocks; unsigned block_bytes; };

extern struct partition partition;

/* Fills partition and *super. Returns NULL, or a sentence that says why there is no file system. */
const char *partition_find(struct ext2_super_block *super);

#endif
