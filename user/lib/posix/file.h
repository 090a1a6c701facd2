/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * file.h - descriptors, the open files that they stand for, and what is done with these by their kinds
 * (docs/decisions/descriptors.md).
 */
#ifndef POSIX_FILE_H
#define POSIX_FILE_H

#include <errno.h>
#include <proto/root.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include "base.h"
#include "call.h"

struct files_attributes;
struct flock;
struct iovec;
struct msghdr;
struct px_file;
struct sockaddr;
struct stat;
struct statfs;

/*
 * The operations of a kind, each as the call of its name has it. Beside one stands what is done, or which
 * error a call returns, if it is NULL; of reading and writing EBADF unless another one is named.
 */
struct px_kind {
	mode_t mode;			/* of stat */
	unsigned char stream;		/* a stream of the program itself (<pecan/stream.h>), or 0 */
	bool seeks;			/* ESPIPE */
	bool appends;			/* F_SETFL sets O_APPEND */
	long (*read)(struct px_file *f, void *to, size_t bytes);		/* read_at from the offset on; peek */
	long (*write)(struct px_file *f, const void *from, size_t bytes);	/* put */
	long (*read_at)(const struct px_file *f, void *to, size_t bytes, uint64_t offset);	/* EISDIR, ESPIPE */
	long (*write_at)(const struct px_file *f, const void *from, size_t bytes, int64_t offset); /* ESPIPE */
	long (*read_parts)(struct px_file *f, const struct iovec *v, long parts);	/* as read */
	long (*write_parts)(struct px_file *f, const struct iovec *v, long parts);	/* as write */
	long (*stat)(const struct px_file *f, struct stat *st);			/* px_describe */
	long (*ioctl)(struct px_file *f, long request, void *to);		/* ENOTTY */
	void (*close)(struct px_file *f);		/* with the last reference; nothing */

	/* Under px_files_lock, and without a wait. */
	long (*peek)(struct px_file *f, void *to, size_t bytes);	/* what comes next; 0: the end; -EAGAIN */
	void (*skip)(struct px_file *f, size_t bytes);			/* removes it */
	long (*put)(struct px_file *f, const void *from, size_t bytes);	/* up to PIPE_BUF whole, or -EAGAIN */
	short (*ready)(struct px_file *f);		/* events of poll; PX_IN | PX_OUT */

	bool (*want)(void);		/* asks for what peek has not; false: impossible. It comes by itself */
	const struct px_store *store;			/* px_store_of */
	const struct px_endpoint *endpoint;		/* ENOTSOCK */
};

/* The operations of files and directories of a file system. A file of none has errors: EINVAL, ENOTDIR. */
struct px_store {
	int64_t (*size)(const struct px_file *f);				/* f->size */
	long (*set_size)(const struct px_file *f, int64_t size);		/* EINVAL */
	long (*set)(const struct px_file *f, const struct files_attributes *a);	/* EROFS */
	long (*sync)(const struct px_file *f);					/* nothing */
	long (*lock)(const struct px_file *f, long command, struct flock *l);	/* EINVAL */
	long (*space)(const struct px_file *f, struct statfs *s);		/* px_image_space */
	const char *(*path)(const struct px_file *f);	/* of a directory at its server; none */
	long (*enter)(const struct px_file *f);		/* makes it the current directory; ENOTDIR */
	long (*list)(struct px_file *f, char *to, size_t room);			/* ENOTDIR */
};

/* The operations of sockets; none is NULL. */
struct px_endpoint {
	long (*send)(struct px_file *f, const struct msghdr *m, int flags);
	long (*receive)(struct px_file *f, struct msghdr *m, int flags);
	long (*shutdown)(struct px_file *f, bool reads, bool writes);
	long (*name)(const struct px_file *f, bool peer, struct sockaddr *to, unsigned *bytes);
	long (*get)(const struct px_file *f, const struct px_args *p);		/* an option */
	long (*set)(const struct px_file *f, const struct px_args *p);
};

struct px_file {
	unsigned refs;				/* descriptors, children, calls; 0: free */
	int flags;				/* how it is open: O_RDONLY, O_WRONLY or O_RDWR; O_NONBLOCK, O_APPEND */
	const struct px_kind *kind;
	uint64_t offset, size;			/* of a directory: offset is the number of the next entry */
	void *own, *out;			/* the kind's own */
	unsigned number;			/* the kind's own */
	char name[ROOT_NAME_BYTES];		/* of the boot image: see px_path */
};

extern const struct px_kind px_input, px_output, px_error;	/* of descriptors 0 to 2 at the start */

/* Guards descriptors, open files, pipes, the input, children. */
extern int px_files_lock;

/* A descriptor is below `now`, which a program can change up to `most` (limit.c). */
extern struct px_descriptors { long now, most; } px_descriptors;

px_call px_close, px_fcntl, px_dup, px_dup2, px_dup3;

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

/* The same with the file's operation `name` as a socket; -ENOTSOCK if it is none. */
#define PX_ENDPOINT(fd, f, name, ...)						\
	PX_WITH_FILE(fd, f, f->kind->endpoint ? f->kind->endpoint->name(f, __VA_ARGS__) : -ENOTSOCK)

/* Returns a new descriptor of a new file, a copy of *f, or an error: then *f is closed. */
long px_file_new(struct px_file *f, bool close_on_exec);

/* Returns the operations of its file system; all NULL if it is of none. */
const struct px_store *px_store_of(const struct px_file *f);

#endif
