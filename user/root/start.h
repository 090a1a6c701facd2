/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * start.h - the start of a task, in steps.
 */
#ifndef ROOT_START_H
#define ROOT_START_H

#include <proto/root.h>
#include <x2/word.h>
#include "order.h"

struct job;
struct task;

struct spawn {
	struct task *parent;
	const char *name, *args;
	unsigned priority;
	l4_word_t streams, client;	/* client: thread that waits for the start; 0: none */
	bool renew;			/* its pages may have been changed */
};

/* Begin to start a task. start.c reports errors that are found later. */
enum root_error task_start(const struct spawn *s, struct task **started);

/* A step of the job of t while it starts. */
enum step start_step(struct task *t, struct job *j, struct order *o);

/* Undo a start that has failed. */
void start_failed(struct task *t, struct job *j);

#endif
