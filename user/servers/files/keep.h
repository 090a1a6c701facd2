/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * keep.h - blocks in the memory that outlives the server (`keep` of its section): what operations have
 * committed and the disk has not.
 *
 *   K1  a place has one version of a block; a new version gets another place
 *   K2  a version counts if its number is not above the committed one: a single store commits an operation
 *   K3  of two versions of a block that count the later one counts; the other one's place is being freed
 */
#ifndef FILES_KEEP_H
#define FILES_KEEP_H

#include <stdbool.h>
#include <stdint.h>

enum { KEEP_NONE = -1, KEEP_LOCKS = 128 };

/* Use the memory for blocks of this size. Returns true if there are versions of a predecessor. */
bool keep_begin(const uint8_t uuid[16], unsigned block_bytes);

/* While versions are hidden keep_get returns NULL. */
void keep_hide(bool hide);

/*
 * Drop all versions, as a loss of power does; it counts as a loss. Locks and the notes of renamed files stay,
 * as clients repeat their requests; those of a file that is lost go when another file has its inode.
 */
void keep_drop(void);

/* Has a predecessor used the disk since the machine was started? */
bool keep_was_used(void);

/*
 * Is only e2fsck to mark the file system as clean? It was not clean when a server began without versions, or
 * versions were damaged. Stays as long as the memory.
 */
void keep_set_unclean(bool unclean);
bool keep_is_unclean(void);

/* How often the disk failed to write or to flush, or versions were dropped: answered changes may be lost. */
void keep_count_loss(void);
uint64_t keep_losses(void);

/* Inodes of files that have two names, as only the first half of tree_rename is done. */
void keep_add_renamed(uint64_t inode);
bool keep_is_renamed(uint64_t inode);
void keep_drop_renamed(uint64_t inode);

/* The table of lock.h, of KEEP_LOCKS; NULL: there is no such memory, so nothing can be locked. */
struct lock *keep_locks(void);

int keep_places(void);
int keep_free_places(void);

/* A place with this version, which counts when it is committed; KEEP_NONE: none is free. */
int keep_put(uint64_t block, unsigned class, const void *bytes);
void keep_commit(void);
void keep_free(int place);

/* The version in a place that counts, after keep_begin; NULL: none, or it is hidden. */
const void *keep_get(int place, uint64_t *block, unsigned *class);

#endif
