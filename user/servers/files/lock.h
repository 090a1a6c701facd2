/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lock.h - locks of ranges of files' bytes, as fcntl of POSIX has them: of a task, advisory, many readers or
 * one writer. They are in the memory that outlives the server, so a task keeps its locks when the next server
 * is started. They end with the task, or when it closes the file, by whichever of its handles.
 */
#ifndef FILES_LOCK_H
#define FILES_LOCK_H

#include <stdbool.h>
#include <stdint.h>
#include <l4/types.h>
#include <ext2fs/ext2fs.h>
#include <proto/files.h>

/* task 0: free. Bytes from..to, both included. section: of the task, as holder of a place. */
struct lock { L4_Word_t task; uint64_t from, to; uint32_t inode; uint16_t kind, section; };

/* A lock of another task that is in the way of this one; NULL: none. Those of ended tasks are dropped. */
const struct lock *lock_conflict(const struct lock *wanted);

/*
 * What the task has in this range becomes that kind: FILES_UNLOCK, FILES_LOCK_READ or FILES_LOCK_WRITE. If
 * the server ends in the middle the task has no less than before, and the request is to be repeated.
 */
enum files_status lock_set(const struct lock *wanted);

/* The task has closed the file. */
void lock_drop(L4_Word_t task, ext2_ino_t inode);

/* The file is deleted: its inode's number can become that of another one. */
void lock_drop_file(ext2_ino_t inode);

/* Drop the locks of tasks that have ended. */
void lock_drop_ended(void);

#endif
