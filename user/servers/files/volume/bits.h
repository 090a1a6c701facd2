/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bits.h - the bitmaps of the file system, as libext2fs uses them (struct ext2_bitmap_ops): a group's is read
 * when a bit of it is needed. In memory are those that were used last, those with changes, and for each group
 * that has changed since all was written out the bitmap of its blocks as the disk has it.
 *
 * A bitmap that cannot be read, or is wrong, has no free bits; a change of it is an error of the operation
 * (bits_error).
 */
#ifndef FILES_BITS_H
#define FILES_BITS_H

#include <stdbool.h>
#include <ext2fs/ext2fs.h>

enum bits_kind { BITS_BLOCKS, BITS_INODES, BITS_KINDS };

/* The bitmap of a group that has changes: bits from `first` to before `end`. */
struct bits_change {
	dgrp_t group;
	enum bits_kind kind;
	const char *now;		/* a block */
	unsigned first, end;
	bool whole;			/* the block has no bitmap yet: a flag of the group said so */
};

/* Makes the bitmaps of a file system that was opened; changes that were not put are dropped. */
errcode_t bits_begin(ext2_filsys fs);

/* Drops what the disk had: the next file system is another one, or all of it is read again. */
void bits_forget(void);

/* The next bitmap with changes, which has none from then on. Returns false if there is none. */
bool bits_next_change(struct bits_change *c);

/* Returns the first error since the last call, and forgets it. */
errcode_t bits_error(void);

/* Reads the bitmap of a group, if its block has one, and returns an error if it is wrong. */
errcode_t bits_check(dgrp_t group, enum bits_kind kind);

/* All is on the disk: it has the bitmaps as they are. */
void bits_note_written(void);

/* Returns true if the disk has the block in use, as of the last bits_note_written. */
bool bits_on_disk(blk64_t block);

/* The block is free now, and nothing on the disk leads to it. */
void bits_free_on_disk(blk64_t block);

/* Returns true if so many groups have changed that all is to be written out. */
bool bits_are_many(void);

#endif
