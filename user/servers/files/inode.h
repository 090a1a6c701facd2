/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * inode.h - reads inodes.
 */
#ifndef FILES_INODE_H
#define FILES_INODE_H

#include <ext2fs/ext2fs.h>

/*
 * Reads an inode of the volume, as ext2fs_read_inode does. Its checksum is verified once, and again when a
 * byte of its block has changed or the block was read again.
 */
errcode_t inode_read(ext2_ino_t number, struct ext2_inode *inode);

/* Another file system is opened. */
void inode_forget_tables(void);

#endif
