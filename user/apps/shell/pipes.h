/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pipes.h - the pipes between programs that the shell starts, and files that they read (<proto/stream.h>).
 *
 * A thread of the shell serves them. Its tables change in that thread only: the functions below are calls to
 * it, from any other thread of the shell.
 */
#ifndef SHELL_PIPES_H
#define SHELL_PIPES_H

#include <stdbool.h>

#include <pecan/root.h>

/* The ends of one task. */
struct pipe_ends {
	L4_Word_t task;			/* 0: the shell itself, which only writes */
	unsigned in, out;		/* numbers of pipes, from 1; 0: none */
	const char *file;		/* that it reads, as paths_file has it; NULL: none */
	const char *output;		/* that it writes; NULL: none */
	bool append;
	const char *directory;		/* in which it is started: "" or a path of the disk */
};

/* Starts the thread. */
enum root_error pipes_start(void);

/* The thread that serves the streams. */
L4_ThreadId_t pipes_server(void);

/* Returns the number of a new pipe; 0: there are too many. */
unsigned pipes_new(void);

/* Between these two a request of a task without ends is repeated, not refused: it is being started. */
void pipes_begin(void);
void pipes_end(void);

/* The task has these ends. Returns false if there are too many tasks with ends. */
bool pipes_give(const struct pipe_ends *e);

/* Programs have ended, or `own` (the shell's own end): close what they had. Not needed, but at once. */
void pipes_check(bool own);

#endif
