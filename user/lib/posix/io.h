/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * io.h - what calls do with the file of a descriptor, and what several kinds have in common.
 */
#ifndef POSIX_IO_H
#define POSIX_IO_H

#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "file.h"


px_call px_read, px_readv, px_write, px_writev, px_ioctl, px_fstat, px_fsync, px_fchdir, px_getdents;

/* Those calls whose arguments differ by the size of a word: pread, pwrite, lseek, ftruncate. */
long px_read_at(long fd, void *to, size_t bytes, uint64_t offset);
long px_write_at(long fd, const void *from, size_t bytes, int64_t offset);
int64_t px_seek(long fd, int64_t by, long from);
long px_set_size(long fd, int64_t size);

/* How text is read and written: whether the call waits, leaves what it reads, raises no SIGPIPE. */
struct px_how { bool waits, peeks, quiet; };

/* As read and write do it. */
static inline struct px_how px_how(const struct px_file *f)
{
	return (struct px_how){ .waits = !(f->flags & O_NONBLOCK) };
}

/* Read and write by peek, skip and put, and wait. Return the number of bytes, or an error. */
long px_read_text(struct px_file *f, void *to, size_t bytes, struct px_how how);
long px_write_text(struct px_file *f, const char *text, size_t bytes, struct px_how how);

/* Write the parts, by one call of `whole` if PIPE_BUF has room for them. Returns bytes, or an error. */
long px_write_joined(struct px_file *f, const struct iovec *v, long parts,
		     long (*whole)(struct px_file *f, const void *from, size_t bytes));

/* Add an entry for getdents. Returns its size; 0 if it does not fit. next: the offset after it. */
struct px_entry { uint64_t inode, next; unsigned char type; };
size_t px_put_entry(char *to, size_t room, const char *name, struct px_entry e);

/* Make the file the current directory. Returns 0 or an error. */
long px_enter(const struct px_file *f);

/* Fill *st by the kind's mode, the name and the size, and return 0; by the kind's operation, if any. */
long px_describe(const struct px_file *f, struct stat *st);
long px_describe_file(const struct px_file *f, struct stat *st);

#endif
