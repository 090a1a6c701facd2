/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stream.h - a program's input and output: the console, or a pipe or file that the program's starter has put
 * in its place (<proto/stream.h>). <pecan/print.h> uses it; <pecan/console.h> is always the console.
 *
 * A program that writes to a pipe without a reader is ended with status PECAN_PIPE_CLOSED.
 */
#ifndef PECAN_STREAM_H
#define PECAN_STREAM_H

#include <stdbool.h>
#include <stddef.h>

#include <l4/types.h>
#include <proto/stream.h>

enum { PECAN_PIPE_CLOSED = 141, PECAN_READ_ERROR = -1, PECAN_INTERRUPTED = -2 };

/* Return true if the program's input (output) is not the console. */
bool pecan_input_is_stream(void);
bool pecan_output_is_stream(void);

/* Returns the thread that serves this end of the program; nilthread: it is the console. */
L4_ThreadId_t pecan_stream_server(enum stream_ends end);

/* Get the directory in which the program was started, as a whole path of <pecan/files.h>; "" is the root. */
void pecan_start_directory(char path[STREAM_PATH_BYTES]);

/* Write the whole text. Returns false after an error. */
bool pecan_write(const char *text, size_t len);

/*
 * The same to STREAM_OUTPUT or STREAM_ERROR, without ending the program: STREAM_END if the pipe has no
 * reader, another status if the text was not written.
 */
enum stream_status pecan_write_to(enum stream_ends end, const char *text, size_t len);

/*
 * Read the available bytes, 1 to `bytes`; from the console a line with its end, the rest of it by the next
 * call. Returns their number; 0 at the end of the input, PECAN_INTERRUPTED after ^C, PECAN_READ_ERROR
 * without an input. For one thread of a program.
 */
long pecan_read(char *text, size_t bytes);

/* One line without its end, cut to bytes - 1; returns its length, or -1 at the end, ^C or an error. */
int pecan_read_line(char *line, size_t bytes);

/* Redirect the output of this task to `server` (nilthread: back to where it went at the start). */
void pecan_output_to(L4_ThreadId_t server);

#endif
