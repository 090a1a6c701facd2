/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * step.h - how the work of a job is executed: on a stack of its own, as a page of memory, from one order or
 * pause to the next. Nothing else of root runs in between: that is a step.
 *
 *   J4  a step begins and ends on the stack of the message loop, and no step begins within another one
 *   J5  a work has its stack from its begin to its end, or to the begin of another one in its place
 */
#ifndef ROOT_STEP_H
#define ROOT_STEP_H

#include <x2/word.h>
#include "order.h"

struct task;

/*
 * The work of a job; t: of which task, 0: root's own; given: a copy of what step_begin has got. Between two
 * steps other requests are served. So after order and pause_job it looks up again all that it has found in
 * records, but that of t.
 */
typedef void job_work(struct task *t, const void *given);

struct steps {
	job_work *work;			/* 0: there is none */
	struct task *task;
	l4_word_t stack;		/* physical address of the page */
	l4_word_t top, sp;		/* of the stack; sp 0: the work has not begun */
	struct result result;		/* of the last order */
};

/* ---- for works ---- */

/* Returns the result of the order, which is there until the next one. The worker gets a copy of *o. */
const struct result *order(struct order *o);

/* Ends a step: what may take the message loop longer than 5,000 instructions does it in between. */
void pause_job(void);

/* ---- for job.c ---- */

/* The next step begins this work. What was under way in these steps is dropped. Not within one of them. */
void step_begin(struct steps *s, job_work *work, struct task *t, const void *given, unsigned bytes);

/* Executes a step. Returns the order with which it has ended, valid until the next one; 0: it made none. */
struct order *step_run(struct steps *s);

#endif
