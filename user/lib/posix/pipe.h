/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pipe.h - pipes within the program: both ends as descriptors, and what ends of pairs are made of.
 */
#ifndef POSIX_PIPE_H
#define POSIX_PIPE_H

#include <stdbool.h>
#include <stddef.h>
#include "call.h"

struct px_file;
struct px_buffer;

px_call px_pipe, px_pipe2;

/* Returns a pipe with both ends open; NULL if there are too many. An end is closed once. */
struct px_buffer *px_pipe_new(void);

/* Get descriptors of two files with ends of pipes. Returns 0, or an error: then all ends are closed. */
long px_pipe_describe(struct px_file end[2], int fd[2], bool close_on_exec);

/* Operations of a kind: a file reads the pipe `own` and writes the pipe `out`. NULL: that side is closed. */
long px_pipe_peek(struct px_file *f, void *to, size_t bytes);
void px_pipe_skip(struct px_file *f, size_t bytes);
long px_pipe_put(struct px_file *f, const void *from, size_t bytes);
bool px_pipe_has_room(const struct px_file *f);		/* true if PIPE_BUF bytes fit */
void px_pipe_close(struct px_file *f);
long px_pipe_shutdown(struct px_file *f, bool reads, bool writes);

#endif
