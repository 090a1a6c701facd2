/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * files.h - files and directories of the disk (user/proto/files.idl, docs/user/files.md).
 *
 * If the server ends, the next call waits for its successor, some 10 s, and open files are opened again by
 * their paths. A request that was not answered is repeated. All threads of a program may use these functions,
 * but one open file by one thread at a time.
 */
#ifndef PECAN_FILES_H
#define PECAN_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <proto/files.h>

/* bytes: of this entry. type: 1 a file, 2 a directory, else something that cannot be opened. */
struct files_entry { uint64_t inode, next; uint16_t bytes; uint8_t type; char name[5]; };

struct files_file {
	L4_Word_t handle;		/* 0: not open */
	unsigned connection;		/* with which it was opened */
	L4_Word_t flags, mode;
	L4_Word_t number;		/* of the server: it is opened again if its path still leads to it */
	L4_Word_t losses;		/* of FILES_SYNC, up to which files_flush_file has failed */
	bool locked;			/* the server has locks of this task, perhaps */
	char path[FILES_PATH_BYTES];
};

enum { FILES_MODE_DIRECTORY = 0040000, FILES_MODE_FILE = 0100000 };

struct files_stat_out;
struct files_locked_out;
struct files_readlink_out;
struct files_space_out;

/*
 * flags: of enum files_flag, or 0 to read; others are FILES_E_ARGUMENT. FILES_E_NO_DISK also if there is no
 * server.
 */
enum files_status files_use(struct files_file *f, const char *path, L4_Word_t flags);
void files_done(struct files_file *f);

/* Up to `bytes` bytes. Return how many, or the negative of a status. */
long files_get(struct files_file *f, uint64_t offset, void *to, size_t bytes);
long files_put(struct files_file *f, uint64_t offset, const void *from, size_t bytes);

/* At the end of the file; *offset becomes where. */
long files_append(struct files_file *f, uint64_t *offset, const void *from, size_t bytes);
enum files_status files_set_size(struct files_file *f, uint64_t size);
enum files_status files_size(struct files_file *f, uint64_t *size);
enum files_status files_describe(struct files_file *f, struct files_stat_out *out);

/* What the task has in these bytes becomes enum files_lock_kind; FILES_E_LOCKED: another task has a lock. */
enum files_status files_set_lock(struct files_file *f, L4_Word_t kind, uint64_t from, uint64_t to);

/* The lock that is in the way; task 0: none. */
enum files_status files_find_lock(struct files_file *f, L4_Word_t kind, uint64_t from, uint64_t to,
				  struct files_locked_out *out);

/* Entries from a position on, as struct files_entry. Returns their bytes, 0 at the end, or as above. */
long files_entries(struct files_file *f, uint64_t position, void *to, size_t bytes);

/* _link: of a symbolic link itself, not of what it leads to. */
enum files_status files_describe_path(const char *path, struct files_stat_out *out);
enum files_status files_describe_link(const char *path, struct files_stat_out *out);
enum files_status files_make_link(const char *target, const char *path);
enum files_status files_read_link(const char *path, struct files_readlink_out *out);

/* Sets what is in `what`, of enum files_attribute; a time can be FILES_NOW. */
struct files_attributes { L4_Word_t what, mode, accessed, modified; };
enum files_status files_set(struct files_file *f, const struct files_attributes *a);
enum files_status files_set_path(const char *path, const struct files_attributes *a);

/* Another name of a file; on the disk when it returns. FILES_E_LIMIT: it has too many. */
enum files_status files_add_name(const char *old, const char *fresh);

enum files_status files_truncate(const char *path, uint64_t size);	/* no lock of the file ends */
enum files_status files_move(const char *old, const char *fresh);
enum files_status files_remove(const char *path);
enum files_status files_make_directory(const char *path);
enum files_status files_remove_directory(const char *path);

/*
 * All that was changed is on the disk, of all files. FILES_E_DEVICE: the disk has failed, now or since the
 * file was opened, for files_flush since the program's first call: what was written since the last flush may
 * be lost. Each failure is an error once, of each open file, and of files_flush.
 */
enum files_status files_flush(bool clean);
enum files_status files_flush_file(struct files_file *f);

enum files_status files_free(struct files_space_out *out);

/*
 * Paths of programs, where FILES_ROOT stands for the disk. A whole path begins with / and has neither `.` nor
 * `..`, nor a / at its end; "" is the root.
 *
 * files_path_add adds a path as it was typed to a whole one. Returns false if it is too long; then a part of
 * it was added. files_below: what a whole path is for this library; NULL: it is not of the disk.
 */
#define FILES_ROOT	"/disk"

bool files_path_add(char *whole, size_t room, const char *typed);
const char *files_below(const char *whole);

/* Give the block that is shared with the server back; no file may be open. The next call connects again. */
void files_leave(void);

/* One sentence, no newline. */
const char *files_error_text(enum files_status s);

#endif
