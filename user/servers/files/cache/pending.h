/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pending.h - the list of blocks and inodes that are freed when no block on the disk points to them any more.
 * It outlives the server, as it is committed with the blocks of an operation.
 */
#ifndef FILES_PENDING_H
#define FILES_PENDING_H

#include <stdbool.h>
#include <stdint.h>

enum pending_kind {
	PENDING_BLOCKS,
	PENDING_LINK,			/* a name of an inode was removed */
	PENDING_DIRECTORY,		/* the same of a directory */
	PENDING_INODE,			/* of a file; it is cleared */
	PENDING_INODE_DIRECTORY,
};

/* first: block or inode. count: number of blocks; for a link the inode of its directory; for an inode 1. */
struct pending { uint64_t first; uint32_t count, kind; };

enum { PENDING_BYTES = 65536, PENDING_MAX = PENDING_BYTES / sizeof(struct pending) - 1 };

/* Loads the list of a server before this one, or begins an empty one. */
void pending_begin(unsigned block_bytes);

/* Returns true if this number in the kept memory (keep.h) is a part of the list, not a block of the disk. */
bool pending_has(uint64_t block);

unsigned pending_count(void);
struct pending pending_at(unsigned i);

/* Returns the number of removed names of this inode. */
unsigned pending_links(uint64_t inode);

/*
 * Returns false if the list is full. Links and directories get half of it at most, so that there is room for
 * their inodes and blocks. Blocks that adjoin those of the last entry are added to that.
 */
bool pending_add(enum pending_kind kind, uint64_t first, uint32_t count);
void pending_remove(unsigned i);

/* Removes the first n blocks of an entry, which has more: they are free now. */
void pending_shrink(unsigned i, uint32_t n);

/* Returns the number of entries. Blocks added from now on are not joined to those entries. */
unsigned pending_turn(void);

/* Returns true if there is room for so many extents, for as many blocks that map them, and for an inode. */
bool pending_fits(unsigned runs);

/* Returns true if the list is so full that a sync should precede the next operation. */
bool pending_is_full(void);

/* Call them before and after the commit of an operation. pending_put returns true if the list has changed. */
bool pending_put(void);
void pending_done(void);
void pending_rollback(void);

#endif
