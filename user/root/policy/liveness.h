/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * liveness.h - checks that the tasks of the system description are alive.
 */
#ifndef ROOT_LIVENESS_H
#define ROOT_LIVENESS_H

#include <x2/word.h>

struct task;

/* Begin a check. In us: the time between two checks, and half of the shortest heartbeat. */
void liveness_begin(l4_word_t period, l4_word_t shortest);

/* Return true if a check is under way; if it is looking at the tasks. */
bool liveness_is_checked(void);
bool liveness_is_looked_at(void);

/* Thread i of t has ended: a check that reads the times of its threads has one less before those after it. */
void liveness_thread_ended(const struct task *t, unsigned i);

/* The work of JOB_CHECK (job.h). */
void liveness_check(struct task *none, const void *nothing);

#endif
