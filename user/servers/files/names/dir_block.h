/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dir_block.h - the records of one block of a directory, as ext2fs_read_dir_block4 gives it. Nothing in the
 * block is trusted.
 */
#ifndef FILES_DIR_BLOCK_H
#define FILES_DIR_BLOCK_H

#include <ext2fs/ext2fs.h>

/* A record; gap: how many of its bytes a new name can have. d NULL: the block has ended. */
struct dir_record { struct ext2_dir_entry *d; unsigned offset, bytes, gap; };

/* Begin with an r of zeros. EXT2_ET_DIR_CORRUPTED: it is damaged from here on. */
errcode_t dir_block_next(char *block, struct dir_record *r);

/* What a record has: a name, and what it stands for. */
struct dir_name { const char *name; unsigned length; ext2_ino_t inode; int type; };

/*
 * Makes a name where there is room, and sets *offset to where it is. EXT2_ET_DIR_NO_SPACE: there is no room.
 */
errcode_t dir_block_make(char *block, const struct dir_name *n, unsigned *offset);

/*
 * Makes a block with the n names that are at these offsets in another one, in this order, at its end. So if
 * the offsets rise none of the names is at a lower offset than before. They have room; or there are none.
 */
errcode_t dir_block_pack(char *block, const char *from, const unsigned *offset, unsigned n);

/* The record that begins at this offset; it was found by dir_block_next. */
static inline const struct ext2_dir_entry *dir_block_at(const char *block, unsigned offset)
{
	return (const struct ext2_dir_entry *)(block + offset);
}

/* Removes the record at this offset. */
errcode_t dir_block_remove(char *block, unsigned offset);

/* The most bytes that a new name can have in it. */
errcode_t dir_block_gap(char *block, unsigned *gap);

#endif
