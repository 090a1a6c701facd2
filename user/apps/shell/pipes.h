/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pipes.h - the pipes between programs that the shell starts, and files that they read (<proto/stream.h>).
 *
 * A thread of the shell serves them, and only that thread changes their tables. The functions below are
 * calls to it, for the other threads of the shell.
 */
#ifndef SHELL_PIPES_H
#define SHELL_PIPES_H

#include <stdbool.h>

#include <pecan/root.h>

/* The ends of one task. */
struct pipe_ends {
	L4_Word_t task;			/* 0: the shell itself, which only writes */
	unsigned in, out;		/* numbers of pipes, from 1; 0: none */
	const char *file;		/* file to read, as paths_whole returns it; NULL: none */
	const char *output;		/* file to write; NULL: none */
	bool append;
	const char *directory;		/* its current directory at the start: "" or a path of the disk */
};

/* Starts the thread. */
enum root_error pipes_start(void);

/* Returns the thread that serves the streams. */
L4_ThreadId_t pipes_server(void);

/* Returns the number of a new pipe; 0 if there are too many. */
unsigned pipes_new(void);

/* Call them around the start of tasks: meanwhile requests of tasks without ends are repeated, not refused. */
void pipes_begin(void);
void pipes_end(void);

/* Give a task its ends. Returns false if there are too many tasks with ends. */
bool pipes_give(const struct pipe_ends *e);

/* Close the ends of programs that have ended now, not only at the next request; own: the shell's own end. */
void pipes_check(bool own);

#endif
