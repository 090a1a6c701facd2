/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * files.h - files and directories of the disk (docs/user/files.md), and of /tmp (docs/user/tmp.md).
 *
 * A path of the disk begins at the root of the disk. One that is `tmp`, or begins with `tmp/`, is of /tmp.
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

/* bytes: size of this entry. type: 1 a file, 2 a directory, other values cannot be opened. */
struct files_entry { uint64_t inode, next; uint16_t bytes; uint8_t type; char name[5]; };

struct files_file {
	L4_Word_t handle;		/* 0: not open */
	unsigned connection;		/* number of the connection by which it was opened */
	L4_Word_t flags, mode;
	uint64_t number;		/* the server's: it is opened again only if its path still has this number */
	L4_Word_t losses;		/* count of FILES_SYNC that files_flush_file has reported */
	bool locked;			/* the server may have locks of this task */
	char path[FILES_PATH_BYTES];
};

enum { FILES_MODE_DIRECTORY = 0040000, FILES_MODE_FILE = 0100000 };

struct files_stat_out;
struct files_locked_out;
struct files_readlink_out;
struct files_space_out;

/*
 * Open a file. flags: enum files_flag, or 0 to read; others are FILES_E_ARGUMENT. FILES_E_NO_DISK also if
 * there is no server.
 */
enum files_status files_use(struct files_file *f, const char *path, L4_Word_t flags);
void files_done(struct files_file *f);

/* Read, write at most `bytes` bytes at an offset. Return the number, or the negative of a status. */
long files_get(struct files_file *f, uint64_t offset, void *to, size_t bytes);
long files_put(struct files_file *f, uint64_t offset, const void *from, size_t bytes);

/* Write at the end of the file. *offset becomes the position of the bytes. */
long files_append(struct files_file *f, uint64_t *offset, const void *from, size_t bytes);
enum files_status files_set_size(struct files_file *f, uint64_t size);
enum files_status files_size(struct files_file *f, uint64_t *size);
enum files_status files_describe(struct files_file *f, struct files_stat_out *out);

/* Set the task's lock of these bytes to an enum files_lock_kind. FILES_E_LOCKED: another task has a lock. */
enum files_status files_set_lock(struct files_file *f, L4_Word_t kind, uint64_t from, uint64_t to);

/* Get the first lock of another task that conflicts; task 0: none. */
enum files_status files_find_lock(struct files_file *f, L4_Word_t kind, uint64_t from, uint64_t to,
				  struct files_locked_out *out);

/* Get entries from a position on, as struct files_entry. Returns their bytes, 0 at the end, or -status. */
long files_entries(struct files_file *f, uint64_t position, void *to, size_t bytes);

/* _link: describe a symbolic link itself, not its target. */
enum files_status files_describe_path(const char *path, struct files_stat_out *out);
enum files_status files_describe_link(const char *path, struct files_stat_out *out);
enum files_status files_make_link(const char *target, const char *path);
enum files_status files_read_link(const char *path, struct files_readlink_out *out);

/* Set the attributes in `what` (enum files_attribute). A time can be FILES_NOW. */
struct files_attributes { L4_Word_t what, mode; uint64_t accessed, modified; };
enum files_status files_set(struct files_file *f, const struct files_attributes *a);
enum files_status files_set_path(const char *path, const struct files_attributes *a);

/* Add a name of a file, which is on the disk on return. FILES_E_LIMIT: it has too many. */
enum files_status files_add_name(const char *old, const char *fresh);

enum files_status files_truncate(const char *path, uint64_t size);	/* no lock of the file ends */
enum files_status files_move(const char *old, const char *fresh);
enum files_status files_remove(const char *path);
enum files_status files_make_directory(const char *path);
enum files_status files_remove_directory(const char *path);

/*
 * Write all changes of all files to the disk. FILES_E_DEVICE: the disk has failed, now or since the file was
 * opened, for files_flush since the program's first call: changes since the last flush may be lost. Each
 * failure is reported once for each open file, and once by files_flush.
 */
enum files_status files_flush(bool clean);
enum files_status files_flush_file(struct files_file *f);

/* Get the free space of the disk, or of /tmp, by the path. */
enum files_status files_free(const char *path, struct files_space_out *out);

/*
 * Borrow this disk or part of it, which must be that of the server (FILES_LEND), until the caller's task
 * ends. FILES_LOST: no server came in some 10 s. For one thread of a task.
 */
enum files_status files_borrow(const char *name, uint64_t first, uint64_t sectors);

/*
 * Paths of programs, where FILES_ROOT is the disk and FILES_TMP the files in memory. A whole path
 * begins with / and has neither `.` nor `..`, nor a / at its end; "" is the root.
 *
 * files_path_add resolves a typed path relative to a whole one, in place. Returns false if it is too long;
 * then a part of it was added. files_below converts a whole path to one of this library, NULL if it is
 * neither of the disk nor of /tmp. files_whole converts it back.
 */
#define FILES_ROOT	"/disk"
#define FILES_TMP	"/tmp"

enum { FILES_WHOLE_BYTES = FILES_PATH_BYTES + 8 };

bool files_path_add(char *whole, size_t room, const char *typed);
const char *files_below(const char *whole);
const char *files_whole(const char *path, char whole[FILES_WHOLE_BYTES]);

/* Returns true if a path of this library is of /tmp. */
bool files_in_memory(const char *path);

/* Returns true if the path is the folder, or below it. */
bool files_path_in(const char *path, const char *folder);

/* Close the connection with its shared block; no file may be open. The next call connects again. */
void files_leave(void);

/* One sentence, no newline. */
const char *files_error_text(enum files_status s);

#endif
