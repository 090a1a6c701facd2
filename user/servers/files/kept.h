/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kept.h - checks of what a predecessor has kept, as it may have been faulty. The file system is open.
 */
#ifndef FILES_KEPT_H
#define FILES_KEPT_H

#include <ext2fs/ext2fs.h>

/* Returns an error if an inode in use has a wrong checksum in a kept block, and is not so on the disk. */
errcode_t kept_check_blocks(void);

/*
 * Removes the entries of pending.h that would free what is in use: an inode that has a name in the directory
 * of the entry and no link for it, or a part of the file system itself; those for what is free already; and
 * those that cannot be checked. All stay if a request to the disk has failed. Returns how many are removed.
 */
unsigned kept_check_pending(void);

#endif
