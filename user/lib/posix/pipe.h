/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pipe.h - pipes within the program. All functions are called under px_files_lock (file.h).
 */
#ifndef POSIX_PIPE_H
#define POSIX_PIPE_H

#include <stdbool.h>
#include <stddef.h>

struct px_pipe;

/* Returns a pipe with both ends open; NULL if there are too many. An end is closed once. */
struct px_pipe *px_pipe_new(void);
void px_pipe_close(struct px_pipe *p, bool reader);

/* As px_peek and px_skip (io.h). */
long px_pipe_peek(struct px_pipe *p, char *to, size_t bytes);
void px_pipe_skip(struct px_pipe *p, size_t bytes);

/* Returns the number of bytes taken, all if at most PIPE_BUF; -EAGAIN: no room, -EPIPE: no reader. */
long px_pipe_put(struct px_pipe *p, const char *from, size_t bytes);

/* Returns true if PIPE_BUF bytes fit. */
bool px_pipe_has_room(const struct px_pipe *p);

#endif
