/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * selftest.h - checks of the services that root and the name service give a program.
 *
 * A check is a sentence and a function that returns whether it holds. Some need another task: the same
 * program, started with the name of a part that it then plays (child.c).
 */
#ifndef SELFTEST_H
#define SELFTEST_H

#include <pecan/task.h>

struct check { const char *sentence; bool (*holds)(void); };

/* Each table ends with an entry without a sentence. */
extern const struct check task_checks[], memory_checks[], thread_checks[], device_checks[], name_checks[],
	abuse_checks[], job_checks[], over_checks[];

/* Start this program in a part with one argument, or -1. Returns its task id, or 0 if root refuses. */
L4_Word_t child(const char *part, long argument);

/* The same, and wait for its end. */
struct pecan_end child_end(const char *part, long argument);

/* A part of a child, in over.c: an area is removed while a thread has waited `us` for a page of it. */
int over_gone(long us);

/* Play a part. */
int play(const char *part, const char *argument);

/* Send a message of n words to root. Returns the label of the answer, or ~0 if there was none. */
L4_Word_t ask(L4_Word_t label, const L4_Word_t *words, unsigned n);

#endif
