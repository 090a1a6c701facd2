/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * space_work.h - what is done at child spaces in orders: their begin, the end of threads, and theirs.
 */
#ifndef ROOT_SPACE_WORK_H
#define ROOT_SPACE_WORK_H

#include "order.h"
#include "spaces.h"

struct job;
struct task;

/* Begin this work at child space s, which has none; thread `waiter` of t waits for it. */
void spaces_begin(struct task *t, struct space *s, l4_word_t number, enum space_work work, unsigned waiter);

/* Returns the status of a request for which the kernel had this error. */
enum root_error space_error(l4_word_t error);

/* Returns log2 of the bytes of UTCBs for so many slots, whole pages. */
unsigned space_utcb_log2(l4_word_t slots);

/* No work at a child space of t is for thread i, which waited for it, any more. */
void spaces_forget_waiter(struct task *t, unsigned i);

/* Choose the child space that is the next item of the job. t has one with work. */
void spaces_choose(const struct task *t, struct job *j);

/*
 * A step of the job of t: the work at the space that was chosen; while t ends, the end of all of its spaces.
 */
enum step spaces_step(struct task *t, struct job *j, struct order *o);
enum step spaces_end(struct task *t, struct job *j, struct order *o);

#endif
