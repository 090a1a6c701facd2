/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * space_work.h - what is done at child spaces in orders: their begin, the end of threads, and theirs.
 */
#ifndef ROOT_SPACE_WORK_H
#define ROOT_SPACE_WORK_H

#include "spaces.h"

struct job_kind;
struct task;

/* Begin this work at child space s, which has none; thread `waiter` of t waits for it. */
void spaces_begin(struct task *t, struct space *s, l4_word_t number, enum space_work work, unsigned waiter);

/* Returns the status of a request for which the kernel had this error. */
enum root_error space_error(l4_word_t error);

/* Returns log2 of the bytes of UTCBs for so many slots, whole pages. */
unsigned space_utcb_log2(l4_word_t slots);

/* The child spaces of a task that serves, as work of its job. */
extern const struct job_kind spaces_work;

/* In the job of t, which ends: it has no child spaces any more then. */
void spaces_end(struct task *t);

#endif
