/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * times.h - the times of inodes, as numbers of <pecan/file_time.h>: nothing else reads or writes them.
 *
 * An inode has 32 bits of a time, from 1901 to 2038. Two more, to 2446, and nanoseconds are behind its first
 * 128 bytes, if the disk's inodes are larger and the inode says that it has that field. Else a time that does
 * not fit becomes the nearest one that does.
 */
#ifndef FILES_TIMES_H
#define FILES_TIMES_H

#include <stdbool.h>
#include <stdint.h>
#include <ext2fs/ext2fs.h>

enum times_of { TIMES_ACCESSED, TIMES_MODIFIED, TIMES_CHANGED, TIMES_CREATED };

/* An inode that has no time of creation has 1970. */
uint64_t times_get(const struct ext2_inode_large *inode, enum times_of which);
void times_set(struct ext2_inode_large *inode, enum times_of which, uint64_t time);

/* The time of volume_tick: whole seconds, so that writes within one change the inode once. */
uint64_t times_now(void);

/* The bytes have changed, or what else an inode says: TIMES_MODIFIED and TIMES_CHANGED are now. */
void times_touch(struct ext2_inode_large *inode);
/* Returns true if that would change nothing. */
bool times_are_touched(const struct ext2_inode_large *inode);

/* All times of a new inode are now. */
void times_begin(struct ext2_inode_large *inode);

/* Returns true if 32 bits are too few for that, as libext2fs writes them. */
bool times_are_long(void);

/* i_dtime, which has no more bits: a small number would be an inode, for e2fsck. */
uint32_t times_deleted(void);

#endif
