/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stream.h - a program's input and output: the console, or what its starter put in its place (a pipe, a
 * file; <proto/stream.h>). <pecan/print.h> prints and reads lines by it; <pecan/console.h> is always the
 * console.
 *
 * A program that writes to a pipe without a reader is ended with status PECAN_PIPE_CLOSED.
 */
#ifndef PECAN_STREAM_H
#define PECAN_STREAM_H

#include <stdbool.h>
#include <stddef.h>

#include <l4/types.h>
#include <proto/stream.h>

enum { PECAN_PIPE_CLOSED = 141 };

/* Is the program's input (output) something else than the console? */
bool pecan_input_is_stream(void);
bool pecan_output_is_stream(void);

/* Write all of it. Returns false if that is not possible. */
bool pecan_write(const char *text, size_t len);

/*
 * Read what there is, 1 to `bytes` bytes; from the console a line with its end, cut to fit. Returns 0 at the
 * end of the input, -1 after ^C or an error. One thread of a program reads.
 */
long pecan_read(char *text, size_t bytes);

/* One line without its end, cut to bytes - 1; returns its length, or -1 at the end. Not for the console. */
int pecan_read_line(char *line, size_t bytes);

/* From now on the output of this task goes to `server` (nilthread: where it went at the start). */
void pecan_output_to(L4_ThreadId_t server);

#endif
