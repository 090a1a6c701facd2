/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * end.h - the end of a task.
 */
#ifndef ROOT_END_H
#define ROOT_END_H

#include <proto/root.h>
#include <x2/word.h>

struct task;

/*
 * What ends with a task, in this order, in its job; lists that end with 0. of_threads: what its threads use,
 * and they; of_memory: what a start that has failed may have, too.
 */
typedef void end_fn(struct task *t);
struct end_parts { end_fn *const *of_threads, *const *of_memory; };

/* Call it at boot. */
void end_boot(const struct end_parts *parts);

/* One of them: the threads of t, and its redirector. */
void end_threads(struct task *t);

/* Begin a job: free everything of t, its threads first, and notify the threads that wait for its end. */
void task_end(struct task *t, enum root_end how, l4_word_t status);

/* The same, after a report about the thread that word[] describes (enum stopped_word). */
void task_die(struct task *t, enum root_end how, const l4_word_t *word);

/* In t's job, its start: the same, when it is made; when the start has failed, but for the notice. */
void end_at_once(struct task *t);
void end_start(struct task *t);

#endif
