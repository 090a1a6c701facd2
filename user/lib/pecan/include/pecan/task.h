/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * task.h - tasks: starting programs, waiting for them, ending them, listing them.
 */
#ifndef PECAN_TASK_H
#define PECAN_TASK_H

#include <pecan/root.h>

struct pecan_end { L4_Word_t task; enum root_end how; L4_SignedWord_t status; };

struct pecan_task {
	L4_Word_t task, parent;		/* parent 0: root */
	L4_ThreadId_t first;		/* its first thread */
	enum root_end ended;		/* ROOT_ALIVE, or how it ended, if not waited for yet */
	L4_Word_t terminal;		/* its place among tasks with the right `terminal`; 0: it has not */
	L4_ThreadId_t streams;		/* thread that serves its streams, or nilthread (pecan_task_of only) */
	L4_Word_t threads, memory, memory_limit, kmem_limit;
	L4_Word_t small;		/* bytes of its small space; 0: it has a large one */
	char name[ROOT_NAME_BYTES];
};

struct pecan_program { L4_Word_t size; char name[ROOT_NAME_BYTES]; };

/* Start a program. args may be 0; priority 0: the program's own. task and first may be 0. */
enum root_error pecan_spawn(const char *program, const char *args, unsigned priority,
			    L4_Word_t *task, L4_ThreadId_t *first);

struct pecan_start {
	const char *program, *args;
	unsigned priority;
	L4_ThreadId_t streams;		/* a thread of this task; nilthread: the one that serves its own */
};

/* The same with a server for the streams of the new task. */
enum root_error pecan_start(const struct pecan_start *s, L4_Word_t *task, L4_ThreadId_t *first);

void pecan_exit(L4_SignedWord_t status) __attribute__((noreturn));
enum root_error pecan_kill(L4_Word_t task);

/* The same with the tasks that it has started, and theirs. */
enum root_error pecan_kill_family(L4_Word_t task);

/* Wait for child `task`, or for any child if 0; with poll, end->task is 0 if none has ended. */
enum root_error pecan_wait(L4_Word_t task, bool poll, struct pecan_end *end);

/* Get the task of a thread (nilthread: the caller): task, parent, first, name, terminal, streams. */
enum root_error pecan_task_of(L4_ThreadId_t thread, struct pecan_task *t);

/* The same of a living task, by its number (0: the caller's). */
enum root_error pecan_task_by_number(L4_Word_t task, struct pecan_task *t);

/*
 * Listing: *position starts at 0; false when there is no more.
 *	for (L4_Word_t p = 0; pecan_next_task(&p, &t); ) ...
 */
bool pecan_next_task(L4_Word_t *position, struct pecan_task *t);
bool pecan_next_program(L4_Word_t *position, struct pecan_program *p);

/* Returns a short text for how a task ended: "exited", "killed", "out of memory", and so on. */
const char *pecan_end_text(enum root_end how);

#endif
