/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * keep.h - blocks in the memory that outlives the server (`keep` of its section): versions that operations
 * have committed and the disk does not have yet.
 *
 *   K1  a place has one version of a block; a new version gets another place
 *   K2  a version is valid if its number is not above the committed one: a single store commits an operation
 *   K3  of two valid versions of a block the later one is used; the other one's place is being freed
 *   K4  the bytes of a place change only while its version is above the committed one
 */
#ifndef FILES_KEEP_H
#define FILES_KEEP_H

#include <stdbool.h>
#include <stdint.h>

enum { KEEP_NONE = -1 };

/* Uses the memory for blocks of this size. Returns true if it has versions of a server before this one. */
bool keep_begin(const uint8_t uuid[16], unsigned block_bytes);

/* While versions are hidden keep_get returns NULL. */
void keep_hide(bool hide);

/*
 * Drops all versions, as a loss of power does, and counts a loss. Locks and the notes of renamed files stay,
 * as clients repeat their requests; those of a lost file are dropped when another file gets its inode.
 */
void keep_drop(void);

/* Returns true if a server before this one has used the disk since the machine was started. */
bool keep_was_used(void);

/*
 * Unclean: the file system was not clean when a server began without versions and could not be repaired, or
 * versions were damaged; only
 * e2fsck may mark it as clean. Kept as long as the memory.
 */
void keep_set_unclean(bool unclean);
bool keep_is_unclean(void);

/* Frees all versions: they are on the disk, or invalid. */
void keep_forget(void);

/* The task that has the disk (FILES_LEND); 0: none. */
void keep_set_borrower(uint64_t task);
uint64_t keep_borrower(void);

/* Counts failures of the disk to write or flush, and dropped versions: answered changes may be lost. */
void keep_count_loss(void);
uint64_t keep_losses(void);

/* The inodes of files that have two names because only the first half of tree_rename is done. */
void keep_add_renamed(uint64_t inode);
bool keep_is_renamed(uint64_t inode);
void keep_drop_renamed(uint64_t inode);

/*
 * The last change of names of each task, so that one whose answer was lost is done once (FILES_OPEN, turn). A
 * promise is for the next commit, which does what the request of this task with this number asks for; turn 0:
 * there is none. It is kept of the 32 tasks that have changed names last.
 */
void keep_promise(uint64_t task, uint64_t turn);
bool keep_is_done(uint64_t task, uint64_t turn);

int keep_places(void);
int keep_free_places(void);

/*
 * Takes a place for a version, which keep_commit makes valid. Returns where its bytes are; NULL if no more
 * than `spare` places are free.
 */
char *keep_take(uint64_t block, unsigned class, int spare, int16_t *place);

/* Copies a version to any free place. Returns it, or KEEP_NONE. */
int16_t keep_put(uint64_t block, unsigned class, const void *bytes);

/* Where the bytes of a place are. Until keep_commit the caller may change them (K4). */
char *keep_bytes(int place);

void keep_commit(void);		/* and what was promised */
void keep_free(int place);

/* Returns the valid version in a place, after keep_begin; NULL if there is none, or versions are hidden. */
const void *keep_get(int place, uint64_t *block, unsigned *class);

#endif
