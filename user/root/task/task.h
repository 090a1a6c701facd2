/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * task.h - the threads of tasks: their begin and end. task_table.h has the records of tasks.
 */
#ifndef ROOT_TASK_H
#define ROOT_TASK_H

#include "task_table.h"

struct job_kind;

struct thread_start { l4_word_t ip, sp; unsigned priority; };

/* Set the time slice of a thread, in us. */
void task_set_slice(l4_word_t id, l4_word_t us);

/* Create and start a thread of t. mate: the id of a thread of t. */
enum root_error task_thread_new(struct task *t, l4_word_t mate, const struct thread_start *s, l4_word_t *id);

/* Send the start message for which thread i of t waits. */
void task_thread_go(struct task *t, unsigned i, const struct thread_start *s);

/*
 * Begin to end thread i, for which thread `waiter` of t waits (THREADS_MAX: none). The last one ends the
 * task.
 */
void task_thread_end(struct task *t, unsigned i, unsigned waiter);

/* Call it when thread i of t has sent a message: it does not wait any more. */
void task_waits_no_more(struct task *t, unsigned i);

/* The threads of a task that are `dying`, as work of its job. */
extern const struct job_kind task_dying;

#endif
