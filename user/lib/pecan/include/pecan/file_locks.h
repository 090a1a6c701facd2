/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * file_locks.h - for servers of user/proto/files.idl: record locks, as by fcntl of POSIX: held by a task,
 * advisory, for many readers or one writer. They end with the task, or when it closes any of its handles of
 * the file. The table is in the memory that outlives the server.
 */
#ifndef PECAN_FILE_LOCKS_H
#define PECAN_FILE_LOCKS_H

#include <stdint.h>
#include <l4/types.h>
#include <pecan/file_clients.h>
#include <proto/files_server.h>

enum { LOCKS = 128 };

/* task 0: free. Bytes from..to, both included. section: of the task, as holder of a place. */
struct lock {
	L4_Word_t task;
	_Alignas(8) uint64_t from, to;		/* changed by one store each */
	uint32_t inode;
	uint16_t kind, section;
};

/* Use this table, of LOCKS entries. NULL: locks are refused. */
void lock_use(struct lock *locks);

/* Serve FILES_LOCK and FILES_LOCKED for the client of an open file. */
enum files_status lock_change(const struct open_file *f, const struct files_lock_in *in);
void lock_find(const struct open_file *f, const struct files_locked_in *in, struct files_locked_out *out);

/* Drop the locks of a task that has closed the file. */
void lock_drop(L4_Word_t task, uint32_t inode);

/* Drop all locks of a deleted file: another file may get its inode number. */
void lock_drop_file(uint32_t inode);

/* Drop the locks of tasks that have ended. */
void lock_drop_ended(void);

#endif
