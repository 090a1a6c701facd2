/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * volume.h - the file system of the disk as a whole: finding it, operations that are done or not done, the
 * order in which deleted files are freed. Errors are those of libext2fs, 0 is none.
 */
#ifndef FILES_VOLUME_H
#define FILES_VOLUME_H

#include <stdbool.h>
#include <ext2fs/ext2fs.h>

extern ext2_filsys volume;		/* NULL: not mounted, or it could not be read again */

/*
 * Mount the first file system of the disk that can be used. *why: what is wrong if none is, or if kept
 * versions were dropped; else NULL.
 */
bool volume_mount(const char **why);
bool volume_is_read_only(void);

/* Is there a file system? If the disk failed when an operation was taken back, it is tried again. */
bool volume_is_there(void);

/*
 * The end of an operation that returned e: what it has changed is committed, or taken back if e is not 0.
 * Returns e, or why it cannot be committed.
 */
errcode_t volume_end(errcode_t e);

/* What is changed from now on is a directory. Until volume_end. */
void volume_names_follow(void);

/*
 * A name of this inode was removed from the directory `parent`: when that is on the disk its link is dropped,
 * and with the last link the inode is freed, when that is not open. TREE_MORE: so much is to be freed that
 * a sync must come first.
 */
errcode_t volume_drop(ext2_ino_t inode, ext2_ino_t parent, bool directory);

/* How many of an inode's links are names; the others are of removed names, until that is on the disk. */
unsigned volume_links(ext2_ino_t inode, unsigned links);

/* Its number is of no file, or of a new one: drop locks and notes of the file that had it. */
void volume_forget_file(ext2_ino_t inode);

/*
 * Everything committed is on the disk. clean: what was deleted is freed there, too, and the file system is
 * marked as clean.
 */
errcode_t volume_sync(bool clean);

/* After volume_sync: could another one free more? Open files are not waited for. */
bool volume_has_more(void);

/*
 * Read the time of day: for each request, and before a sync. It sends messages. Without a clock the time
 * begins when the file system was made: a small number in an inode's i_dtime would be taken for the number of
 * another inode.
 */
void volume_tick(void);

/* For a new inode: differs from that of another one which had the same number before. */
uint32_t volume_generation(void);

/* Is only e2fsck to mark the file system as clean? */
bool volume_is_unclean(void);

/* There is something to sync. */
bool volume_is_dirty(void);

/* After a lack of space: e; or TREE_MORE if a part of what was deleted was freed, to be tried again. */
errcode_t volume_lacks_space(errcode_t e);

/* Is an inode open? Defined by the server. */
bool inode_is_open(ext2_ino_t inode);

#endif
