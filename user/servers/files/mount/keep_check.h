/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * keep_check.h - checks of the memory of keep.h at the start of a server: the one before may have been
 * faulty. The file system must be open.
 */
#ifndef FILES_KEEP_CHECK_H
#define FILES_KEEP_CHECK_H

#include <ext2fs/ext2fs.h>

/* Returns an error if an inode in use has a wrong checksum in a kept block, and other bytes on the disk. */
errcode_t keep_check_blocks(void);

/*
 * The bitmaps of a file system that was opened without the kept versions (keep_hide), where these had other
 * ones: an error if the server ended while it wrote them.
 */
errcode_t keep_check_hidden(void);

/*
 * Removes entries of pending.h that would free something in use (an inode that has a name in the directory of
 * the entry and no link for it, or a part of the file system itself), that free something free, or that
 * cannot be checked. Removes none if a request to the disk has failed. Returns the number of removed
 * entries.
 */
unsigned keep_check_pending(void);

#endif
