/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * operation.h - ends operations, writes them to the disk, and then frees what they deleted, in order. Errors
 * are those of errors.h; 0 is none.
 */
#ifndef FILES_OPERATION_H
#define FILES_OPERATION_H

#include <stdbool.h>
#include <ext2fs/ext2fs.h>

/* Call it when a file system has been attached, before the first operation. */
void operation_begin(void);

/*
 * Ends an operation that returned e: commits its changes, or undoes them if e is not 0. Returns e, or the
 * error of the commit.
 */
errcode_t operation_end(errcode_t e);

/*
 * The operation that is under way changes this inode, or names in it: if its flags say that this is written
 * at once (chattr +S, +D), operation_end does.
 */
void operation_note(const struct ext2_inode *inode);

/*
 * Call it when a name of this inode was removed from the directory `parent`. When that is on the disk the
 * link count is decremented; the inode is freed when that is 0 and it is not open. TREE_MORE: the list of
 * pending.h is full; sync first.
 */
errcode_t operation_drop(ext2_ino_t inode, ext2_ino_t parent, bool directory);

/*
 * Returns how many of an inode's `links` are names; the others are removed names, not removed on the disk
 * yet.
 */
unsigned operation_links(ext2_ino_t inode, unsigned links);

/* Drops locks and notes of an inode number that has no file any more, or a new one. */
void operation_forget_file(ext2_ino_t inode);

/*
 * Writes everything committed to the disk. clean: also frees deleted files there, and marks the file system
 * as clean.
 */
errcode_t operation_sync(bool clean);

/*
 * Writes everything to the disk, before attach.c closes the file system, which can be written. TREE_MORE: a
 * part was written; call it again. e2fsck looks into a file system only if it is not marked as clean.
 */
errcode_t operation_finish(void);

/* Returns true if another operation_sync could free more. Open files do not count. */
bool operation_has_more(void);

/* Returns true if there is something to sync. */
bool operation_is_dirty(void);

/*
 * Returns e; or TREE_MORE if e is a lack of space, and deleted files were freed so that a retry may succeed.
 */
errcode_t operation_lacks_space(errcode_t e);

#endif
