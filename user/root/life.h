/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * life.h - checks that the tasks of the system description are alive.
 */
#ifndef ROOT_LIFE_H
#define ROOT_LIFE_H

#include <x2/word.h>
#include "order.h"

struct task;

/* Begin a check. In us: the time between two checks, and half of the shortest heartbeat. */
void life_begin(l4_word_t period, l4_word_t shortest);

/* Return true if a check is under way; if it is looking at the tasks. */
bool life_is_checked(void);
bool life_is_looked_at(void);

/* Thread i of t has ended: a check that reads the times of its threads has one less before those after it. */
void life_thread_ended(const struct task *t, unsigned i);

/* A step of JOB_CHECK (job.h). */
enum step life_step(void);

#endif
