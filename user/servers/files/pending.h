/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pending.h - what is to be freed when nothing on the disk leads to it any more: a list that outlives the
 * server, as it is committed with the blocks of an operation.
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

/* Blocks, or an inode. count: how many blocks; of a name the directory that had it; of other inodes 1. */
struct pending { uint64_t first; uint32_t count, kind; };

enum { PENDING_BYTES = 65536, PENDING_MAX = PENDING_BYTES / sizeof(struct pending) - 1 };

/* The list of a predecessor, or an empty one. */
void pending_begin(unsigned block_bytes);

/* In the kept memory (keep.h): is it a part of the list, not a block of the disk? */
bool pending_has(uint64_t block);

unsigned pending_count(void);
struct pending pending_at(unsigned i);

/*
 * Returns false if the list is full: names have a half of it, so that what they lead to has room. A block
 * behind or before the last entry's becomes a part of that.
 */
bool pending_add(enum pending_kind kind, uint64_t first, uint32_t count);
void pending_remove(unsigned i);

/* The first n blocks of an entry, fewer than it has, are free. */
void pending_shrink(unsigned i, uint32_t n);

/* The turn of all entries has come. Returns how many. What is added from now on becomes no part of them. */
unsigned pending_turn(void);

/* Has the list room for so many runs of blocks, for as many blocks of extents, and for an inode? */
bool pending_fits(unsigned runs);

/* So full that a sync should come before the next operation. */
bool pending_is_full(void);

/* Before and after the commit of an operation. put returns true if the list is another one. */
bool pending_put(void);
void pending_done(void);
void pending_rollback(void);

#endif
