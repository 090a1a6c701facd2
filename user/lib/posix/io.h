/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * io.h - reading and writing.
 */
#ifndef POSIX_IO_H
#define POSIX_IO_H

#include <pecan/stream.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "call.h"

struct px_file;

px_call px_read, px_readv, px_write, px_writev, px_ioctl, px_fstat;

/* Those calls whose arguments differ by the size of a word: pread, lseek. */
long px_read_at(long fd, void *to, size_t bytes, uint64_t offset);
int64_t px_seek(long fd, int64_t by, long from);

/*
 * The bytes available in PX_INPUT, PX_PIPE_READ or PX_PAIR: peek copies at most `bytes`, skip removes them.
 * peek returns their number, 0 at the end, -EAGAIN if there are none yet, or an error. Under px_files_lock.
 */
long px_peek(struct px_file *f, void *to, size_t bytes);
void px_skip(struct px_file *f, long bytes);

/* As px_pipe_put (pipe.h), of PX_PIPE_WRITE or PX_PAIR. Under px_files_lock. */
long px_put(struct px_file *f, const char *text, size_t bytes);

/* How text is read and written: whether the call waits, leaves what it reads, raises no SIGPIPE. */
struct px_how { bool waits, peeks, quiet; };
struct px_how px_how(const struct px_file *f);	/* as read and write do it */

/* Read and write PX_INPUT, pipes and PX_PAIR. Return the number of bytes, or an error. */
long px_read_text(struct px_file *f, void *to, size_t bytes, struct px_how how);
long px_write_text(struct px_file *f, const char *text, size_t bytes, struct px_how how);

/* Read and write PX_SPECIAL; written bytes are dropped. Return the number of bytes, or an error. */
long px_special_read(const struct px_file *f, void *to, size_t bytes);
long px_special_write(const struct px_file *f, size_t bytes);

/* Write to a stream. Returns the number of bytes, or an error: at its end also raises SIGPIPE. */
long px_stream_write(enum stream_ends end, const char *text, size_t bytes);

#endif
