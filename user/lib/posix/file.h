/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * file.h - descriptors, and the open files that they stand for; waits for events.
 */
#ifndef POSIX_FILE_H
#define POSIX_FILE_H

#include <pecan/special.h>
#include <proto/root.h>
#include <stdbool.h>
#include <stdint.h>
#include "call.h"

enum px_kind {
	PX_INPUT, PX_OUTPUT, PX_ERROR,		/* the streams with which the program was started */
	PX_IMAGE, PX_DIRECTORY,			/* of the boot image */
	PX_SPECIAL,				/* <pecan/special.h> */
	PX_PIPE_READ, PX_PIPE_WRITE,
	PX_PAIR,				/* pair.h */
	PX_DISK_FILE, PX_DISK_DIRECTORY,	/* disk.h */
	PX_SOCKET,				/* socket.h */
};

struct px_pipe;
struct px_disk;
struct px_socket;
struct px_file {
	unsigned refs;				/* descriptors, children, calls; 0: free */
	enum px_kind kind;
	int flags;				/* O_NONBLOCK, or 0 */
	uint64_t offset, size;			/* of a directory: offset is the number of the next entry */
	struct px_pipe *pipe;
	struct px_pipe *out;			/* of PX_PAIR: what it writes to; pipe is what it reads */
	struct px_disk *disk;
	struct px_socket *socket;
	enum pecan_special special;
	char name[ROOT_NAME_BYTES];		/* of the boot image: see px_path */
};

/* Guards descriptors, open files, pipes, the input, children. */
extern int px_files_lock;

/* A descriptor is below `now`, which a program can change up to `most` (limit.c). */
extern struct px_descriptors { long now, most; } px_descriptors;

px_call px_open, px_openat, px_close, px_fcntl, px_dup, px_dup2, px_dup3, px_pipe, px_pipe2;

/* Returns the file of a descriptor, with one more reference; NULL if the descriptor is closed. */
struct px_file *px_file_get(long fd);

/* Drop a reference; with the last one the file is closed. */
void px_file_put(struct px_file *f);

/* The value of `call` with f, the file of a descriptor; -EBADF if it is closed. Its type is long at least. */
#define PX_WITH_FILE(fd, f, call)						\
	({									\
		struct px_file *f = px_file_get(fd);				\
		__typeof__(0l + (call)) result_ = f ? (call) : -EBADF;		\
										\
		if (f)								\
			px_file_put(f);						\
		result_;							\
	})

/* The same for the directory of a path: f is NULL for AT_FDCWD, the current one. */
#define PX_AT(fd, f, call)							\
	((fd) == AT_FDCWD ? ({ struct px_file *f = NULL; (call); }) : PX_WITH_FILE(fd, f, call))

/* Returns a new descriptor of a new file, a copy of *f, or an error. */
long px_file_new(const struct px_file *f, bool close_on_exec);

/*
 * The number of events for which calls can wait. px_changed increments it and wakes the calls that wait: by
 * px_wait and px_socket_notify those of this program, by px_child_notify those of its children.
 */
extern int px_changes;
void px_changed(void);

/* Wait until px_changes is not `seen`, or for the deadline. Returns 0, -ETIMEDOUT, or -EINTR for a signal. */
long px_wait(int seen, uint64_t deadline);

/* Returns true for a file with an offset. */
static inline bool px_is_file(const struct px_file *f)
{
	return f->kind == PX_IMAGE || f->kind == PX_DISK_FILE;
}

#endif
