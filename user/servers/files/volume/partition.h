/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * partition.h - where the file system is: the first one of ext2, ext3 or ext4 on the whole disk or in a
 * partition (<pecan/disk_table.h>).
 */
#ifndef FILES_PARTITION_H
#define FILES_PARTITION_H

#include <stdint.h>
#include <ext2fs/ext2_fs.h>
#include <pecan/outcome.h>

/* first: sector; sectors: size of the partition, whose end may lie behind that of the file system. */
struct partition { uint64_t first, sectors, blocks; unsigned block_bytes; };

extern struct partition partition;

/*
 * Fills partition and *super. OUTCOME_ABSENT: all of the disk that can say so was read, and it has none.
 * OUTCOME_UNSUPPORTED also if what the disk has is of another kind, which is named.
 */
struct outcome partition_find(struct ext2_super_block *super);

#endif
