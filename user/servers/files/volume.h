/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * volume.h - the file system as a whole: mounting it, committing or undoing operations, freeing deleted files
 * in order. Errors are those of tree.h; 0 is none.
 */
#ifndef FILES_VOLUME_H
#define FILES_VOLUME_H

#include <stdbool.h>
#include <ext2fs/ext2fs.h>

extern ext2_filsys volume;		/* NULL: not mounted, or it could not be read again */

/*
 * Mounts the first usable file system of the disk. Returns false, and a sentence in *why, if there is none.
 * *why is also set if kept versions were dropped; else it is NULL.
 */
bool volume_mount(const char **why);
bool volume_is_read_only(void);
const char *volume_why_read_only(void);		/* a sentence; NULL: it can be written, or is not mounted */

/*
 * Unmounts: writes everything, and does not use the disk any more. TREE_MORE: a part was written; call it
 * again. volume_mount mounts it again.
 */
errcode_t volume_leave(void);

/*
 * Returns true if a file system is mounted. Opens it again if the disk failed when an operation was undone.
 */
bool volume_is_there(void);

/*
 * Ends an operation that returned e: commits its changes, or undoes them if e is not 0. Returns e, or the
 * error of the commit.
 */
errcode_t volume_end(errcode_t e);

/* Blocks that are changed from now on until volume_end are those of directories (CLASS_NAMES). */
void volume_names_follow(void);

/*
 * Call it when a name of this inode was removed from the directory `parent`. When that is on the disk the
 * link count is decremented; the inode is freed when that is 0 and it is not open. TREE_MORE: the list of
 * pending.h is full; sync first.
 */
errcode_t volume_drop(ext2_ino_t inode, ext2_ino_t parent, bool directory);

/*
 * Returns how many of an inode's `links` are names; the others are removed names, not removed on the disk
 * yet.
 */
unsigned volume_links(ext2_ino_t inode, unsigned links);

/* Drops locks and notes of an inode number that has no file any more, or a new one. */
void volume_forget_file(ext2_ino_t inode);

/*
 * Writes everything committed to the disk. clean: also frees deleted files there, and marks the file system
 * as clean.
 */
errcode_t volume_sync(bool clean);

/* Returns true if another volume_sync could free more. Open files do not count. */
bool volume_has_more(void);

/*
 * Reads the time of day, by messages. Call it for each request and before a sync. Without a clock the time
 * begins when the file system was made: a small number in an inode's i_dtime would mean another inode.
 */
void volume_tick(void);

/* Returns a generation for a new inode, different from those of former inodes of that number. */
uint32_t volume_generation(void);

/* Returns true if only e2fsck may mark the file system as clean. */
bool volume_is_unclean(void);

/* Returns true if there is something to sync. */
bool volume_is_dirty(void);

/*
 * Returns e; or TREE_MORE if e is a lack of space, and deleted files were freed so that a retry may succeed.
 */
errcode_t volume_lacks_space(errcode_t e);

#endif
