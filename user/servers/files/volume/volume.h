/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * volume.h - the open file system: opening it, the order in which its blocks are written, committing and
 * undoing changes. Errors are those of errors.h; 0 is none. attach.h finds the file system and judges it,
 * operation.h ends operations.
 */
#ifndef FILES_VOLUME_H
#define FILES_VOLUME_H

#include <stdbool.h>
#include <ext2fs/ext2fs.h>
#include <servers/files/cache/cache.h>

extern ext2_filsys volume;		/* NULL: not mounted, or it could not be read again */
extern unsigned volume_freed;		/* blocks that libext2fs has freed, since operation.c set it to 0 */

/*
 * Opens the file system as the disk and the kept versions have it. reads_only: it is not changed.
 * forget_names is called when the blocks of directories may be others: changes were undone, or the file
 * system is opened again. For attach.c.
 */
errcode_t volume_open(bool reads_only, void (*forget_names)(void));

/* Opens it as the disk has it, without the bitmaps. For repair.c, which closes it. */
errcode_t volume_open_to_repair(void);

/* Closes it, without writing anything. For attach.c. */
void volume_close(void);

/*
 * Returns true if a file system is mounted. Opens it again if the disk failed when an operation was undone.
 */
bool volume_is_there(void);

/* Returns true if no operation may change it. */
bool volume_is_read_only(void);

/* volume_open sets it, too. For attach.c, while no file system is open. */
void volume_set_read_only(bool is);

/* Returns true if only e2fsck may mark the file system as clean. */
bool volume_is_unclean(void);

/* Returns true if the superblock says so. Call it while the file system is open. */
bool volume_is_clean(void);

/*
 * Blocks that are changed from now on have this class, as they are of a directory; CLASS_MAPS: they are not.
 * For dir_file.c.
 */
void volume_class_of_directory(enum cache_class class);

/* Takes blocks that are free, one behind the other. */
void volume_claim(blk64_t first, uint32_t count);

/* Frees blocks to which no block on the disk leads. */
void volume_free(blk64_t first, uint32_t count);

/* Returns true if there are changes that are not committed. Call it while the file system is open. */
bool volume_is_changed(void);

/* Commits the changes. clean: the superblock says so. If that fails the changes are undone. */
errcode_t volume_commit(bool clean);

/* Commits the blocks in memory, and the list of what is to be freed, to the kept memory. */
errcode_t volume_keep(void);

/*
 * Undoes the changes since the last commit. Returns e. The file system is closed if it cannot be read
 * again.
 */
errcode_t volume_undo(errcode_t e);

/*
 * Reads the time of day, by messages. Call it before each change and before a sync. Without a clock the time
 * begins when the file system was made: a small number in an inode's i_dtime would mean another inode.
 */
void volume_tick(void);

/* Returns a generation for a new inode, different from those of former inodes of that number. */
uint32_t volume_generation(void);

#endif
