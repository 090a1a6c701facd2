/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * inode.h - reads inodes, and writes them with the part that inodes of 256 bytes have besides.
 */
#ifndef FILES_INODE_H
#define FILES_INODE_H

#include <ext2fs/ext2fs.h>

/*
 * Reads an inode of the volume, as ext2fs_read_inode does. Its checksum is verified once, and again when a
 * byte of its block has changed or the block was read again.
 */
errcode_t inode_read(ext2_ino_t number, struct ext2_inode *inode);

/*
 * The same with what the disk has of the inode behind its first 128 bytes; the rest is 0. times.h says what
 * times are.
 */
errcode_t inode_read_whole(ext2_ino_t number, struct ext2_inode_large *inode);

/* Writes it: of the part behind 128 bytes the fields that the inode has. */
errcode_t inode_write_whole(ext2_ino_t number, struct ext2_inode_large *inode);

/* How many bytes of fields the inode has behind its first 128; 0 also if what it says cannot be right. */
unsigned inode_extra_bytes(const struct ext2_inode_large *inode);

/* Another file system is opened. */
void inode_forget_tables(void);

#endif
