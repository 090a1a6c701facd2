/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * selftest.h - checks of what the root task and the name service promise to a program.
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

/* Start this program in a part with one argument, or -1; its task id, 0 if refused. */
L4_Word_t child(const char *part, long argument);

/* Start one and wait for its end. */
struct pecan_end child_end(const char *part, long argument);

/* A part of a child, in over.c: an area goes while a thread waits for a page of it, since `us`. */
int over_gone(long us);

/* Play a part. */
int play(const char *part, const char *argument);

/* Send a bare message of n words to root: the label of the answer, or ~0 if there was none. */
L4_Word_t ask(L4_Word_t label, const L4_Word_t *words, unsigned n);

#endif
