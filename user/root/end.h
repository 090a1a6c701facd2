/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * end.h - the end of a task, in steps.
 */
#ifndef ROOT_END_H
#define ROOT_END_H

#include <proto/root.h>
#include <x2/word.h>
#include "order.h"

struct job;
struct task;

/* Begin to end t: free everything of it, its threads first, and notify the threads that wait for it. */
void task_end(struct task *t, enum root_end how, l4_word_t status);

/* The same, after a report about the thread that word[] describes (enum look_word). */
void task_die(struct task *t, enum root_end how, const l4_word_t *word);

/* A step of the job of t while it ends. */
enum step end_step(struct task *t, struct job *j, struct order *o);

#endif
